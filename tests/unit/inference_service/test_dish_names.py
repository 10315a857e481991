"""Names of dishes in messages: a mistyped dish gets a similar name, and the search stays fast."""

import pytest

from inference_service.dish_names import require_models
from shared.errors import NotFound


def complaint(dishes: list[str], dishes_with_model: list[str]) -> str:
    with pytest.raises(NotFound) as caught:
        require_models(dishes, dishes_with_model)
    return caught.value.message


def test_only_the_first_three_unknown_dishes_get_a_similar_name() -> None:
    message = complaint([f"Apple strudl {i}" for i in range(25)], ["Apple strudel", "Soup"])

    assert message.count("did you mean 'Apple strudel'?") == 3
    assert "'Apple strudl 19' and 5 more" in message


def test_names_longer_than_60_characters_are_not_compared() -> None:
    long = "strudel " * 50

    assert "did you mean" not in complaint([long + "?"], [long, "Soup"])
    assert "did you mean" not in complaint(["Pasta"], [long])
    assert "did you mean 'Soup'?" in complaint(["Soupe"], [long, "Soup"])
