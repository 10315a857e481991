"""What a worker logs when it is asked to stop."""

import logging

import pytest
from dramatiq.middleware import Shutdown

from training_service.worker import without_traceback_of_stops


@pytest.mark.parametrize(("error", "has_traceback"), [(Shutdown(), False), (OSError("disk full"), True)])
def test_a_stop_is_logged_in_one_line_and_an_error_with_its_traceback(
    error: BaseException, has_traceback: bool, caplog: pytest.LogCaptureFixture
) -> None:
    logger = logging.getLogger("test.worker")
    logger.addFilter(without_traceback_of_stops)

    logger.error("Failed to process message %s", "m1", exc_info=error)

    [record] = caplog.records
    assert bool(record.exc_info) == has_traceback
    assert ("the worker stops" in record.getMessage()) != has_traceback
