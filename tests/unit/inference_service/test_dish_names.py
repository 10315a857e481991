"""Names of dishes in messages: helpful, and never dear."""

import pytest

from inference_service.dish_names import require_models
from shared.errors import NotFound


def complaint(dishes: list[str], known: list[str]) -> str:
    with pytest.raises(NotFound) as caught:
        require_models(dishes, known)
    return caught.value.message


def test_similar_names_are_looked_for_for_the_first_few_only() -> None:
    told = complaint([f"Apple strudl {i}" for i in range(25)], ["Apple strudel", "Soup"])

    assert told.count("did you mean 'Apple strudel'?") == 3
    assert "'Apple strudl 19' and 5 more" in told


def test_names_too_long_to_compare_are_not_compared() -> None:
    long = "strudel " * 50

    assert "did you mean" not in complaint([long + "?"], [long, "Soup"])
    assert "did you mean" not in complaint(["Pasta"], [long])
    assert "did you mean 'Soup'?" in complaint(["Soupe"], [long, "Soup"])
