"""StartGroupTraining with real workers: the runs of a group survive deaths, and a wrong request starts none."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pandas as pd
import pytest

from smartsuschef.client import ForecastClient, ForecastServiceError, GroupMember, Location
from smartsuschef.forecast.v1 import training_pb2
from tests.support.sales_files import write_sales
from tests.support.stack import Stack
from tests.support.waiting import wait_until_live

DE = Location(country="DE")
STORES = ("Alte Brücke", "Hafen", "Markt")

#: Trees that are fitted quickly, in one fold.
QUICK = {
    "blend_prior": {"baseline": 1.0, "smoothing": 2.0, "pooled": 10.0},
    "n_cv_folds": 1,
    "pooled_tree_rounds": 5,
}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    config = tmp_path / "config.json"
    config.write_text(json.dumps(QUICK))
    stack = Stack(tmp_path / "stack", {"PIPELINE_CONFIG": str(config)})
    write_chain(stack.data / "chain.csv")
    yield stack
    stack.stop_all()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose requests are wrong, so that no worker has anything to do."""
    folder = tmp_path_factory.mktemp("group")
    stack = Stack(folder / "stack")
    write_chain(stack.data / "chain.csv")
    write_sales(stack.data / "one.csv", dishes=1, days=30)
    try:
        stack.start_redis()
        stack.start_training()
        yield stack
    finally:
        stack.stop_all()


def write_chain(path: Path) -> None:
    """Writes the sales of three stores to one file; each has a dish that the others do not have."""
    frames = []
    for seed, store in enumerate(STORES):
        write_sales(path, dishes=2, days=100, seed=seed)
        sales = pd.read_csv(path).assign(store=store)
        frames.append(sales.replace({"dish": {"dish-1": f"special {seed}"}}))
    pd.concat(frames).to_csv(path, index=False)


def connected(stack: Stack) -> ForecastClient:
    return ForecastClient(training_address=stack.training_address, inference_address=stack.inference_address)


def test_a_group_survives_the_death_of_its_workers_and_each_store_is_published(stack: Stack) -> None:
    stack.start()
    with connected(stack) as client:
        runs = client.start_group_training(
            members=STORES, sales_data_source="chain.csv", location=DE, request_id="monday"
        )
        assert [run.store for run in runs] == list(STORES)
        assert len({run.group_id for run in runs}) == 1
        first = client.watch_training(runs[0].run_id, store=runs[0].store)
        seen = [next(first), next(first)]
        stack.stop("workers", signal.SIGKILL)
        stack.start_workers()
        seen += list(first)
        told = [seen, *(list(client.watch_training(run.run_id, store=run.store)) for run in runs[1:])]

        for number, (run, events) in enumerate(zip(runs, told, strict=True)):
            assert events[-1].state == training_pb2.RUN_STATE_SUCCEEDED
            assert sorted(events[-1].result.trained_dishes) == ["dish-0", f"special {number}"]
            [planned] = [event for event in events if event.kind == training_pb2.PROGRESS_KIND_PLANNED]
            assert "trees of a group of 3 stores" in planned.message
            wait_until_live(client, run.store, events[-1].result.version)
            assert {each.dish for each in client.predict(store=run.store).forecasts} == {"dish-0", f"special {number}"}
        again = client.start_group_training(
            members=STORES, sales_data_source="gone.csv", location=DE, request_id="monday"
        )
        assert [run.run_id for run in again] == [run.run_id for run in runs]


def test_the_console_trains_all_stores_of_a_file_together(stack: Stack) -> None:
    stack.start()
    options = ["--all-stores", "--together", "--source", "chain.csv", "--country", "DE", "--json"]
    command = [sys.executable, "-c", "from smartsuschef.client.console.app import main; main()", "train", *options]
    environment = {**stack.environment, "SUSCHEF_TRAINING_ADDRESS": stack.training_address}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)

    assert done.returncode == 0, done.stdout + done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert sorted(event["store"] for event in events) == sorted(STORES)
    assert {event["state"] for event in events} == {"RUN_STATE_SUCCEEDED"}


