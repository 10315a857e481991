"""`suschef train --group` and `suschef train --all-stores --together`: stores that share their pooled trees."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import typer

from smartsuschef.client.async_client import AsyncForecastClient
from smartsuschef.client.console.failures import INTERRUPTED, failures_shown
from smartsuschef.client.console.notes import notes_shown
from smartsuschef.client.console.options import next_command
from smartsuschef.client.console.output import counted, err, out, write_message
from smartsuschef.client.console.train_stores import Outcome, Wish, end_of, watched
from smartsuschef.forecast.v1.training_pb2 import TrainingRun


@dataclass(frozen=True, slots=True)
class GroupWish:
    """The request that a group gets beyond that of each store; see `StartGroupTrainingRequest`.

    Args:
        stores: Names of the stores; empty for all stores.
        source: Path or URL of a sales file with a column of stores; empty for the source of the service.
        request_id: Id of the request; empty for a new one.
    """

    stores: Sequence[str]
    source: str
    request_id: str


def train_group(address: str, wish: Wish, group: GroupWish, *, no_wait: bool, as_json: bool) -> None:
    """Trains a group, and prints the outcome of each store when its run ends.

    Args:
        address: The host:port of the training service.
        wish: The request that each store gets.
        group: The request of the group.
        no_wait: Whether to return as soon as the runs are accepted.
        as_json: Whether to print one JSON object for each store: its run, or its last event.

    Raises:
        typer.Exit: FAILED if a store was not trained or not watched to its end, INTERRUPTED after Ctrl-C.
    """
    try:
        with failures_shown("training", address, as_json=as_json), notes_shown(as_json=as_json):
            outcomes = asyncio.run(_train(address, wish, group, no_wait=no_wait, as_json=as_json))
    except KeyboardInterrupt:
        if not as_json:
            err().print("Runs that were started go on. List them: suschef runs --store STORE")
        raise typer.Exit(INTERRUPTED) from None
    if outcomes is not None:
        end_of(outcomes, as_json=as_json)


async def _train(
    address: str, wish: Wish, group: GroupWish, *, no_wait: bool, as_json: bool
) -> Counter[Outcome] | None:
    """Starts the runs and counts the stores with each outcome; None where nobody waits for the outcomes."""
    async with AsyncForecastClient(training_address=address) as client:
        runs = await client.start_group_training(
            members=group.stores,
            all_stores=not group.stores,
            location=wish.location,
            train_only_new=wish.train_only_new,
            keep_outliers=wish.keep_outliers,
            force=wish.force,
            sales_data_source=group.source,
            request_id=group.request_id,
        )
        if no_wait:
            _show_accepted(runs, address, as_json=as_json)
            return None
        if not as_json:
            out().print(f"The runs of {counted(len(runs), 'store')} are accepted; they train their trees together.\n")
        watches = (watched(client, run.store, run.run_id, address, as_json=as_json) for run in runs)
        return Counter(await asyncio.gather(*watches))


def _show_accepted(runs: Sequence[TrainingRun], address: str, *, as_json: bool) -> None:
    for run in runs:
        if as_json:
            write_message(run)
        else:
            watch = next_command(f"watch {run.run_id}", address, run.store)
            out().print(f"Run {run.run_id} of store {run.store} is accepted. Watch it: {watch}", soft_wrap=True)
