"""Tests of the text that `make up` prints when it starts."""

from pathlib import Path

import pytest

from local_stack.environment import LocalEnvironment
from local_stack.up import welcome
from shared.settings import TrainingSettings

LOCAL = LocalEnvironment({}, own_redis=True, training_address="127.0.0.1:50052", inference_address="127.0.0.1:50051")


@pytest.mark.parametrize("is_there", [True, False])
def test_the_sample_is_offered_only_without_a_sales_file(is_there: bool, tmp_path: Path) -> None:
    if is_there:
        (tmp_path / "sales.csv").touch()

    told = welcome(LOCAL, TrainingSettings(data_root=tmp_path))

    assert ("local_stack.sample" in told) is not is_there
    assert ("not there yet" in told) is not is_there


@pytest.mark.parametrize(("country", "told"), [("", "DE"), ("US", "US")])
def test_the_commands_to_try_have_the_country_that_is_set(country: str, told: str, tmp_path: Path) -> None:
    shown = welcome(LOCAL, TrainingSettings(data_root=tmp_path), country)

    assert f"suschef check --country {told}\n" in shown
    assert f"suschef train --country {told}\n" in shown
