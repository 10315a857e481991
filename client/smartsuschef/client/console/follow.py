"""Follows a run to its end: with a live view in a terminal, with lines in other outputs, with JSON for programs."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import typer
from rich.live import Live

from smartsuschef.client.console.failures import FAILED, INTERRUPTED, UNREACHABLE, exit_code
from smartsuschef.client.console.notes import notes_given_to
from smartsuschef.client.console.options import next_command
from smartsuschef.client.console.output import as_local, duration, err, out, write_json, write_message
from smartsuschef.client.console.progress import RunView
from smartsuschef.client.console.progress_lines import progress_line
from smartsuschef.client.console.results import show_result
from smartsuschef.client.errors import ForecastServiceError
from smartsuschef.client.sync_client import ForecastClient
from smartsuschef.forecast.v1.training_pb2 import RUN_STATE_SUCCEEDED, TrainingProgress

#: File descriptor of standard error.
_STANDARD_ERROR = 2


def follow(client: ForecastClient, run_id: str, *, store: str, address: str, as_json: bool) -> None:
    """Shows every event of a run, and then its result.

    Args:
        client: A client that calls the training service.
        run_id: Id of the run.
        store: Name of the store of the run.
        address: The host:port of the training service, for the commands that the output suggests.
        as_json: Whether to print one JSON object for each event instead of a view.

    Raises:
        typer.Exit: FAILED if the run did not succeed, INTERRUPTED after Ctrl-C, while the run goes on.
        ForecastServiceError: The watch failed.
    """
    try:
        with client.watch_training(run_id, store=store) as events:
            state = _show_json(events) if as_json else _show(events)
    except KeyboardInterrupt:
        _say_interrupted(run_id, store, address, as_json=as_json)
        raise typer.Exit(INTERRUPTED) from None
    except ForecastServiceError as error:
        if exit_code(error) == UNREACHABLE and not as_json:
            watch = next_command(f"watch {run_id}", address, store)
            err().print(f"The run goes on when the service is back. Watch it then: {watch}", soft_wrap=True)
        raise
    if state != RUN_STATE_SUCCEEDED:
        raise typer.Exit(FAILED)


def _show_json(events: Iterable[TrainingProgress]) -> int:
    last = TrainingProgress()
    for last in events:
        write_message(last)
    return last.state


def _show(events: Iterable[TrainingProgress]) -> int:
    console = out()
    first = last = TrainingProgress()
    for last in _live(events) if console.is_terminal else _lines(events):
        first = last if not first.sequence else first
    took = duration((as_local(last.time) - as_local(first.time)).total_seconds())
    show_result(console, last.state, last.result, last.message, took)
    return last.state


def _live(events: Iterable[TrainingProgress]) -> Iterator[TrainingProgress]:
    view = RunView()
    with Live(view, console=out(), refresh_per_second=8, transient=True) as live:

        def show_outage(_note: str) -> None:
            view.lose_connection()
            live.refresh()

        # A printed note would disturb the view: the view would overwrite the note, and then other lines.
        with notes_given_to(show_outage), _nothing_between_frames():
            for event in events:
                view.apply(event)
                yield event


@contextmanager
def _nothing_between_frames() -> Iterator[None]:
    """Hides what gRPC itself writes to standard error, such as that a server has left.

    Such a line between two frames would shift the place of all later frames.
    """
    if not os.isatty(_STANDARD_ERROR):
        yield
        return
    kept = os.dup(_STANDARD_ERROR)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STANDARD_ERROR)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, _STANDARD_ERROR)
        os.close(kept)


def _lines(events: Iterable[TrainingProgress]) -> Iterator[TrainingProgress]:
    for event in events:
        typer.echo(progress_line(event))
        yield event


def _say_interrupted(run_id: str, store: str, address: str, *, as_json: bool) -> None:
    if as_json:
        write_json({"code": "INTERRUPTED", "message": "the run goes on", "run_id": run_id}, to_stderr=True)
        return
    console = err()
    console.print("The run goes on.")
    console.print(f"Watch it: {next_command(f'watch {run_id}', address, store)}", soft_wrap=True)
    console.print(f"Stop it:  {next_command(f'cancel {run_id}', address, store)}", soft_wrap=True)
