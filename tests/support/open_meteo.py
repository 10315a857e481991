"""Runs a server on loopback that answers as Open-Meteo does, and fails as Open-Meteo does."""

import datetime as dt
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.loopback import QuietHandler, web_server

_DAY = dt.timedelta(days=1)

#: First day of the archive.
_FIRST_DAY = dt.date(1940, 1, 1)


class FakeOpenMeteo:
    """The behaviour of the server, and the requests that it got.

    Each of `failures` is used up by one request: a status, "hang" (until `release`), "half" (an answer that is cut in
    the middle), "nulls", or "web page". `asked` has the parameters of every request.

    Args:
        address: Host and port of the server.
    """

    def __init__(self, address: str) -> None:
        self.archive_url = f"http://{address}/v1/archive"
        self.forecast_url = f"http://{address}/v1/forecast"
        self.failures: list[int | str] = []
        self.asked: list[dict[str, str]] = []
        self.missing_columns: set[str] = set()
        self.release = threading.Event()

    def refusal(self, asked: dict[str, str]) -> str:
        """The reason in the words of Open-Meteo why a request is refused; empty where it is not.

        Args:
            asked: Parameters of the request.
        """
        today = dt.datetime.now(dt.UTC).date()
        for name in ("start_date", "end_date"):
            if name in asked and not _FIRST_DAY <= dt.date.fromisoformat(asked[name]) <= today:
                return f"Parameter '{name}' is out of allowed range from {_FIRST_DAY} to {today}"
        return ""

    def answer(self, asked: dict[str, str], *, nulls: bool) -> dict[str, Any]:
        """Daily weather as Open-Meteo writes it: 10 degrees, and a tenth of a degree more with every day of the year.

        Args:
            asked: Parameters of the request.
            nulls: Whether all values are missing.
        """
        if "start_date" in asked:
            first, last = (dt.date.fromisoformat(asked[name]) for name in ("start_date", "end_date"))
        else:
            today = dt.datetime.now(dt.UTC).date()
            first = today - int(asked["past_days"]) * _DAY
            last = today + (int(asked["forecast_days"]) - 1) * _DAY
        days = [first + i * _DAY for i in range((last - first).days + 1)]
        daily: dict[str, Any] = {"time": [day.isoformat() for day in days]}
        for name in asked["daily"].split(","):
            if name not in self.missing_columns:
                daily[name] = [None if nulls else 10 + day.timetuple().tm_yday / 10 for day in days]
        return {
            "latitude": float(asked["latitude"]),
            "longitude": float(asked["longitude"]),
            "timezone": "GMT",
            "daily_units": dict.fromkeys(daily, "°C"),
            "daily": daily,
        }


@contextmanager
def open_meteo() -> Iterator[FakeOpenMeteo]:
    """Runs the server."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 -- the library's name
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            fake.asked.append(asked)
            failure = fake.failures.pop(0) if fake.failures else None
            if failure == "hang":
                fake.release.wait(30)
            elif isinstance(failure, int):
                self.reply(failure, json.dumps({"error": True, "reason": "Minutely API request limit exceeded."}))
            elif reason := fake.refusal(asked):
                self.reply(400, json.dumps({"error": True, "reason": reason}))
            elif failure == "web page":
                self.reply(200, "<html>Welcome to the hotel's network</html>")
            else:
                body = json.dumps(fake.answer(asked, nulls=failure == "nulls"))
                self.reply(200, body, sent=len(body) // 2 if failure == "half" else None)

    with web_server(Handler) as address:
        fake = FakeOpenMeteo(address)
        try:
            yield fake
        finally:
            fake.release.set()
