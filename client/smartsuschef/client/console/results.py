"""Prints the outcome of a run: the champions, what was found in the sales, warnings and errors, and a summary."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from smartsuschef.client.console.champions import show_champions
from smartsuschef.client.console.failures import in_commands
from smartsuschef.client.console.output import counted, dishes, percent, state_text
from smartsuschef.forecast.v1.forecast_pb2 import Warning
from smartsuschef.forecast.v1.training_pb2 import (
    RUN_STATE_SUCCEEDED,
    DataReport,
    RunState,
    SkippedDish,
    TrainingResult,
    WeatherWorth,
)

#: Number of names in one line; a store may have hundreds.
_NAMES_SHOWN = 5


def show_result(console: Console, state: RunState, result: TrainingResult, message: str, took: str) -> None:
    """Prints the outcome of a run that has ended.

    Args:
        console: The console that prints.
        state: The final state of the run.
        result: The result of the run.
        message: Why the run failed, for people; may be empty.
        took: The duration of the run, for people.
    """
    if result.results_table:
        console.print()
        show_champions(console, result.results_table)
    details = _details(result)
    if details:
        console.print()
    for line in details:
        console.print(line)
    console.print()
    console.print(_headline(state, result, message, took))


def without_version(state: RunState, message: str) -> str:
    """Says why a run that has ended made no version.

    Args:
        state: The final state of the run.
        message: The message of its last event; may be empty.
    """
    return "no dish was new: nothing was trained, the live version stays" if state == RUN_STATE_SUCCEEDED else message


def _details(result: TrainingResult) -> list[Text]:
    lines = data_lines(result.data_report) if result.HasField("data_report") else []
    if result.HasField("weather_worth"):
        lines.append(_weather_line(result.weather_worth))
    lines += _skipped_lines(result.skipped_dishes)
    lines += [
        _line("error", "red", f"{error.dish}: {in_commands(error.message)} ({error.reason})") for error in result.errors
    ]
    return lines + warning_lines(result.warnings)


def warning_lines(warnings: Iterable[Warning]) -> list[Text]:
    """Formats one line for each warning.

    Args:
        warnings: Warnings of a run or of an import.
    """
    return [_line("warning", "yellow", f"{in_commands(each.message)} ({each.reason})") for each in warnings]


def data_lines(report: DataReport) -> list[Text]:
    """Formats the data report: the source of the sales, their number, and what looks wrong.

    Args:
        report: The data report of a run.
    """
    columns = f" ({', '.join(report.sales_columns)})" if report.sales_columns else ""
    said = [
        f"{counted(report.rows, 'row')} of {report.sales_source}{columns}, {report.first_day} to {report.last_day}",
        dishes(report.dishes),
        counted(report.closed_days, "closed day"),
    ]
    said.append(f"weather: {report.weather_source}")
    if report.rows_added_up:
        said.append(f"{counted(report.rows_added_up, 'row')} added to other rows of the same dish and day")
    if report.filled_days:
        said.append(f"{counted(report.filled_days, 'day')} without a row of a dish counted as zero")
    if report.unfinished_rows:
        said.append(f"{counted(report.unfinished_rows, 'row')} of unfinished days left out")
    said += [f"{counted(rows, 'row')} left out: {reason}" for reason, rows in sorted(report.left_out_rows.items())]
    if report.event_days:
        said.append(f"{counted(report.event_days, 'day')} of dishes not learnt, as they are events")
    if report.refund_rows:
        said.append(f"{counted(report.refund_rows, 'negative row')} subtracted")
    lines = [_line("data", "cyan", "; ".join(said))]
    if report.short:
        lines.append(
            _line("short", "cyan", f"{_named(report.short)}: too few days for the forecasters that need a long history")
        )
    if report.outlier_days:
        first = report.outliers[0]
        learnt = f", learnt as {first.limited_to:g}" if first.HasField("limited_to") else ""
        line = f" (line {first.line})" if first.line else ""
        lines.append(
            _line(
                "outliers",
                "yellow",
                f"{counted(report.outlier_days, 'day')} far from the usual, for example {first.dish} on "
                f"{first.date} with {first.quantity:g} sold{line}, where {first.usual:g} is usual{learnt}",
            )
        )
    lines += [
        _line("names", "yellow", f"names that look alike, not merged: {_named(group.names)}")
        for group in report.similar_names
    ]
    return lines


def _skipped_lines(skipped: Sequence[SkippedDish]) -> list[Text]:
    """Formats one line for all dishes with the same reason, because there may be hundreds of dishes."""
    by_reason: dict[tuple[str, str], list[str]] = {}
    for each in skipped:
        by_reason.setdefault((each.message, each.reason), []).append(each.dish)
    return [
        _line("skipped", "cyan", f"{_named(names)}: {message} ({reason})")
        for (message, reason), names in by_reason.items()
    ]


def _weather_line(worth: WeatherWorth) -> Text:
    without = "this store is served without them: they need suschef train with --address, or --latitude and --longitude"
    use = "this store is served with them" if worth.is_forecast else without
    told = (
        f"pooled trees: WAPE {percent(worth.wape_with)} with weather forecasts, {percent(worth.wape_without)} without"
    )
    return _line("weather", "cyan", f"{told}; {use}")


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(repr(name) for name in names[:_NAMES_SHOWN]) + more


def _line(label: str, style: str, text: str) -> Text:
    return Text.assemble((f"{label:9}", style), text)


def _headline(state: RunState, result: TrainingResult, message: str, took: str) -> Text:
    text = Text.assemble(state_text(state), f" in {took}" if took else "")
    if not result.version:
        why = without_version(state, message)
        return text.append(f": {why}" if why else "")
    text.append(f": {dishes(len(result.trained_dishes))} trained")
    text.append(f", {len(result.skipped_dishes)} skipped" if result.skipped_dishes else "")
    text.append(f", {len(result.errors)} failed" if result.errors else "")
    text.append(f"\nVersion {result.version} {'is live' if result.published else 'was made but is not live'}")
    if result.HasField("comparison"):
        found = result.comparison
        text.append(
            f"\nBacktest on the same days: WAPE {percent(found.new_wape)}, {percent(found.live_wape)} with version "
            f"{found.live_version}"
        )
    return text
