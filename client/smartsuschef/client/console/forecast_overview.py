"""Prints the forecast of many dishes in a table: one row for each dish, one column for each day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from smartsuschef.client.console.output import MISSING, units
from smartsuschef.client.console.plots import column
from smartsuschef.client.console.tables import show_table, table
from smartsuschef.forecast.v1.inference_pb2 import DayForecast, DishForecast

CLOSED_MARK = "·"

_WEEK = 7
#: Widths in columns of the terminal. Names of dishes become narrower only if a week does not fit beside them.
_WIDEST_DISH = 28
_NARROWEST_DISH = 12
_WIDEST_DAY = 7
#: Width of two letters of a weekday and a space.
_NARROWEST_DAY = 3
_BETWEEN_COLUMNS = 2
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class _Layout:
    """The layout of a table; all widths in columns of the terminal.

    Args:
        dish: Width of the names of dishes.
        champion: Whether the champions have a column.
        cell: Width of one day.
        days: Number of days in one table.
        bars: Whether there is room for bars above the figures.
    """

    dish: int
    champion: bool
    cell: int
    days: int
    bars: bool


def show_overview(console: Console, forecasts: Sequence[DishForecast]) -> None:
    """Prints the units of every dish and day: those to prepare if the request asked for them, else those expected.

    If all days fit beside each other, bars stand above the figures, and the busiest day of each dish has a full bar.
    Otherwise there is one table for each week.

    Args:
        console: The console that prints.
        forecasts: The forecasts of the dishes, of the same days; at least one.
    """
    to_prepare = any(day.HasField("prepare_quantity") for forecast in forecasts for day in forecast.days)
    days = sorted({date.fromisoformat(day.date) for forecast in forecasts for day in forecast.days})
    layout = _layout(forecasts, days, console.width, to_prepare=to_prepare)
    title = "Units to prepare each day" if to_prepare else "Units expected each day"
    console.print(Text(f"{title}; bars: each dish on its own scale" if layout.bars else title, style="bold"))
    for first in range(0, len(days), layout.days):
        if first:
            console.print()
        show_table(console, _table(forecasts, days[first : first + layout.days], layout, to_prepare=to_prepare))


def _layout(forecasts: Sequence[DishForecast], days: Sequence[date], width: int, *, to_prepare: bool) -> _Layout:
    """Makes a week fit: drops the bars first, then the champions, then shortens long names."""
    every_day = [day for forecast in forecasts for day in forecast.days]
    longest = max((len(_figure(day, to_prepare=to_prepare)) for day in every_day), default=0)
    cell = max(_NARROWEST_DAY, longest + 1)
    totals = max(len("Total"), *(len(_total(forecast.days, to_prepare=to_prepare)) for forecast in forecasts))
    champions = max(len("Champion"), *(len(forecast.champion) for forecast in forecasts))
    names = max(cell_len(forecast.dish) for forecast in forecasts)
    dish = min(_WIDEST_DISH, names)
    # A space follows the days too.
    room = width - dish - totals - 3 * _BETWEEN_COLUMNS
    beside_champions = room - champions - _BETWEEN_COLUMNS
    wanted = cell * min(_WEEK, len(days))
    if with_champions := beside_champions >= wanted:
        room = beside_champions
    elif room < wanted and dish > _NARROWEST_DISH:
        narrower = max(_NARROWEST_DISH, dish - (wanted - room))
        dish, room = narrower, room + dish - narrower
    fitting = max(1, room // cell)
    if fitting >= len(days):
        widest = min(_WIDEST_DAY, room // max(1, len(days)))
        return _Layout(dish, with_champions, max(cell, widest), max(1, len(days)), bars=True)
    at_once = fitting // _WEEK * _WEEK or fitting
    return _Layout(dish, with_champions, cell, at_once, bars=False)


def _table(forecasts: Sequence[DishForecast], days: Sequence[date], layout: _Layout, *, to_prepare: bool) -> Table:
    champion = ["Champion"] if layout.champion else []
    made = table("Dish", *champion, "Total", right=("Total",), fold=("Dish",))
    made.columns[0].max_width = layout.dish
    made.add_column(_header(days, layout.cell), no_wrap=True)
    for forecast in forecasts:
        by_date = {date.fromisoformat(day.date): day for day in forecast.days}
        shown = [by_date.get(at, DayForecast()) for at in days]
        made.add_row(
            forecast.dish,
            *([Text(forecast.champion, style="dim")] if layout.champion else []),
            Text(_total(shown, to_prepare=to_prepare), style="bold"),
            _days(shown, layout, to_prepare=to_prepare),
        )
    return made


def _header(days: Sequence[date], cell: int) -> Text:
    text = Text()
    for day in days:
        text.append(f"{f'{day:%a}'[:2]:<{cell}}", style="not dim" if day.weekday() >= _SATURDAY else "")
    text.append("\n")
    for day in days:
        text.append(f"{day.day:<{cell}}")
    return text


def _days(days: Sequence[DayForecast], layout: _Layout, *, to_prepare: bool) -> Text:
    figures = Text()
    for day in days:
        figure = _figure(day, to_prepare=to_prepare)
        figures.append(f"{figure:<{layout.cell}}", style="dim" if figure in (CLOSED_MARK, MISSING) else "")
    if not layout.bars:
        return figures
    amounts = [_amount(day, to_prepare=to_prepare) or 0.0 for day in days]
    busiest = max(amounts, default=0.0)
    bars = "".join(f"{column(amount, busiest) * (layout.cell - 1):<{layout.cell}}" for amount in amounts)
    return Text("\n").join([Text(bars, style="cyan"), figures])


def _amount(day: DayForecast, *, to_prepare: bool) -> float | None:
    """Returns the units of a day; None if the units to prepare are not known."""
    if to_prepare:
        return float(day.prepare_quantity) if day.HasField("prepare_quantity") else None
    return day.yhat


def _figure(day: DayForecast, *, to_prepare: bool) -> str:
    amount = _amount(day, to_prepare=to_prepare)
    if day.closed:
        return CLOSED_MARK
    if amount is None:
        return MISSING
    return f"{amount:.0f}" if to_prepare else units(amount)


def _total(days: Sequence[DayForecast], *, to_prepare: bool) -> str:
    known = [amount for day in days if (amount := _amount(day, to_prepare=to_prepare)) is not None]
    if not known:
        return MISSING
    return f"{sum(known):.0f}" if to_prepare else units(sum(known))
