"""`suschef train --all-stores`: one run for each store of the server's database, a few of them at a time."""

import asyncio
from dataclasses import dataclass

import typer
from rich.text import Text

from client.async_client import AsyncForecastClient
from client.console.failures import FAILED, INTERRUPTED, failures_shown, in_commands
from client.console.output import counted, dishes, err, out, state_text, write_json, write_message
from client.console.results import without_version
from client.errors import ForecastServiceError
from smartsuschef.forecast.v1.forecast_pb2 import Location
from smartsuschef.forecast.v1.training_pb2 import RUN_STATE_SUCCEEDED, TrainingProgress

#: Runs under way at a time, where nothing else is said.
RUNS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """What each of the runs is to do; see `StartTrainingRequest`."""

    location: Location | None
    retrain_all: bool
    force: bool


def train_stores(address: str, wish: Wish, at_once: int, *, as_json: bool) -> None:
    """Trains every store, and tells each as it ends.

    Args:
        address: of the training service.
        wish: for each run.
        at_once: runs that are under way at a time.
        as_json: one JSON object a store: its last event, or why it has none.

    Raises:
        typer.Exit: FAILED where any store was not trained, INTERRUPTED after Ctrl-C.
    """
    try:
        with failures_shown("training", address, as_json=as_json):
            failed, total = asyncio.run(_train_stores(address, wish, at_once, as_json=as_json))
    except KeyboardInterrupt:
        if not as_json:
            err().print("The runs that were started go on. See them: suschef runs --store STORE")
        raise typer.Exit(INTERRUPTED) from None
    if not as_json:
        out().print(f"\n{counted(total, 'store')}: {total - failed} trained, {failed} not")
    if failed:
        raise typer.Exit(FAILED)


async def _train_stores(address: str, wish: Wish, at_once: int, *, as_json: bool) -> tuple[int, int]:
    """Counts of the stores that were not trained, and of all."""
    places = asyncio.Semaphore(at_once)
    failed = 0
    async with AsyncForecastClient(training_address=address) as client:
        stores = [store async for store in client.list_stores()]

        async def train(store: str) -> bool:
            async with places:
                try:
                    last = await _run(client, store, wish)
                except ForecastServiceError as error:
                    _tell_failure(store, error, as_json=as_json)
                    return False
            _tell(last, as_json=as_json)
            return last.state == RUN_STATE_SUCCEEDED

        for trained in asyncio.as_completed([train(store) for store in stores]):
            failed += not await trained
    return failed, len(stores)


async def _run(client: AsyncForecastClient, store: str, wish: Wish) -> TrainingProgress:
    """The last event of a store's run."""
    run = await client.start_training(
        store=store, location=wish.location, retrain_all=wish.retrain_all, force=wish.force
    )
    last = TrainingProgress()
    async for event in client.watch_training(run.run_id, store=store):
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
    out().print(Text.assemble((f"{last.store:20}", "bold"), "  ", state_text(last.state), f"  {said}"))


def _tell_failure(store: str, error: ForecastServiceError, *, as_json: bool) -> None:
    violations = "; ".join(f"{each.field}: {each.description}" for each in error.violations)
    if as_json:
        write_json({"store": store, "code": error.code.name, "message": violations or error.message})
    else:
        said = in_commands(violations or error.message) or error.code.name
        out().print(Text.assemble((f"{store:20}", "bold"), "  ", ("not started", "bold red"), f"  {said}"))
