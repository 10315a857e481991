"""`suschef train --all-stores`: starts one run for each store in the database of the service, a few at a time."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from enum import Enum, auto

import typer
from rich.cells import cell_len
from rich.text import Text

from smartsuschef.client.async_client import AsyncForecastClient
from smartsuschef.client.console.failures import FAILED, INTERRUPTED, failures_shown, in_commands
from smartsuschef.client.console.notes import notes_shown
from smartsuschef.client.console.options import next_command
from smartsuschef.client.console.output import counted, dishes, err, out, state_text, write_json, write_message
from smartsuschef.client.console.results import without_version
from smartsuschef.client.errors import ForecastServiceError
from smartsuschef.forecast.v1.forecast_pb2 import Location
from smartsuschef.forecast.v1.training_pb2 import RUN_STATE_SUCCEEDED, TrainingProgress

#: Default number of runs at the same time.
RUNS_AT_ONCE = 4

#: Width of the column with the name of the store, in cells of the terminal. A longer name makes its line longer.
_STORE_CELLS = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """The request that each run gets; see `StartTrainingRequest`.

    Args:
        location: Place of all stores; None leaves each store its own place.
        train_only_new: Whether only the dishes that have no model are trained, and not all dishes.
        keep_outliers: Whether days that sold far more than ever before are learnt as they are.
        force: Whether a new version becomes live even if its backtest is clearly worse.
    """

    location: Location | None
    train_only_new: bool
    keep_outliers: bool
    force: bool


class Outcome(Enum):
    """The outcome of one store."""

    #: The store has a new version.
    TRAINED = auto()
    #: The run was refused, or did not succeed.
    NOT_TRAINED = auto()
    #: The run goes on, but the watch failed before its end.
    NOT_WATCHED = auto()


def train_stores(address: str, wish: Wish, at_once: int, *, as_json: bool) -> None:
    """Trains every store, and prints the outcome of each store when its run ends.

    Args:
        address: The host:port of the training service.
        wish: The request that each run gets.
        at_once: Number of runs at the same time.
        as_json: Whether to print one JSON object for each store: its last event, or why there is none.

    Raises:
        typer.Exit: FAILED if a store was not trained or not watched to its end, INTERRUPTED after Ctrl-C.
    """
    try:
        with failures_shown("training", address, as_json=as_json), notes_shown(as_json=as_json):
            outcomes = asyncio.run(_train_stores(address, wish, at_once, as_json=as_json))
    except KeyboardInterrupt:
        if not as_json:
            err().print("The runs that were started go on. List them: suschef runs --store STORE")
        raise typer.Exit(INTERRUPTED) from None
    end_of(outcomes, as_json=as_json)


def end_of(outcomes: Counter[Outcome], *, as_json: bool) -> None:
    """Prints how many stores have each outcome.

    Args:
        outcomes: Number of stores by outcome.
        as_json: Whether to print nothing.

    Raises:
        typer.Exit: FAILED if a store was not trained or not watched to its end.
    """
    unseen = outcomes[Outcome.NOT_WATCHED]
    if not as_json:
        said = f"{outcomes[Outcome.TRAINED]} trained, {outcomes[Outcome.NOT_TRAINED]} not"
        said += f", {unseen} not watched to its end" if unseen else ""
        out().print(f"\n{counted(outcomes.total(), 'store')}: {said}")
    if outcomes[Outcome.NOT_TRAINED] or unseen:
        raise typer.Exit(FAILED)


async def _train_stores(address: str, wish: Wish, at_once: int, *, as_json: bool) -> Counter[Outcome]:
    """Trains every store, and counts the stores with each outcome."""
    places = asyncio.Semaphore(at_once)
    async with AsyncForecastClient(training_address=address) as client:
        stores = [store async for store in client.list_stores()]

        async def train(store: str) -> Outcome:
            async with places:
                try:
                    run_id = await _start(client, store, wish)
                except ForecastServiceError as error:
                    _tell_not_started(store, error, as_json=as_json)
                    return Outcome.NOT_TRAINED
                return await watched(client, store, run_id, address, as_json=as_json)

        return Counter(await asyncio.gather(*(train(store) for store in stores)))


async def watched(client: AsyncForecastClient, store: str, run_id: str, address: str, *, as_json: bool) -> Outcome:
    """Watches a run to its end, and prints its outcome.

    Args:
        client: A client that calls the training service.
        store: Name of the store of the run.
        run_id: Id of the run.
        address: The host:port of the training service, for the commands that the output suggests.
        as_json: Whether to print one JSON object.
    """
    try:
        last = await _last_event(client, store, run_id)
    except ForecastServiceError as error:
        _tell_not_watched(store, run_id, error, address, as_json=as_json)
        return Outcome.NOT_WATCHED
    _tell(last, as_json=as_json)
    return Outcome.TRAINED if last.state == RUN_STATE_SUCCEEDED else Outcome.NOT_TRAINED


async def _start(client: AsyncForecastClient, store: str, wish: Wish) -> str:
    """Starts the training of a store, and returns the id of its run."""
    run = await client.start_training(
        store=store,
        location=wish.location,
        train_only_new=wish.train_only_new,
        keep_outliers=wish.keep_outliers,
        force=wish.force,
    )
    return run.run_id


async def _last_event(client: AsyncForecastClient, store: str, run_id: str) -> TrainingProgress:
    last = TrainingProgress()
    async for event in client.watch_training(run_id, store=store):
        last = event
    return last


def _tell(last: TrainingProgress, *, as_json: bool) -> None:
    if as_json:
        write_message(last)
        return
    result = last.result
    said = (
        f"{dishes(len(result.trained_dishes))} trained" if result.version else without_version(last.state, last.message)
    )
    if result.version and not result.published:
        said += ", not live"
    out().print(Text.assemble((_padded(last.store), "bold"), "  ", state_text(last.state), f"  {said}"))


def _tell_not_started(store: str, error: ForecastServiceError, *, as_json: bool) -> None:
    if as_json:
        write_json({"store": store, "code": error.code.name, "message": _why(error)})
    else:
        _tell_failure(store, "not started", error)


def _tell_not_watched(store: str, run_id: str, error: ForecastServiceError, address: str, *, as_json: bool) -> None:
    if as_json:
        write_json({"store": store, "code": error.code.name, "message": _why(error), "run_id": run_id})
    else:
        _tell_failure(store, "not watched", error)
        watch = next_command(f"watch {run_id}", address, store)
        out().print(f"  Run {run_id} goes on. Watch it: {watch}", soft_wrap=True)


def _tell_failure(store: str, what: str, error: ForecastServiceError) -> None:
    said = in_commands(_why(error)) or error.code.name
    out().print(Text.assemble((_padded(store), "bold"), "  ", (what, "bold red"), f"  {said}"))


def _padded(store: str) -> str:
    """The name of a store with blanks after it. A Chinese character takes two cells of the terminal."""
    return store + " " * (_STORE_CELLS - cell_len(store))


def _why(error: ForecastServiceError) -> str:
    return "; ".join(f"{each.field}: {each.description}" for each in error.violations) or error.message
