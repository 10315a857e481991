"""Recorded artifacts still give their recorded forecasts, and so do models that are fitted again."""

import json
from pathlib import Path

import pytest

from shared.config import FEATURE_SCHEMA
from tests.golden import record
from tests.golden.record import RECORDINGS, WHAT_TO_DO, fitted_changes, read_forecasts, served_changes

RECORDING = RECORDINGS / FEATURE_SCHEMA


@pytest.fixture(autouse=True)
def recorded() -> None:
    """Fails unless today's FEATURE_SCHEMA has a recording, and no other schema has one."""
    schemas = sorted(folder.name for folder in RECORDINGS.iterdir())
    if schemas != [FEATURE_SCHEMA]:
        pytest.fail(
            f"FEATURE_SCHEMA is {FEATURE_SCHEMA}, but {RECORDINGS} has {schemas}: run `make golden` and commit it",
            pytrace=False,
        )


def test_recorded_artifacts_are_served_with_their_recorded_forecasts() -> None:
    changes = served_changes(RECORDING)

    if changes:
        pytest.fail("\n".join(["Stored models forecast something else:", *changes, WHAT_TO_DO]), pytrace=False)


def test_models_that_are_fitted_again_forecast_what_was_recorded() -> None:
    changes = fitted_changes(RECORDING)

    if changes:
        pytest.fail("\n".join(["Fitted models forecast something else:", *changes, WHAT_TO_DO]), pytrace=False)


def test_recordings_are_small() -> None:
    assert sum(file.stat().st_size for file in RECORDING.iterdir()) < 300_000


def test_a_changed_forecast_is_not_recorded_under_the_same_schema(tmp_path: Path) -> None:
    recording = tmp_path / "recordings" / FEATURE_SCHEMA
    recording.mkdir(parents=True)
    for file in RECORDING.iterdir():
        (recording / file.name).write_bytes(file.read_bytes())
    changed = read_forecasts(recording)
    changed["smoothing"]["with news"]["yhat"][0] *= 1.00001
    (recording / "forecasts.json").write_text(json.dumps(changed))

    with pytest.raises(SystemExit, match=r"(?s)forecasts changed:\nsmoothing, with news, yhat: .*FEATURE_SCHEMA in"):
        record.main(tmp_path / "recordings")

    record.main(tmp_path / "recordings", "a new schema")
    assert [folder.name for folder in (tmp_path / "recordings").iterdir()] == ["a new schema"]
    assert read_forecasts(tmp_path / "recordings" / "a new schema").keys() == read_forecasts(RECORDING).keys()
