"""Open-Meteo on loopback: it speaks the service's JSON, and fails in the ways that the real one does."""

import datetime as dt
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.loopback import QuietHandler, web_server

_DAY = dt.timedelta(days=1)

#: Of the archive.
_FIRST_DAY = dt.date(1940, 1, 1)


class FakeOpenMeteo:
    """What the server does, and what it was asked.

    Each of `failures` is used up by one request: a status, "hang", "half" (an answer cut in the middle), "nulls", or
    "web page".
    """

    def __init__(self, address: str) -> None:
        self.archive_url = f"http://{address}/v1/archive"
        self.forecast_url = f"http://{address}/v1/forecast"
        self.failures: list[int | str] = []
        self.asked: list[dict[str, str]] = []
        self.missing_columns: set[str] = set()
        self.release = threading.Event()

    def refusal(self, asked: dict[str, str]) -> str:
        """Why the service refuses a request, in its words; empty where it answers."""
        today = dt.datetime.now(dt.UTC).date()
        for name in ("start_date", "end_date"):
            if name in asked and not _FIRST_DAY <= dt.date.fromisoformat(asked[name]) <= today:
                return f"Parameter '{name}' is out of allowed range from {_FIRST_DAY} to {today}"
        return ""

    def answer(self, asked: dict[str, str], *, nulls: bool) -> dict[str, Any]:
        """Daily weather as the service writes it: 10 degrees and a tenth more with every day of the year."""
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
