"""`suschef import`: sends the sales of a store to the training service."""

from pathlib import Path
from typing import Annotated

import typer

from smartsuschef.client.console.options import STORE, TRAINING, Json, Store, TrainingAddress, flag, next_command
from smartsuschef.client.console.output import out, write_message
from smartsuschef.client.console.results import data_lines, warning_lines
from smartsuschef.client.console.sessions import training_session


def import_sales(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV or Parquet file with the sales.")
    ],
    store: Store = STORE,
    check: Annotated[bool, flag("--check", "Say how the file is read, and keep nothing.")] = False,
    training_address: TrainingAddress = TRAINING,
    as_json: Json = False,
) -> None:
    """Send the sales of a restaurant to the service, in place of the sales that were sent before."""
    with training_session(training_address, as_json=as_json) as client:
        answer = client.import_sales(store=store, file=file, validate_only=check)
    if as_json:
        write_message(answer)
        return
    console = out()
    for line in data_lines(answer.data_report):
        console.print(line)
    for line in warning_lines(answer.warnings):
        console.print(line)
    if check:
        console.print("The file can be read; nothing was kept.")
    else:
        train = next_command("train --country XX", training_address, store)
        console.print(f"The sales of store {answer.store} are kept. Train it: {train}", soft_wrap=True)
