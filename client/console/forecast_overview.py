"""The forecast of many dishes at a glance: a row a dish, a column of blocks a day."""

from collections.abc import Sequence
from datetime import date

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from client.console.output import units
from client.console.plots import column
from client.console.tables import table
from smartsuschef.forecast.v1.inference_pb2 import DayForecast, DishForecast

CLOSED_MARK = "·"

_WIDEST_DISH = 28
_WIDEST_DAY = 7
_SATURDAY = 5
#: Champion, total and the space between all columns.
_WIDTH_OF_THE_REST = 24


def overview(forecasts: Sequence[DishForecast], width: int) -> Table:
    """A table of all forecasts; where the width allows, each day has its units below its block.

    Each dish is drawn to the scale of its own busiest day.

    Args:
        forecasts: of the same days, at least one.
        width: columns of the terminal.
    """
    days = sorted({date.fromisoformat(day.date) for forecast in forecasts for day in forecast.days})
    widest_dish = min(_WIDEST_DISH, max(cell_len(forecast.dish) for forecast in forecasts))
    space = (width - widest_dish - _WIDTH_OF_THE_REST) // max(1, len(days))
    cell = max(1, min(_WIDEST_DAY, space))
    longest_figure = max((len(_figure(day)) for forecast in forecasts for day in forecast.days), default=0)
    with_figures = cell > longest_figure
    made = table("Dish", "Champion", "Total", right=("Total",), fold=("Dish",))
    made.columns[0].max_width = widest_dish
    made.add_column(_header(days, cell), no_wrap=True)
    for forecast in forecasts:
        made.add_row(
            forecast.dish,
            Text(forecast.champion, style="dim"),
            Text(units(sum(day.yhat for day in forecast.days)), style="bold"),
            _days(forecast.days, days, cell, with_figures=with_figures),
        )
    return made


def _header(days: Sequence[date], cell: int) -> Text:
    text = Text()
    for day in days:
        name = f"{day:%a}"[: 2 if cell > 2 else 1]
        text.append(f"{name:<{cell}}", style="not dim" if day.weekday() >= _SATURDAY else "")
    if cell > 2:
        text.append("\n")
        for day in days:
            text.append(f"{day.day:<{cell}}")
    return text


def _days(forecast: Sequence[DayForecast], days: Sequence[date], cell: int, *, with_figures: bool) -> Text:
    by_date = {date.fromisoformat(day.date): day for day in forecast}
    busiest = max((day.yhat for day in forecast), default=0.0)
    filled = max(1, cell - 1)
    plot, figures = Text(), Text()
    for at in days:
        day = by_date.get(at, DayForecast())
        block = CLOSED_MARK if day.closed else column(day.yhat, busiest) * filled
        plot.append(f"{block:<{cell}}", style="dim" if day.closed else "cyan")
        figures.append(f"{_figure(day):<{cell}}")
    return Text("\n").join([plot, figures]) if with_figures else plot


def _figure(day: DayForecast) -> str:
    return "closed" if day.closed else units(day.yhat)
