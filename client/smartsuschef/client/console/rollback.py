"""`suschef rollback`: makes an older version live again."""

from typing import Annotated

import typer

from smartsuschef.client.console.options import STORE, TRAINING, Json, Store, TrainingAddress, not_empty
from smartsuschef.client.console.output import dishes, local_time, out, write_message
from smartsuschef.client.console.sessions import training_session


def rollback(
    version: Annotated[
        str,
        typer.Argument(
            callback=not_empty,
            help="Name of the version, as `suschef versions` lists it; by default the version before the live version.",
            show_default=False,
        ),
    ] = "",
    store: Store = STORE,
    training_address: TrainingAddress = TRAINING,
    as_json: Json = False,
) -> None:
    """Make an older version live again."""
    with training_session(training_address, as_json=as_json) as client:
        live = client.rollback_version(store=store, version=version)
    if as_json:
        write_message(live)
    else:
        out().print(
            f"Version {live.version} of {local_time(live.create_time)} with {dishes(live.dishes)} is live again."
        )
