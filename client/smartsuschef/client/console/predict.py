"""`suschef predict`: forecasts some or all dishes."""

from datetime import UTC, date
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from smartsuschef.client.console.failures import in_commands
from smartsuschef.client.console.forecast_detail import show_detail
from smartsuschef.client.console.forecast_overview import CLOSED_MARK, show_overview
from smartsuschef.client.console.options import INFERENCE, STORE, InferenceAddress, Json, Store, flag, not_empty
from smartsuschef.client.console.output import counted, out, percent, write_message
from smartsuschef.client.console.sessions import inference_session
from smartsuschef.forecast.v1.inference_pb2 import (
    WEATHER_SOURCE_CLIMATOLOGY,
    PortionCosts,
    PredictResponse,
    WeatherSource,
)

_WEATHER_IN_WORDS = {WEATHER_SOURCE_CLIMATOLOGY: "seasonal mean"}


def day(text: str) -> str:
    """Checks the text of a day, and returns the day as a request holds it.

    Args:
        text: The text that the user gave.

    Raises:
        BadParameter: The text is no date.
    """
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise typer.BadParameter(f"expected YYYY-MM-DD, got {text!r}") from None


def first_day(text: str) -> str:
    """Checks the text of the first day, and returns the day as a request holds it.

    Args:
        text: The text that the user gave.

    Raises:
        BadParameter: The text is neither a date nor "today" nor "tomorrow".
    """
    try:
        return text if text in ("today", "tomorrow") else day(text)
    except typer.BadParameter:
        raise typer.BadParameter(f"expected YYYY-MM-DD, today or tomorrow, got {text!r}") from None


def predict(
    dishes: Annotated[
        list[str] | None,
        typer.Argument(metavar="DISH", help="Names of dishes; by default all dishes.", show_default=False),
    ] = None,
    store: Store = STORE,
    days: Annotated[
        int | None, typer.Option(min=1, max=30, help="Number of days to forecast.", show_default="14")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            parser=first_day,
            metavar="DAY",
            help="First day: YYYY-MM-DD, today or tomorrow.",
            show_default="the day after the last known sale",
        ),
    ] = None,
    quantile: Annotated[
        list[float] | None, typer.Option(help="Level of a quantile, such as 0.9; may be repeated.")
    ] = None,
    service_level: Annotated[
        float | None, typer.Option(help="Probability of meeting the demand, such as 0.9; shows how much to prepare.")
    ] = None,
    waste_cost: Annotated[
        float | None, typer.Option(help="Cost of a portion that is not sold; needs --miss-cost.")
    ] = None,
    miss_cost: Annotated[
        float | None,
        typer.Option(help="Cost of a portion that is missing; needs --waste-cost. Shows how much to prepare."),
    ] = None,
    open_on: Annotated[
        list[str] | None,
        typer.Option(
            "--open",
            parser=day,
            metavar="DAY",
            help="Day on which the restaurant is open, despite its habits; may be repeated.",
        ),
    ] = None,
    closed_on: Annotated[
        list[str] | None,
        typer.Option(
            "--closed", parser=day, metavar="DAY", help="Day on which the restaurant is closed; may be repeated."
        ),
    ] = None,
    full: Annotated[bool, flag("--full", "Show the parts of each forecast, and the holidays.")] = False,
    version: Annotated[
        str, typer.Option(callback=not_empty, help="Name of a version.", show_default="the live version")
    ] = "",
    inference_address: InferenceAddress = INFERENCE,
    as_json: Json = False,
) -> None:
    """Forecast the demand of dishes for the next days."""
    if (waste_cost is None) != (miss_cost is None):
        raise typer.BadParameter("give --waste-cost and --miss-cost together")
    costs = PortionCosts(wasted=waste_cost or 0.0, missed=miss_cost or 0.0)
    with inference_session(inference_address, as_json=as_json) as client:
        answer = client.predict(
            store=store,
            dishes=dishes or (),
            start_date=start,
            horizon_days=days,
            open_dates=open_on or (),
            closed_dates=closed_on or (),
            quantiles=quantile or (),
            service_level=service_level,
            portion_costs=costs if waste_cost is not None else None,
            version=version,
            full=full,
        )
    if as_json:
        write_message(answer)
    else:
        in_detail = full or bool(quantile) or answer.HasField("service_level")
        show_forecasts(out(), answer, in_detail=in_detail, full=full)


def show_forecasts(console: Console, answer: PredictResponse, *, in_detail: bool, full: bool) -> None:
    """Prints the answer of Predict: a table of all dishes, and the days of each dish.

    Args:
        console: The console that prints.
        answer: The answer of the service.
        in_detail: Whether to print the days of each dish even if there are several dishes.
        full: Whether to print the parts of each forecast.
    """
    if len(answer.forecasts) > 1:
        show_overview(console, answer.forecasts)
        console.print()
    if in_detail or len(answer.forecasts) == 1:
        for forecast in answer.forecasts:
            show_detail(console, forecast, full=full)
            console.print()
    for error in answer.errors:
        console.print(
            Text.assemble(("error    ", "red"), f"{error.dish}: {in_commands(error.message)} ({error.reason})")
        )
    for warning in answer.warnings:
        console.print(Text.assemble(("warning  ", "yellow"), f"{in_commands(warning.message)} ({warning.reason})"))
    console.print(Text(_footer(answer), style="dim"))


def _footer(answer: PredictResponse) -> str:
    days = [day for forecast in answer.forecasts for day in forecast.days]
    dates = [day.date for day in days]
    facts = [f"{min(dates)} to {max(dates)}"] if dates else []
    weather = WeatherSource.Name(answer.weather_source).removeprefix("WEATHER_SOURCE_").lower()
    facts.append(f"weather: {_WEATHER_IN_WORDS.get(answer.weather_source, weather)}")
    if answer.HasField("service_level") and any(day.HasField("prepare_quantity") for day in days):
        facts.append(f"the prepared units meet the demand with a probability of {percent(answer.service_level)}")
    if any(day.closed for day in days):
        facts.append(f"{CLOSED_MARK} closed (--open DAY if not)")
    return f"{'; '.join(facts)}\n{', '.join(_origin(answer))}"


def _origin(answer: PredictResponse) -> list[str]:
    """What made the forecast, and when."""
    facts = [f"Store {answer.store}", f"version {answer.version}"]
    if answer.HasField("forecast_time"):
        facts.append(f"made at {answer.forecast_time.ToDatetime(UTC):%Y-%m-%d %H:%M} UTC")
    if answer.HasField("sales_age_days"):
        facts.append(f"newest sales {counted(answer.sales_age_days, 'day')} old")
    return facts
