"""`suschef train`: starts a training and follows the training to its end."""

from typing import Annotated

import typer

from smartsuschef.client.console.follow import follow
from smartsuschef.client.console.options import (
    STORE,
    TRAINING,
    Json,
    Store,
    TrainingAddress,
    flag,
    next_command,
    not_empty,
)
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
from smartsuschef.client.console.sessions import training_session
from smartsuschef.client.console.train_group import GroupWish, train_group
from smartsuschef.client.console.train_stores import RUNS_AT_ONCE, Wish, train_stores


def train(
    store: Store = STORE,
    source: Source = "",
    address: Address = "",
    country: Country = "",
    subdivision: Subdivision = "",
    latitude: Latitude = None,
    longitude: Longitude = None,
    time_zone: TimeZone = "",
    only_new: Annotated[bool, flag("--only-new", "Train only the dishes that have no model.")] = False,
    keep_outliers: KeepOutliers = False,
    events: Events = None,
    force: Annotated[bool, flag("--force", "Publish the new version even if its backtest is clearly worse.")] = False,
    request_id: Annotated[
        str,
        typer.Option(callback=not_empty, help="Id of this request; a repeat with the same id returns the same run."),
    ] = "",
    all_stores: Annotated[bool, flag("--all-stores", "Train every store in the database of the service.")] = False,
    at_once: Annotated[
        int | None,
        typer.Option(
            min=1, max=100, help="Number of runs at the same time; needs --all-stores.", show_default=str(RUNS_AT_ONCE)
        ),
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STORE", help="Store of a group that trains its trees together; give the option for each store."
        ),
    ] = None,
    together: Annotated[bool, flag("--together", "Train all stores as one group; needs --all-stores.")] = False,
    no_wait: Annotated[bool, flag("--no-wait", "Return as soon as the run is accepted.")] = False,
    training_address: TrainingAddress = TRAINING,
    as_json: Json = False,
) -> None:
    """Train the models of a restaurant and make them live."""
    location = location_of(
        latitude=latitude, longitude=longitude, country=country, subdivision=subdivision, time_zone=time_zone
    )
    wish = Wish(location, train_only_new=only_new, keep_outliers=keep_outliers, force=force)
    if group or together:
        if address or events or at_once is not None or store != STORE:
            raise typer.BadParameter("a group cannot be combined with --store, --address, --event or --at-once")
        if together != all_stores or (group and all_stores):
            raise typer.BadParameter("give either --group for each store, or --all-stores --together")
        wanted = GroupWish(group or (), source, request_id)
        train_group(training_address, wish, wanted, no_wait=no_wait, as_json=as_json)
        return
    if all_stores:
        if source or address or request_id or no_wait or events or store != STORE:
            message = (
                "--all-stores cannot be combined with --store, --source, --address, --event, --request-id or --no-wait"
            )
            raise typer.BadParameter(message)
        train_stores(training_address, wish, at_once or RUNS_AT_ONCE, as_json=as_json)
        return
    if at_once is not None:
        raise typer.BadParameter("--at-once needs --all-stores")
    with training_session(training_address, as_json=as_json) as client:
        run = client.start_training(
            store=store,
            address=address,
            location=location,
            train_only_new=only_new,
            keep_outliers=keep_outliers,
            events=events or (),
            sales_data_source=source,
            request_id=request_id,
            force=force,
        )
        if not no_wait:
            follow(client, run.run_id, store=store, address=training_address, as_json=as_json)
        elif as_json:
            write_message(run)
        else:
            watch = next_command(f"watch {run.run_id}", training_address, store)
            out().print(f"Run {run.run_id} is accepted. Watch it: {watch}", soft_wrap=True)
