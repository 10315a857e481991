"""Warnings that may come thousands of times a minute."""

import structlog
from structlog.testing import capture_logs

from shared.logs import SeldomWarning


def test_a_warning_is_logged_at_once_and_then_once_a_minute_with_its_number_of_times() -> None:
    seconds = 0.0
    with capture_logs() as lines:
        warn = SeldomWarning(structlog.get_logger(), "the storage refuses", clock=lambda: seconds)
        for _ in range(1000):
            warn(store="first")
        seconds = 59.0
        warn(store="second")
        seconds = 60.0
        warn(store="third")

    assert lines == [
        {"event": "the storage refuses", "log_level": "warning", "times": 1, "store": "first"},
        {"event": "the storage refuses", "log_level": "warning", "times": 1001, "store": "third"},
    ]
