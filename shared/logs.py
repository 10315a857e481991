"""Configures the log of a process: to standard error, as lines for people or as one JSON object a line."""

import logging
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Literal

import structlog
import structlog.tracebacks

#: Loggers of libraries whose reports help no operator, each with the least level that is still logged.
_CHATTY = {"prophet.plot": logging.CRITICAL, "cmdstanpy": logging.WARNING, "prophet": logging.WARNING}


def configure_logging(level: str, style: Literal["console", "json"]) -> None:
    """Sends the log of the process and of its libraries to standard error.

    Args:
        level: Least level that is logged, such as "INFO".
        style: "console" for lines for people, "json" for one JSON object a line.
    """
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if style == "json":
        last: list[structlog.typing.Processor] = [
            # Tracebacks come without local variables, which may hold keys and sales.
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        last = [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name, least in _CHATTY.items():
        logging.getLogger(name).setLevel(least)
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class SeldomWarning:
    """A warning that may come thousands of times a minute: logged at once, then with its number of times once a minute.

    Args:
        log: Log of the module.
        event: The warning.
        every_seconds: Shortest time between two lines.
        clock: Monotonic clock in seconds.
    """

    def __init__(
        self, log: Any, event: str, *, every_seconds: float = 60.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._log = log
        self._event = event
        self._every_seconds = every_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._times = 0
        self._logged = float("-inf")

    def __call__(self, **details: object) -> None:
        """Counts the warning, and logs it with details of this time unless a line was logged a moment ago."""
        with self._lock:
            self._times += 1
            now = self._clock()
            if now - self._logged < self._every_seconds:
                return
            times, self._times, self._logged = self._times, 0, now
        self._log.warning(self._event, times=times, **details)
