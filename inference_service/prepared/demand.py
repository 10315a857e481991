"""Remembers what was asked for, so that only those forecasts are prepared that are asked for again and again."""

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from inference_service.forecast_request import RELATIVE_DAYS, ForecastRequest
from inference_service.forecast_scope import today_of
from inference_service.loaded_version import LoadedVersion

#: Call for the same days of the same store from which on they are prepared. A window of the longest horizon costs
#: about as much as two calls of the usual horizon, so that what is prepared after two calls costs at most twice as
#: much as what was asked for.
_PREPARED_FROM = 2

#: Number of kinds of calls that are remembered, over all stores: about 10 MB.
_REMEMBERED = 50_000

#: Stands for all dishes of a store.
_ALL = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What calls have in common that one window answers, today and on later days.

    Args:
        start: First day by name, "today" or "tomorrow", where it is one of these days; another date; or None for the
            day after the last known sale.
        full: Whether the forecasts have contributions.
    """

    start: dt.date | str | None
    full: bool

    @classmethod
    def of(cls, version: LoadedVersion, request: ForecastRequest) -> "Kind":
        """The kind of a request.

        Args:
            version: Version that answers.
            request: Request without overrides.
        """
        start = request.start
        if isinstance(start, dt.date):
            ahead = (start - today_of(version, request)).days
            start = next((name for name, days in RELATIVE_DAYS.items() if days == ahead), start)
        return cls(start, request.full)


class Demand:
    """Counts the calls that no prepared forecast answered; several threads may use it at once."""

    def __init__(self) -> None:
        self._calls: OrderedDict[tuple[str, Kind, str], int] = OrderedDict()
        self._lock = threading.Lock()

    def to_prepare(self, version: LoadedVersion, request: ForecastRequest) -> Sequence[str] | None:
        """Counts a call, and answers which dishes to prepare.

        The explanations of a forecast take a hundred times as long as the forecast. So a window with them has only the
        dishes that were asked for, and a window without them always has all dishes.

        Args:
            version: Version that answered.
            request: Request without overrides.

        Returns:
            Names of the dishes; empty for all dishes of the version; None for nothing to prepare.
        """
        kind = Kind.of(version, request)
        named = (request.dishes or (_ALL,)) if request.full else (_ALL,)
        with self._lock:
            wanted = [dish for dish in named if self._count((version.manifest.store, kind, dish)) >= _PREPARED_FROM]
        if not wanted:
            return None
        return () if _ALL in wanted else wanted

    def kinds(self, store: str) -> list[Kind]:
        """The kinds of calls for all dishes without contributions that a store's callers repeat.

        Args:
            store: Name of the store.
        """
        with self._lock:
            return [
                kind
                for (of, kind, dish), calls in self._calls.items()
                if of == store and dish == _ALL and not kind.full and calls >= _PREPARED_FROM
            ]

    def _count(self, key: tuple[str, Kind, str]) -> int:
        calls = self._calls[key] = self._calls.pop(key, 0) + 1
        if len(self._calls) > _REMEMBERED:
            self._calls.popitem(last=False)
        return calls
