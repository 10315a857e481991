"""Many stores in one database: each store has its own runs, versions and forecasts."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pandas as pd
import pytest

from smartsuschef.client import ForecastClient, ForecastServiceError
from tests.support.databases import fill, new_database
from tests.support.sales_files import write_sales
from tests.support.stack import Stack, running_stack
from tests.support.waiting import wait_until_live

STORES = (7, 8, 9)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack with a database of three stores; each store sells ten times as much as the one before."""
    folder = tmp_path_factory.mktemp("stores")
    write_sales(folder / "sales.csv", dishes=2, days=50)
    sales = pd.read_csv(folder / "sales.csv")
    with new_database("sqlite", folder) as url:
        for number, store in enumerate(STORES):
            fill(url, sales.assign(sales=sales["sales"] * 10**number), store=store)
        with running_stack(folder / "stack", SALES_DATABASE_URL=url) as running:
            yield running


@pytest.fixture(scope="module")
def client(stack: Stack) -> Iterator[ForecastClient]:
    with ForecastClient(
        training_address=stack.training_address, inference_address=stack.inference_address
    ) as connected:
        yield connected


def suschef(stack: Stack, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from smartsuschef.client.console.app import main; main()", *arguments]
    environment = {**stack.environment, "SUSCHEF_TRAINING_ADDRESS": stack.training_address, "COLUMNS": "120"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_the_stores_of_the_database_are_listed(client: ForecastClient) -> None:
    assert list(client.list_stores()) == ["7", "8", "9"]
    assert list(client.list_stores(page_size=2)) == ["7", "8", "9"]


def test_all_stores_are_trained_and_each_has_its_own_forecast(stack: Stack, client: ForecastClient) -> None:
    done = suschef(stack, "train", "--all-stores", "--country", "DE", "--at-once", "2", "--json")

    assert done.returncode == 0, done.stdout + done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert sorted(event["store"] for event in events) == ["7", "8", "9"]
    totals = []
    for event in events:
        wait_until_live(client, event["store"], event["result"]["version"])
    for store in ("7", "8", "9"):
        answer = client.predict(store=store)
        totals.append(sum(day.yhat for forecast in answer.forecasts for day in forecast.days))
        assert [run.store for run in client.list_trainings(store=store)] == [store]
        assert len(list(client.list_versions(store=store))) == 1
    assert totals[1] == pytest.approx(10 * totals[0], rel=0.2)
    assert totals[2] == pytest.approx(100 * totals[0], rel=0.2)


def test_a_store_that_cannot_be_trained_does_not_stop_the_others(stack: Stack) -> None:
    busy = suschef(stack, "train", "--store", "8", "--country", "XX")
    done = suschef(stack, "train", "--all-stores", "--country", "XX")

    assert busy.returncode == 2
    assert done.returncode == 1
    assert done.stdout.count("not started") == 3
    assert "3 stores: 0 trained, 3 not" in done.stdout


def test_all_stores_together_with_one_store_is_a_usage_error(stack: Stack) -> None:
    done = suschef(stack, "train", "--all-stores", "--store", "7")

    assert done.returncode == 2
    assert "--all-stores cannot be combined with --store" in done.stderr


def test_stores_cannot_be_listed_without_a_database(tmp_path: Path) -> None:
    plain = Stack(tmp_path / "plain")
    try:
        plain.start_redis()
        plain.start_training()
        with (
            ForecastClient(
                training_address=plain.training_address, inference_address=plain.inference_address
            ) as client,
            pytest.raises(ForecastServiceError) as caught,
        ):
            list(client.list_stores())
    finally:
        plain.stop_all()

    assert caught.value.code is grpc.StatusCode.FAILED_PRECONDITION
    assert caught.value.reason == "NO_DATABASE"
