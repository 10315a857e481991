"""The limit on calls that are under way at a time."""

import grpc
import pytest

from shared.errors import Overloaded
from shared.rpc.errors import code_of
from shared.rpc.load import LoadLimit


def test_calls_above_the_limit_are_refused_until_one_has_ended() -> None:
    limit = LoadLimit(2, "forecasts")

    with limit.taken():
        with limit.taken(), pytest.raises(Overloaded, match="2 forecasts are under way") as caught, limit.taken():
            pass
        with limit.taken():
            pass
    assert code_of(caught.value) is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_call_that_fails_makes_room_for_another() -> None:
    limit = LoadLimit(1, "forecasts")
    for _ in range(2):
        with pytest.raises(ValueError, match="wrong"), limit.taken():
            raise ValueError("wrong")
