"""What is stored of a model is loaded whole: a missing key and an unknown key are refused, wherever they are."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shared.config import FEATURE_SCHEMA, PipelineConfig
from shared.errors import UnservableVersion
from shared.forecasters import FORECASTERS
from shared.forecasting.dish_model import DishModel
from shared.forecasting.pooled_trees import PooledTrees
from tests.golden.cases import Artifacts
from tests.golden.record import RECORDINGS

ARTIFACTS = Artifacts.read(RECORDINGS / FEATURE_SCHEMA)
TREES = PooledTrees.from_payload(ARTIFACTS.trees)

#: Dicts of names, of which there may be any number; every other dict is a record with fixed keys.
BY_NAME = {"holidays", "members", "regressors", "seasonalities", "weights"}


def load(payload: dict[str, Any]) -> DishModel:
    return DishModel.from_payload(payload, PipelineConfig(), TREES)


def records(payload: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every record in a payload, the payload's own (empty) path first."""
    if isinstance(payload, dict):
        if not path or path[-1] not in BY_NAME:
            yield path
        for key, value in payload.items():
            yield from records(value, (*path, key))


def at(payload: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    found = payload
    for key in path:
        found = found[key]
    return found


def refused(payload: dict[str, Any], change: Callable[[dict[str, Any]], object], path: tuple[str, ...]) -> str:
    """Changes the record at a path of a copy, and answers the message with which the copy is refused."""
    changed = copy.deepcopy(payload)
    change(at(changed, path))
    with pytest.raises(UnservableVersion) as caught:
        load(changed)
    return caught.value.message


@pytest.mark.parametrize("case", [*FORECASTERS, "blend"])
def test_every_missing_key_is_refused_by_its_name(case: str) -> None:
    payload = dict(ARTIFACTS.dishes[case])

    for path in records(payload):
        for key in at(payload, path):
            assert f"missing ['{key}']" in refused(payload, lambda record, key=key: record.pop(key), path)  # type: ignore[misc]


@pytest.mark.parametrize("case", [*FORECASTERS, "blend"])
def test_an_unknown_key_is_refused_by_its_name(case: str) -> None:
    payload = dict(ARTIFACTS.dishes[case])

    for path in records(payload):
        assert "unknown ['moon']" in refused(payload, lambda record: record.update(moon=1.0), path)


@pytest.mark.parametrize("key", list(ARTIFACTS.trees))
def test_pooled_trees_without_one_of_their_keys_are_refused(key: str) -> None:
    payload = {name: value for name, value in ARTIFACTS.trees.items() if name != key}

    with pytest.raises(UnservableVersion, match=f"missing \\['{key}'\\]"):
        PooledTrees.from_payload(payload)


def test_a_member_of_a_blend_without_a_weight_is_refused() -> None:
    message = refused(dict(ARTIFACTS.dishes["blend"]), lambda weights: weights.pop("hybrid"), ("state", "weights"))

    assert "missing ['hybrid']" in message


def test_a_forecaster_that_this_release_does_not_have_is_refused() -> None:
    with pytest.raises(UnservableVersion, match=r"unknown forecaster 'oracle'.*train again"):
        load({**ARTIFACTS.dishes["baseline"], "forecaster": "oracle"})


def test_a_dish_whose_pooled_trees_are_missing_is_refused() -> None:
    with pytest.raises(UnservableVersion, match="pooled trees that this dish needs are missing"):
        DishModel.from_payload(ARTIFACTS.dishes["pooled"], PipelineConfig())
