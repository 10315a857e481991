"""Requests of runs that an earlier release left in Redis can still be read."""

import json

import pytest

from training_service.runs.run_models import RunRequest


@pytest.mark.parametrize("retrain_all", [True, False])
def test_a_request_of_release_0_2_says_what_it_trains(retrain_all: bool) -> None:
    stored = {"store": "harbour", "place": {"country": "DE"}, "retrain_all": retrain_all, "sales_data_source": ""}

    request = RunRequest.model_validate_json(json.dumps(stored))

    assert request.train_only_new is not retrain_all
    assert RunRequest.model_validate_json(request.model_dump_json()) == request
