"""`suschef versions`: lists the versions of a restaurant in the registry."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from smartsuschef.client.console.options import (
    FIRST_TRAINING,
    STORE,
    TRAINING,
    Json,
    Store,
    TrainingAddress,
    next_command,
)
from smartsuschef.client.console.output import MISSING, local_time, out, write_message
from smartsuschef.client.console.sessions import training_session
from smartsuschef.client.console.tables import show_table, table
from smartsuschef.forecast.v1.training_pb2 import ModelVersion

_WIDTH_OF_ALL_NAMES = 140


def versions(store: Store = STORE, training_address: TrainingAddress = TRAINING, as_json: Json = False) -> None:
    """List the versions of a restaurant, newest first."""
    with training_session(training_address, as_json=as_json) as client:
        found = list(client.list_versions(store=store))
    if as_json:
        for version in found:
            write_message(version)
        return
    _show(out(), found, store, training_address)


def _show(console: Console, found: Sequence[ModelVersion], store: str, address: str) -> None:
    if not found:
        train = next_command(FIRST_TRAINING, address, store)
        console.print(f"Store {store} has no version yet. Train one: {train}", soft_wrap=True)
        return
    # Users copy names. If not all names fit into one line, at least the names of versions do.
    is_wide = console.width >= _WIDTH_OF_ALL_NAMES
    names = ["Version", *(["Run", "Parent"] if is_wide else [])]
    made = table("", "Version", "Made", "Dishes", *names[1:], right=("Dishes",), fold=("Made",))
    for version in found:
        made.add_row(
            Text("●" if version.live else "", style="bold green"),
            Text(version.version, style="bold" if version.live else ""),
            local_time(version.create_time),
            str(version.dishes),
            *([version.run_id or MISSING, version.parent or MISSING] if is_wide else []),
        )
    show_table(console, made)
    console.print(Text("● is live", style="dim"))