def runs_of(client: ForecastClient) -> list[str]:
    """Ids of the runs of all stores."""
    return [run.run_id for store in STORES for run in client.list_trainings(store=store)]


def refused(stack: Stack, **request: object) -> dict[str, str]:
    """The violations of a request that starts no run, by field."""
    with connected(stack) as client:
        before = runs_of(client)
        with pytest.raises(ForecastServiceError) as caught:
            client.start_group_training(**{"location": DE, **request})  # type: ignore[arg-type]  # arguments of several types
        assert runs_of(client) == before
    assert caught.value.code is grpc.StatusCode.INVALID_ARGUMENT, caught.value
    return {violation.field: violation.description for violation in caught.value.violations}


def test_all_that_is_wrong_with_the_members_is_told_at_once(running: Stack) -> None:
    members = [
        GroupMember(store="Hafen", sales_data_source="missing.csv"),
        GroupMember(store="Hafen"),
        GroupMember(store="Markt", location=Location(country="XX")),
        GroupMember(store="line\nbreak"),
    ]

    found = refused(running, members=members, sales_data_source="chain.csv")

    assert list(found) == [
        "members[0].sales_data_source",
        "members[2].location.country",
        "members[3].store",
        "members[1].store",
    ]
    assert found["members[1].store"] == "expected each store once; Hafen is named before"


def test_a_store_that_the_file_of_the_group_does_not_have_is_named(running: Stack) -> None:
    found = refused(running, members=["Hafen", "Bahnhof"], sales_data_source="chain.csv")

    assert list(found) == ["members[1].store"]
    assert found["members[1].store"].startswith("no sales of store 'Bahnhof' in the file")


def test_stores_that_would_have_the_same_sales_are_no_group(running: Stack) -> None:
    found = refused(running, members=["Hafen", "Markt"], sales_data_source="one.csv")

    assert list(found) == ["sales_data_source"]
    assert found["sales_data_source"].endswith("Hafen, Markt would have the same sales; name a file for each")
    of_all = refused(running, all_stores=True, sales_data_source="one.csv")
    assert of_all == {
        "sales_data_source": "the file has no column of stores; name the members, each with a file of its own"
    }


@pytest.mark.parametrize(
    ("request_of", "field"),
    [
        ({"members": ["Hafen"]}, "members"),
        ({"members": [f"store {number}" for number in range(101)]}, "members"),
        ({}, "members"),
        ({"members": ["Hafen", "Markt"], "all_stores": True}, "all_stores"),
        ({"members": ["Hafen", "Markt"], "request_id": "x" * 129}, "request_id"),
    ],
)
def test_a_group_that_is_none_is_refused(running: Stack, request_of: dict[str, object], field: str) -> None:
    assert list(refused(running, sales_data_source="chain.csv", **request_of)) == [field]


def test_all_stores_are_unknown_without_a_file_and_a_database(running: Stack) -> None:
    with connected(running) as client, pytest.raises(ForecastServiceError) as caught:
        client.start_group_training(all_stores=True, location=DE)
    assert caught.value.reason == "NO_DATABASE"


def test_a_store_that_is_being_trained_keeps_its_group_from_beginning(running: Stack) -> None:
    with connected(running) as client:
        live = client.start_training(store="Markt", sales_data_source="chain.csv", location=DE)
        with pytest.raises(ForecastServiceError) as caught:
            client.start_group_training(members=STORES, sales_data_source="chain.csv", location=DE)
        client.cancel_training(live.run_id, store="Markt")
        assert not list(client.list_trainings(store="Alte Brücke"))

    assert caught.value.reason == "RUN_IS_LIVE"
    assert caught.value.metadata["run_id"] == live.run_id
    assert "Markt of the group" in caught.value.message


def test_a_request_id_that_other_stores_have_used_is_refused(running: Stack) -> None:
    with connected(running) as client:
        live = client.start_training(store="Markt", sales_data_source="chain.csv", location=DE, request_id="again")
        with pytest.raises(ForecastServiceError) as caught:
            client.start_group_training(members=STORES, sales_data_source="chain.csv", location=DE, request_id="again")
        client.cancel_training(live.run_id, store="Markt")

    assert [violation.field for violation in caught.value.violations] == ["request_id"]
