"""`suschef runs`: lists the trainings of a restaurant, or shows one training with its result."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text

from smartsuschef.client.console.options import (
    FIRST_TRAINING,
    STORE,
    TRAINING,
    Json,
    Store,
    TrainingAddress,
    next_command,
    not_empty,
)
from smartsuschef.client.console.output import MISSING, as_local, duration, local_time, out, state_text, write_message
from smartsuschef.client.console.results import show_result
from smartsuschef.client.console.sessions import training_session
from smartsuschef.client.console.tables import show_table, table
from smartsuschef.forecast.v1.training_pb2 import TrainingRun


def runs(
    run_id: Annotated[
        str, typer.Argument(callback=not_empty, help="Id of a run, to see its result.", show_default=False)
    ] = "",
    store: Store = STORE,
    training_address: TrainingAddress = TRAINING,
    as_json: Json = False,
) -> None:
    """List the trainings of a restaurant, newest first."""
    with training_session(training_address, as_json=as_json) as client:
        found = [client.get_training(run_id, store=store)] if run_id else list(client.list_trainings(store=store))
    if as_json:
        for run in found:
            write_message(run)
    elif run_id:
        _show_one(found[0])
    else:
        _show_all(found, store, training_address)


def _show_all(found: Iterable[TrainingRun], store: str, address: str) -> None:
    made = table("Run", "State", "Dishes", "Started", "Took", fold=("Started", "Took"))
    for run in found:
        made.add_row(
            run.run_id,
            state_text(run.state),
            f"{run.current}/{run.total}{' new' if run.train_only_new else ''}",
            local_time(run.create_time),
            _took(run),
        )
    if made.row_count:
        show_table(out(), made)
    else:
        train = next_command(FIRST_TRAINING, address, store)
        out().print(f"Store {store} has no runs yet. Start one: {train}", soft_wrap=True)


def _show_one(run: TrainingRun) -> None:
    console = out()
    console.print(Text.assemble(("Run ", "bold"), (run.run_id, "bold"), "  ", state_text(run.state)))
    place = ", ".join(part for part in (run.location.country, run.location.subdivision) if part)
    facts = {
        "store": run.store,
        "started": local_time(run.create_time),
        "dishes": f"{run.current} of {run.total}, {'only new ones' if run.train_only_new else 'all'}",
        "sales": run.sales_data_source or "the database, or else the default file",
        "holidays of": place,
    }
    for name, value in facts.items():
        console.print(Text.assemble((f"{name:13}", "dim"), value or MISSING))
    if run.HasField("end_time"):
        show_result(console, run.state, run.result, run.error, _took(run))


def _took(run: TrainingRun) -> str:
    end = as_local(run.end_time) if run.HasField("end_time") else datetime.now().astimezone()
    return duration(max(0.0, (end - as_local(run.create_time)).total_seconds()))
