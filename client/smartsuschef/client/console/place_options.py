"""The options that tell the source and the place of the sales of a store, for `suschef train` and `suschef check`."""

from typing import Annotated

import typer

from smartsuschef.client.console.event_option import event
from smartsuschef.client.console.options import flag, not_empty
from smartsuschef.forecast.v1.forecast_pb2 import Location
from smartsuschef.forecast.v1.training_pb2 import SalesEvent

Source = Annotated[
    str, typer.Option(callback=not_empty, help="Path or URL of a sales file; by default the source of the service.")
]
Address = Annotated[str, typer.Option(callback=not_empty, help="Address of the restaurant, in words.")]
Country = Annotated[str, typer.Option(callback=not_empty, help="Country whose holidays apply, such as CN.")]
Subdivision = Annotated[
    str, typer.Option(callback=not_empty, help="Part of the country whose holidays apply, such as BW.")
]
Latitude = Annotated[float | None, typer.Option(help="Latitude in degrees; needs --longitude.")]
Longitude = Annotated[float | None, typer.Option(help="Longitude in degrees; needs --latitude.")]
TimeZone = Annotated[
    str, typer.Option(callback=not_empty, help="Time zone, such as Asia/Shanghai.", show_default="that of the place")
]
KeepOutliers = Annotated[bool, flag("--keep-outliers", "Learn days that sold far more than ever before as they are.")]
Events = Annotated[
    list[SalesEvent] | None,
    typer.Option(
        "--event",
        parser=event,
        metavar="DAYS=NAME",
        help="Unusual days that are not learnt: 2026-09-12=fair or 2026-09-12..2026-09-13=fair; may be repeated.",
    ),
]


def location_of(
    *, latitude: float | None, longitude: float | None, country: str, subdivision: str, time_zone: str
) -> Location | None:
    """Makes the location of a request; None where no option of it was given.

    Args:
        latitude: Latitude in degrees; None if not given.
        longitude: Longitude in degrees; None if not given.
        country: Code of the country; empty if not given.
        subdivision: Code of the part of the country; empty if not given.
        time_zone: IANA name of the time zone; empty if not given.
    """
    location = Location(
        latitude=latitude, longitude=longitude, country=country, subdivision=subdivision, time_zone=time_zone
    )
    return None if location == Location() else location
