"""`suschef check`: shows how sales are read, before anything is trained."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from smartsuschef.client.console.options import STORE, TRAINING, Json, Store, TrainingAddress, flag, next_command
from smartsuschef.client.console.output import out, write_message
from smartsuschef.client.console.place_options import (
    Address,
    Country,
    Events,
    KeepOutliers,
    Latitude,
    Longitude,
    Source,
    Subdivision,
    TimeZone,
    location_of,
)
from smartsuschef.client.console.preview import show_preview
from smartsuschef.client.console.sessions import training_session


def check(
    file: Annotated[
        Path | None,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            help="Sales file on this machine; by default what the service would train from.",
            show_default=False,
        ),
    ] = None,
    store: Store = STORE,
    source: Source = "",
    address: Address = "",
    country: Country = "",
    subdivision: Subdivision = "",
    latitude: Latitude = None,
    longitude: Longitude = None,
    time_zone: TimeZone = "",
    keep_outliers: KeepOutliers = False,
    events: Events = None,
    full: Annotated[bool, flag("--full", "Show also why each column was chosen, all dishes and all lines.")] = False,
    advice: Annotated[bool, typer.Option(hidden=True, help="Suggest the next command.")] = True,
    training_address: TrainingAddress = TRAINING,
    as_json: Json = False,
) -> None:
    """Show how sales are read: columns, dishes, closed days and what looks wrong. Nothing is trained or kept."""
    if file and source:
        raise typer.BadParameter("FILE is on this machine and --source is on that of the service: give one of them")
    location = location_of(
        latitude=latitude, longitude=longitude, country=country, subdivision=subdivision, time_zone=time_zone
    )
    with training_session(training_address, as_json=as_json) as client:
        preview = client.check_sales(
            store=store,
            file=file,
            sales_data_source=source,
            address=address,
            location=location,
            keep_outliers=keep_outliers,
            events=events or (),
        )
    if as_json:
        write_message(preview)
        return
    console = out()
    show_preview(console, preview, str(file) if file else preview.data_report.sales_source, full=full)
    if advice:
        next_step = f"import {shlex.quote(str(file))}" if file else _training(source, address, country)
        command = next_command(next_step, training_address, store)
        console.print()
        console.print(f"Nothing was {'kept' if file else 'trained'}. If this is right: {command}", soft_wrap=True)


def _training(source: str, address: str, country: str) -> str:
    parts = ["train"]
    if source:
        parts += ["--source", source]
    if address:
        parts += ["--address", address]
    elif country:
        parts += ["--country", country]
    return shlex.join(parts)
