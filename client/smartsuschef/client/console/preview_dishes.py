"""Prints the week of a restaurant and its dishes, as their owner knows them."""

from collections.abc import Sequence
from datetime import date

from rich.console import Console
from rich.table import Table
from rich.text import Text

from smartsuschef.client.console.forecast_overview import CLOSED_MARK
from smartsuschef.client.console.output import MISSING, dishes, units
from smartsuschef.client.console.tables import least_width, show_table, table
from smartsuschef.forecast.v1.training_pb2 import DishPreview, SalesPreview, WeekdaySales

#: Dishes that the short form shows.
_DISHES_SHOWN = 8

#: Days after the first day of the sales from which on the first sale of a dish is worth a remark.
_NEW_AFTER_DAYS = 28

#: Widths of the columns of a week: the label, a weekday with figures, and a weekday with the word "closed".
_WIDTH_OF_LABEL, _WIDTH_OF_FIGURES, _WIDTH_OF_CLOSED = 7, 7, 8


def show_week(console: Console, weekdays: Sequence[WeekdaySales]) -> None:
    """Prints what the restaurant sold on each weekday, and on which weekdays it was closed.

    Args:
        console: The console that prints.
        weekdays: Sales of the weekdays, Monday first.
    """
    names = [f"{date(2026, 6, each.weekday):%a}" for each in weekdays]  # 1 June 2026 is a Monday
    made = table("", *names, right=names)
    never_open = sum(not each.open_days for each in weekdays)
    wide = _WIDTH_OF_LABEL + _WIDTH_OF_CLOSED * never_open + _WIDTH_OF_FIGURES * (len(weekdays) - never_open)
    closed = "closed" if console.width >= wide else CLOSED_MARK
    without_sales = [closed if each.days else MISSING for each in weekdays]
    figures = [
        units(each.units_per_open_day) if each.open_days else instead
        for each, instead in zip(weekdays, without_sales, strict=True)
    ]
    made.add_row(Text("units", style="cyan"), *figures)
    if any(0 < each.open_days < each.days for each in weekdays):
        open_days = [f"{each.open_days}/{each.days}" for each in weekdays]
        made.add_row(Text("open", style="cyan"), *open_days)
    console.print(Text("Units on an open day, last eight weeks", style="bold"))
    show_table(console, made)


def show_dishes(console: Console, preview: SalesPreview, *, full: bool) -> None:
    """Prints the units of each dish in the last four weeks.

    Args:
        console: The console that prints.
        preview: How the sales are read.
        full: Whether to print all dishes, with their first and last sale.
    """
    sold = [each for each in preview.dishes if full or not each.stopped]
    shown = sold if full else sold[:_DISHES_SHOWN]
    first_day = date.fromisoformat(preview.data_report.first_day)
    remarks = [_remark(each, first_day) for each in shown]
    made = _dish_table(shown, remarks if any(remarks) else (), full=full)
    if least_width(made) > console.width:
        # The dates of the first and the last sale, and the line of stopped dishes, say what the remarks say.
        made = _dish_table(shown, (), full=full)
    console.print(Text(f"{dishes(len(preview.dishes))}, last four weeks", style="bold"))
    show_table(console, made)
    if len(sold) > len(shown):
        rest = sold[len(shown) :]
        together = f"{dishes(len(rest))} with {units(sum(each.units for each in rest))} units in four weeks"
        console.print(Text(f"and {together}; --full shows all", style="dim"))


def _dish_table(shown: Sequence[DishPreview], remarks: Sequence[str], *, full: bool) -> Table:
    dates = ("First sale", "Last sale") if full else ()
    columns = ("Dish", "A day", "4 weeks", *dates, *(["Remark"] if remarks else []))
    made = table(*columns, right=("A day", "4 weeks"), fold=("Dish",))
    for number, each in enumerate(shown):
        days = (each.first_day or MISSING, each.last_day or MISSING) if full else ()
        figures = (units(each.units_per_open_day), units(each.units))
        made.add_row(each.dish, *figures, *days, *([remarks[number]] if remarks else []))
    return made


def _remark(dish: DishPreview, first_day: date) -> str:
    if not dish.first_day:
        return "never sold"
    if dish.stopped:
        return "no longer sold"
    is_new = (date.fromisoformat(dish.first_day) - first_day).days > _NEW_AFTER_DAYS
    return f"since {dish.first_day}" if is_new else ""
