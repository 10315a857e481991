"""Formats the events of a run as plain lines, for an output that is no terminal."""

from smartsuschef.client.console.champions import champion_figures
from smartsuschef.client.console.output import as_local, dishes
from smartsuschef.forecast.v1 import training_pb2
from smartsuschef.forecast.v1.training_pb2 import TrainingProgress


def progress_line(event: TrainingProgress) -> str:
    """Formats an event as one line, such as `08:16:09  [ 3/17] Grilled carp: hybrid, MAE 3.21, WAPE 18.2%`.

    Args:
        event: The event.
    """
    return f"{as_local(event.time):%H:%M:%S}  {_what(event)}"


def _what(event: TrainingProgress) -> str:
    match event.kind:
        case training_pb2.PROGRESS_KIND_ACCEPTED:
            return f"run {event.run_id} of store {event.store} accepted"
        case training_pb2.PROGRESS_KIND_STARTED:
            return "a worker reads the sales"
        case training_pb2.PROGRESS_KIND_PLANNED:
            return f"{dishes(event.total)} to train"
        case training_pb2.PROGRESS_KIND_DISH_STARTED:
            return f"{_count(event)} {event.dish}: started"
        case training_pb2.PROGRESS_KIND_DISH_FINISHED:
            return f"{_count(event)} {event.dish}: {champion_figures(event.dish_result)}"
        case training_pb2.PROGRESS_KIND_DISH_FAILED:
            return f"{_count(event)} {event.dish}: FAILED, {event.dish_error.message} ({event.dish_error.reason})"
        case training_pb2.PROGRESS_KIND_PUBLISHING:
            return "publishing the new version"
        case _:
            return event.message or training_pb2.RunState.Name(event.state).removeprefix("RUN_STATE_").lower()


def _count(event: TrainingProgress) -> str:
    total = str(event.total)
    return f"[{event.current:>{len(total)}}/{total}]"
