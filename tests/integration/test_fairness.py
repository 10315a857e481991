"""Fairness between stores, with real workers: runs of small stores do not wait for an earlier run of a big store."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from smartsuschef.client import ForecastClient
from smartsuschef.forecast.v1 import training_pb2
from tests.support.databases import fill, new_database
from tests.support.stack import Stack, running_stack

#: Ids of the stores, and how many dishes each of them has.
BIG, BIG_DISHES = 100, 60
SMALL, SMALL_DISHES = range(1, 5), 3

#: The least work whose training still takes longer than its messages.
QUICK = {"blend_prior": {"baseline": 1.0, "prophet": 1.0, "hybrid": 1.0}, "n_cv_folds": 2}


def sales_of(dishes: int, days: int = 90) -> pd.DataFrame:
    """Random sales of some dishes."""
    dates = pd.date_range("2026-01-05", periods=days)
    units = np.random.default_rng(1).poisson(20.0, (dishes, days)).ravel()
    names = np.repeat([f"dish-{i:03}" for i in range(dishes)], days)
    return pd.DataFrame({"date": np.tile(dates, dishes), "dish": names, "sales": units})


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    config = tmp_path / "config.json"
    config.write_text(json.dumps(QUICK))
    with new_database("sqlite", tmp_path) as url:
        for store in SMALL:
            fill(url, sales_of(SMALL_DISHES), store=store)
        fill(url, sales_of(BIG_DISHES), store=BIG)
        with running_stack(
            tmp_path / "stack", SALES_DATABASE_URL=url, PIPELINE_CONFIG=str(config), RUN_MESSAGES_AT_ONCE="4"
        ) as running:
            yield running


def test_runs_of_small_stores_end_long_before_an_earlier_run_of_a_big_store(stack: Stack) -> None:
    with ForecastClient(training_address=stack.training_address, inference_address=stack.inference_address) as client:
        big = client.start_training(store=str(BIG))
        begun = next(
            event
            for event in client.watch_training(big.run_id, store=big.store)
            if event.kind == training_pb2.PROGRESS_KIND_DISH_FINISHED
        )
        started = [client.start_training(store=str(store)) for store in SMALL]
        small = [list(client.watch_training(run.run_id, store=run.store)) for run in started]
        passed = client.get_training(big.run_id, store=big.store).current
        *_, end = client.watch_training(big.run_id, store=big.store)

    assert begun.current < BIG_DISHES / 4
    assert all(len(events[-1].result.trained_dishes) == SMALL_DISHES for events in small)
    assert len(end.result.trained_dishes) == BIG_DISHES
    assert passed < BIG_DISHES * 3 / 4
    # A store is published when its own dishes are done, and not when the dishes of all stores are.
    last_dish = max(moments(events, training_pb2.PROGRESS_KIND_DISH_STARTED)[-1] for events in small)
    published = [moments(events, training_pb2.PROGRESS_KIND_FINISHED)[0] for events in small]
    assert sum(moment < last_dish for moment in published) >= len(small) / 2


def moments(events: list[training_pb2.TrainingProgress], kind: training_pb2.ProgressKind) -> list[dt.datetime]:
    return [event.time.ToDatetime() for event in events if event.kind == kind]
