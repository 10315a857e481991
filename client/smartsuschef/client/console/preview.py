"""Prints how sales are read: the source, the week of the restaurant, its dishes, closed days, and what looks wrong."""

from collections.abc import Iterable
from datetime import date

from rich.console import Console
from rich.text import Text

from smartsuschef.client.console.failures import in_commands
from smartsuschef.client.console.output import counted
from smartsuschef.client.console.preview_detail import show_columns, show_left_out
from smartsuschef.client.console.preview_dishes import show_dishes, show_week
from smartsuschef.forecast.v1.training_pb2 import (
    SALES_COLUMN_ROLE_DATE,
    SALES_COLUMN_ROLE_DISH,
    SALES_COLUMN_ROLE_QUANTITY,
    SALES_SOURCE_KIND_CSV,
    SALES_SOURCE_KIND_PARQUET,
    SALES_SOURCE_KIND_ROWS,
    SALES_SOURCE_KIND_WORKBOOK,
    ExpectedClosedDay,
    Outlier,
    SalesPreview,
)

#: Outliers, names and dates that the short form shows; the full form shows all outliers.
_OUTLIERS_SHOWN = 3
_NAMES_SHOWN = 5
_DATES_SHOWN = 4

#: Warnings that the short form tells in lines of its own.
_TOLD_OTHERWISE = {"ROWS_NOT_SOLD", "TOTALS_LEFT_OUT", "FUTURE_SALES", "DAYS_LIMITED"}

#: The warning of rows that stand in a file twice, which has a line of its own where they are left out for this reason.
_RECEIPTS, _RECEIPTS_LEFT_OUT = "RECEIPTS_TWICE", "the same receipt twice"

#: Days after which sales are old: a weekly export is younger.
_OLD_AFTER_DAYS = 8

#: Width of the labels before the lines.
_LABEL_WIDTH = 9

_ROLES = {
    SALES_COLUMN_ROLE_DATE: "date",
    SALES_COLUMN_ROLE_DISH: "dish",
    SALES_COLUMN_ROLE_QUANTITY: "units",
}


def show_preview(console: Console, preview: SalesPreview, source: str, *, full: bool) -> None:
    """Prints a preview: on one screen, or in full.

    Args:
        console: The console that prints.
        preview: How the sales are read.
        source: Name of the source, for people.
        full: Whether to print why each column was chosen, all dishes, and the first lines of what is left out.
    """
    lines = _Lines()
    _add_source(lines, preview, source)
    lines.show(console)
    if full and preview.columns:
        console.print()
        show_columns(console, preview)
    if full and preview.left_out:
        console.print()
        show_left_out(console, preview)
    console.print()
    show_week(console, preview.weekdays)
    console.print()
    show_dishes(console, preview, full=full)
    console.print()
    findings = _Lines()
    _add_closed_days(findings, preview)
    _add_doubts(findings, preview, full=full)
    findings.show(console)


class _Lines:
    """Lines with a label each, whose text wraps beside the label."""

    def __init__(self) -> None:
        self._lines: list[tuple[Text, Text]] = []

    def add(self, label: str, text: str, style: str = "cyan") -> None:
        """Adds one line.

        Args:
            label: The label.
            text: The text.
            style: Style of the label.
        """
        self._lines.append((Text(f"{label:{_LABEL_WIDTH}}", style=style), Text(text)))

    def show(self, console: Console) -> None:
        """Prints all lines."""
        for label, text in self._lines:
            beside = text.wrap(console, console.width - _LABEL_WIDTH, overflow="fold")
            for number, part in enumerate(beside):
                part.rstrip()
                console.print(Text.assemble(Text(" " * _LABEL_WIDTH) if number else label, part), soft_wrap=True)


def _add_source(lines: _Lines, preview: SalesPreview, source: str) -> None:
    report = preview.data_report
    lines.add("sales", f"{source}{_form(preview)}")
    days = f"{report.first_day} to {report.last_day}{_age(report.last_day)}"
    lines.add("", f"{counted(preview.rows_used, 'row')} from {days}")
    columns = {column.role: column for column in preview.columns}
    for role, label in _ROLES.items():
        if role not in columns:
            continue
        column = columns[role]
        told = f", such as {column.example!r}" if column.example else ""
        if role == SALES_COLUMN_ROLE_DATE and preview.HasField("dates"):
            dates = preview.dates
            read_as = f": {dates.example} is {_in_words(dates.example_day)}" if dates.example_day else ""
            told = f", {dates.description}{read_as}"
        lines.add(label, f"{column.name!r}{told}")
    if preview.restaurants:
        others = [name for name in preview.restaurants if name != preview.restaurant]
        also = f"; the file also has {_named(others)}" if others else ""
        lines.add("store", f"{preview.restaurant!r}{also}")
    place = preview.location
    where = f"{place.country}-{place.subdivision}" if place.subdivision else place.country
    zone = f", time zone {place.time_zone}" if place.time_zone else ""
    lines.add("place", f"holidays of {where}{zone}")
    if preview.left_out:
        lines.add("left out", _left_out(preview), "yellow")
    if report.refund_rows:
        lines.add("refunds", f"{counted(report.refund_rows, 'row')} subtracted from the sales of their dish and day")


