"""Prints the forecast of one dish day by day: units with a bar, quantiles, and the parts of the forecast."""

from collections.abc import Callable, Mapping
from datetime import date

from rich.console import Console
from rich.table import Table
from rich.text import Text

from smartsuschef.client.console.output import MISSING, counted, units
from smartsuschef.client.console.plots import bar
from smartsuschef.client.console.tables import least_width, show_table, table
from smartsuschef.forecast.v1.inference_pb2 import DayForecast, DishForecast, FeatureGroup

#: Returns the figure of a column for a day; None if the day has no such figure.
Figure = Callable[[DayForecast], float | None]

_PREPARE = "Prepare"
_SATURDAY = 5
#: Widths in columns of the terminal.
_BAR_WIDTH = 24
_NARROWEST_BAR = 8
_FIGURE_WIDTH = 9
_WIDTH_OF_DAY_AND_UNITS = 26
_WIDTH_OF_HOLIDAY = 14


def show_detail(console: Console, forecast: DishForecast, *, full: bool) -> None:
    """Prints the forecast of one dish: a heading, and a table with one row for each day.

    A narrow terminal shows no bars.

    Args:
        console: The console that prints.
        forecast: The forecast of the dish.
        full: Whether to print the shares of Prophet and of the trees, and the contribution of each group of features.
    """
    console.print(_heading(forecast))
    show_table(console, _figures_table(forecast, console.width, full=full))
    if full and (parts := _parts(forecast)):
        for made in _parts_tables(forecast, parts, console.width):
            show_table(console, made)


def _heading(forecast: DishForecast) -> Text:
    total = units(sum(day.yhat for day in forecast.days))
    days = counted(len(forecast.days), "day")
    facts = f"  {forecast.champion}, sales known to {forecast.history_end}, {total} units in {days}"
    return Text.assemble((forecast.dish, "bold"), (facts, "dim"))


def _figures_table(forecast: DishForecast, width: int, *, full: bool) -> Table:
    figures = _prepare(forecast) | _quantiles(forecast) | (_components(forecast) if full else {})
    holidays = any(day.holidays for day in forecast.days)
    room = width - _WIDTH_OF_DAY_AND_UNITS - _FIGURE_WIDTH * len(figures) - (_WIDTH_OF_HOLIDAY if holidays else 0)
    bar_width = min(_BAR_WIDTH, room) if room >= _NARROWEST_BAR else 0
    busiest = max((day.yhat for day in forecast.days), default=0.0)
    bars = [""] if bar_width else []
    names = ["Holiday"] if holidays else []
    made = table("Day", "Units", *bars, *figures, *names, right=("Units", *figures), fold=names)
    for day in forecast.days:
        made.add_row(
            _day(day),
            _units(day),
            *([Text(bar(day.yhat, busiest, bar_width), style="cyan")] if bar_width else []),
            *_cells(day, figures),
            *([", ".join(day.holidays)] if holidays else []),
        )
    return made


def _parts_tables(forecast: DishForecast, parts: Mapping[str, Figure], width: int) -> list[Table]:
    """Makes one table of all parts, or several tables if the terminal is too narrow."""
    made = table("made of", *parts, right=tuple(parts))
    for day in forecast.days:
        made.add_row(_day(day), *_cells(day, parts))
    if least_width(made) <= width or len(parts) == 1:
        return [made]
    names = list(parts)
    halves = names[: (len(names) + 1) // 2], names[(len(names) + 1) // 2 :]
    return [each for half in halves for each in _parts_tables(forecast, {name: parts[name] for name in half}, width)]


def _prepare(forecast: DishForecast) -> dict[str, Figure]:
    """Returns the column with the amount to prepare, if the request asked for the amount."""
    asked = any(day.HasField("prepare_quantity") for day in forecast.days)
    return {_PREPARE: lambda day: float(day.prepare_quantity)} if asked else {}


def _quantiles(forecast: DishForecast) -> dict[str, Figure]:
    levels = sorted({quantile.level for day in forecast.days for quantile in day.quantiles})
    return {f"{100 * level:g}%": _quantile_at(level) for level in levels}


def _quantile_at(level: float) -> Figure:
    return lambda day: next((quantile.value for quantile in day.quantiles if quantile.level == level), None)


def _components(forecast: DishForecast) -> dict[str, Figure]:
    """Returns the columns with the shares of Prophet and of the trees, if the champion contains them."""
    figures: dict[str, Figure] = {
        "Prophet": lambda day: day.prophet_yhat if day.HasField("prophet_yhat") else None,
        "Trees": lambda day: day.residual_hat if day.HasField("residual_hat") else None,
    }
    return {name: figure for name, figure in figures.items() if any(figure(day) is not None for day in forecast.days)}


def _parts(forecast: DishForecast) -> dict[str, Figure]:
    """Returns a column for each group of features whose contribution is not zero on every day."""
    groups = sorted({part.group for day in forecast.days for part in day.contributions if part.value})
    return {_group_name(group): _contribution_of(group) for group in groups}


def _contribution_of(group: FeatureGroup) -> Figure:
    return lambda day: next((part.value for part in day.contributions if part.group == group), None)


def _group_name(group: FeatureGroup) -> str:
    """Shortens the name of a group: LEVEL_AND_TREND becomes `Level`, RECENT_SALES becomes `Recent`."""
    return FeatureGroup.Name(group).removeprefix("FEATURE_GROUP_").split("_")[0].capitalize()


def _day(day: DayForecast) -> Text:
    at = date.fromisoformat(day.date)
    return Text(f"{at:%a} {at.day:2} {at:%b}", style="bold" if at.weekday() >= _SATURDAY else "")


def _units(day: DayForecast) -> Text:
    return Text("closed", style="dim") if day.closed else Text(units(day.yhat), style="bold")


def _cells(day: DayForecast, figures: Mapping[str, Figure]) -> list[Text]:
    values = {name: figure(day) for name, figure in figures.items()}
    return [_cell(name, value) for name, value in values.items()]


def _cell(name: str, value: float | None) -> Text:
    if value is None:
        return Text(MISSING, style="dim")
    return Text(f"{value:.0f}", style="bold") if name == _PREPARE else Text(f"{value:z.1f}")
