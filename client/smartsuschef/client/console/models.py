"""`suschef models`: lists the live champions, or watches which versions go live."""

from itertools import chain
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from smartsuschef.client.console.champions import show_champions, show_figures
from smartsuschef.client.console.failures import INTERRUPTED
from smartsuschef.client.console.options import INFERENCE, STORE, InferenceAddress, Json, Store, flag, not_empty
from smartsuschef.client.console.output import as_local, dishes, local_time, out, write_message
from smartsuschef.client.console.sessions import inference_session
from smartsuschef.client.sync_client import ForecastClient
from smartsuschef.forecast.v1 import inference_pb2
from smartsuschef.forecast.v1.inference_pb2 import Model, ModelChange, WatchModelsResponse


def models(
    dish: Annotated[
        str, typer.Argument(callback=not_empty, help="Name of a dish, to see all of its figures.", show_default=False)
    ] = "",
    store: Store = STORE,
    version: Annotated[
        str, typer.Option(callback=not_empty, help="Name of a version.", show_default="the live version")
    ] = "",
    watch: Annotated[bool, flag("--watch", "Watch which versions go live, until Ctrl-C.")] = False,
    inference_address: InferenceAddress = INFERENCE,
    as_json: Json = False,
) -> None:
    """List the champion of each dish, and its errors in tests on past sales."""
    with inference_session(inference_address, as_json=as_json) as client:
        if watch:
            _watch(client, store, as_json=as_json)
            return
        if dish:
            answer = client.get_model(dish, store=store, version=version)
            served, found = answer.version, [answer.model]
        else:
            pages = list(client.list_models(store=store, version=version).pages)
            served, found = pages[0].version, list(chain.from_iterable(page.models for page in pages))
    if as_json:
        for model in found:
            write_message(model)
    else:
        _show(out(), served, found, in_detail=bool(dish))


def _show(console: Console, version: str, found: list[Model], *, in_detail: bool) -> None:
    show_champions(console, found)
    console.print()
    for model in found if in_detail else []:
        show_figures(console, model)
        facts = {
            "history": f"{model.history_start} to {model.history_end}",
            "trained in": model.trained_version,
            "artifact": model.artifact_digest,
        }
        for name, value in facts.items():
            console.print(Text.assemble((f"{name:12}", "dim"), value), soft_wrap=True)
    console.print(Text(f"Version {version}, {dishes(len(found))}", style="dim"))


def _watch(client: ForecastClient, store: str, *, as_json: bool) -> None:
    console = out()
    try:
        with client.watch_models(stores=store) as events:
            for event in events:
                if as_json:
                    write_message(event)
                else:
                    _tell(console, event)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


def _tell(console: Console, event: WatchModelsResponse) -> None:
    at = f"{as_local(event.time):%H:%M:%S}"
    if event.kind == inference_pb2.MODEL_EVENT_KIND_CHANGE:
        _tell_change(console, at, event.change)
    elif event.kind == inference_pb2.MODEL_EVENT_KIND_SNAPSHOT:
        if event.snapshot.reset:
            console.print(f"{at}  changes may have been missed; the versions that are live now:")
        for live in event.snapshot.live:
            since = f"{dishes(live.dishes)}, since {local_time(live.active_time)}"
            console.print(
                Text.assemble(f"{at}  {live.store}  {live.version}  ", ("LIVE    ", "bold green"), f"  {since}")
            )
        if not event.snapshot.live:
            console.print(f"{at}  no model is live yet")
        for failed in event.snapshot.failed:
            _tell_change(console, at, failed)


def _tell_change(console: Console, at: str, change: ModelChange) -> None:
    state = inference_pb2.ModelState.Name(change.state).removeprefix("MODEL_STATE_")
    style = {"ACTIVE": "bold green", "FAILED": "bold red"}.get(state, "cyan")
    about = change.reason or dishes(change.dishes)
    console.print(Text.assemble(f"{at}  {change.store}  {change.version}  ", (f"{state:8}", style), f"  {about}"))
