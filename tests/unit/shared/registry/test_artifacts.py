"""Artifacts: equal values give equal bytes, and nothing is unpickled before its digest is checked."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from shared.registry.artifacts import CorruptArtifact, digest_of, dump_artifact, load_artifact


def test_equal_values_give_equal_bytes_whichever_way_they_were_made() -> None:
    shared_name = "".join(["week", "ly"])
    one = {"b": shared_name, "a": [shared_name, np.arange(3.0)], "c": np.float64(1.5)}
    other = {"a": ["".join(["wee", "kly"]), np.arange(6.0)[::2] / 2], "c": 1.5, "b": "".join(["we", "ekly"])}

    assert dump_artifact(one) == dump_artifact(other)


def test_an_artifact_comes_back_as_it_was_stored() -> None:
    value = {"name": "鱼", "numbers": np.array([1.0, np.nan]), "nested": {"flag": True, "none": None, "pair": (1, 2.5)}}
    data = dump_artifact(value)

    loaded = load_artifact(data, digest_of(data))

    np.testing.assert_array_equal(loaded.pop("numbers"), value.pop("numbers"))
    assert loaded == value


def test_a_planted_artifact_is_refused_before_its_code_runs(tmp_path: Path) -> None:
    trace = tmp_path / "was-here"

    class Planted:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(trace),)

    promised = digest_of(dump_artifact({}))

    with pytest.raises(CorruptArtifact):
        load_artifact(pickle.dumps(Planted()), promised)
    assert not trace.exists()


def test_a_value_of_another_type_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        dump_artifact({"model": object()})
