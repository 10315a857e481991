"""Names of dishes in messages: a mistyped dish gets a similar name, and the search stays fast."""

from pathlib import Path

import pytest

from inference_service.dish_names import require_models
from shared.errors import NotFound
from shared.registry.manifest import Manifest
from shared.registry.registry import Registry
from tests.support.versions import publish


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    """The manifest of version v1 of the store harbour."""
    registry = Registry(str(tmp_path))
    publish(registry, "harbour", "v1")
    return registry.manifest("harbour", "v1")


def refusal(dishes: list[str], dishes_with_model: list[str], manifest: Manifest) -> NotFound:
    with pytest.raises(NotFound) as caught:
        require_models({f"dishes[{i}]": dish for i, dish in enumerate(dishes)}, dishes_with_model, manifest)
    return caught.value


def test_only_the_first_three_unknown_dishes_get_a_similar_name(manifest: Manifest) -> None:
    message = refusal([f"Apple strudl {i}" for i in range(25)], ["Apple strudel", "Soup"], manifest).message

    assert message.count("did you mean 'Apple strudel'?") == 3
    assert "'Apple strudl 19' and 5 more" in message


def test_names_longer_than_60_characters_are_not_compared(manifest: Manifest) -> None:
    long = "strudel " * 50

    assert "did you mean" not in refusal([long + "?"], [long, "Soup"], manifest).message
    assert "did you mean" not in refusal(["Pasta"], [long], manifest).message
    assert "did you mean 'Soup'?" in refusal(["Soupe"], [long, "Soup"], manifest).message


def test_an_unknown_dish_is_named_for_programs_with_each_field_that_names_one(manifest: Manifest) -> None:
    error = refusal(["Soup", "Sup", "Te"], ["Soup"], manifest)

    assert error.reason == "UNKNOWN_DISH"
    assert error.metadata == {"dish": "Sup", "store": "harbour", "version": "v1"}
    assert [violation.field for violation in error.violations] == ["dishes[1]", "dishes[2]"]