def _left_out(preview: SalesPreview) -> str:
    by_reason: dict[str, int] = {}
    for each in preview.left_out:
        by_reason[each.reason] = by_reason.get(each.reason, 0) + each.rows
    of_all = f"{sum(by_reason.values()):,} of {counted(preview.rows_read, 'row')}"
    if len(by_reason) == 1:
        return f"{of_all}: {next(iter(by_reason))}"
    most_first = sorted(by_reason.items(), key=lambda item: -item[1])
    return f"{of_all}: {', '.join(f'{reason} {rows:,}' for reason, rows in most_first)}"


def _form(preview: SalesPreview) -> str:
    form = preview.form
    parts = [form.till] if form.till else []
    if form.kind == SALES_SOURCE_KIND_CSV:
        separator = {"\t": "tabs"}.get(form.separator, f"{form.separator!r}")
        parts.append(f"{form.encoding} text, columns separated by {separator}")
    elif form.kind == SALES_SOURCE_KIND_WORKBOOK:
        parts.append(f"workbook, sheet {form.sheet!r}" if form.sheet else "workbook")
    elif form.kind == SALES_SOURCE_KIND_PARQUET:
        parts.append("Parquet")
    elif form.kind == SALES_SOURCE_KIND_ROWS:
        parts.append("rows that were sent")
    return f": {'; '.join(parts)}" if parts else ""


def _age(last_day: str) -> str:
    days = (date.today() - date.fromisoformat(last_day)).days  # noqa: DTZ011 -- a day more or less does not matter
    return f" ({days} days ago)" if days > _OLD_AFTER_DAYS else ""


def _add_closed_days(lines: _Lines, preview: SalesPreview) -> None:
    if not preview.closed_days:
        lines.add("closed", "on no day of the two weeks after the last sale")
    by_habit: dict[tuple[str, bool], list[ExpectedClosedDay]] = {}
    for each in preview.closed_days:
        by_habit.setdefault((each.habit, each.is_guess), []).append(each)
    for (habit, is_guess), days in by_habit.items():
        dates = [_day(each.date) for each in days]
        several = f"{dates[0]} to {dates[-1]}, {len(dates)} days" if len(dates) > _DATES_SHOWN else ", ".join(dates)
        lines.add("closed", f"{several}: {habit}{'; a guess' if is_guess else ''}", "yellow" if is_guess else "cyan")


def _add_doubts(lines: _Lines, preview: SalesPreview, *, full: bool) -> None:
    report = preview.data_report
    if not any(each.first_day for each in preview.dishes):
        lines.add("dishes", "none was ever sold, so nothing can be trained: check the column of the units", "red")
    elif all(each.stopped for each in preview.dishes):
        lines.add("dishes", "none is sold any more, so nothing would be trained", "red")
    if report.stopped:
        lines.add("stopped", f"{_named(report.stopped)}: no longer sold, so not trained")
    if report.short and len(report.short) == len(preview.dishes):
        lines.add("short", "all dishes: too few days for the forecasters that need a long history")
    elif report.short:
        lines.add("short", f"{_named(report.short)}: too few days for the forecasters that need a long history")
    shown = report.outliers if full else report.outliers[:_OUTLIERS_SHOWN]
    for outlier in shown:
        lines.add("outlier", _outlier(outlier), "yellow")
    if report.outlier_days > len(shown):
        more = f"{counted(report.outlier_days - len(shown), 'day')} more far from the usual"
        lines.add("outlier", more if full else f"{more}; --full shows them", "yellow")
    for group in report.similar_names:
        lines.add("names", f"alike, not merged: {_named(group.names)}", "yellow")
    told = _TOLD_OTHERWISE | (
        {_RECEIPTS} if any(each.reason == _RECEIPTS_LEFT_OUT for each in preview.left_out) else set()
    )
    for warning in preview.warnings:
        if full or warning.reason not in told:
            lines.add("warning", f"{in_commands(warning.message)} ({warning.reason})", "yellow")


def _outlier(outlier: Outlier) -> str:
    line = f", line {outlier.line}" if outlier.line else ""
    learnt = f"; learnt as {outlier.limited_to:g}" if outlier.HasField("limited_to") else ""
    return (
        f"{outlier.dish} on {_day(outlier.date)}{line}: {outlier.quantity:g} sold, {outlier.usual:g} is usual{learnt}"
    )


def _day(day: str) -> str:
    return f"{date.fromisoformat(day):%a} {day}"


def _in_words(day: str) -> str:
    """A day in which nobody takes the month for the day, such as `Wed 2 Sep 2026`."""
    at = date.fromisoformat(day)
    return f"{at:%a} {at.day} {at:%b %Y}"


def _named(names: Iterable[str]) -> str:
    listed = [repr(name) for name in names]
    more = f" and {len(listed) - _NAMES_SHOWN} more" if len(listed) > _NAMES_SHOWN else ""
    return ", ".join(listed[:_NAMES_SHOWN]) + more
