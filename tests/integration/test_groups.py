"""The runs of a group against a real Redis and a real registry: they share their trees, and nothing else."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from shared.config import PipelineConfig
from shared.errors import Unavailable
from shared.forecasting.pooled_trees import OTHER_DISH
from shared.restaurant.place import Place
from tests.support.pipeline_bench import Bench, events
from tests.support.sales_files import write_sales
from training_service.outcomes import RunResult
from training_service.runs.group_models import UnknownGroup
from training_service.runs.run_models import Run, RunRequest, RunState
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.sales_source import SalesSource

#: Trees that are fitted quickly, in one fold.
CONFIG = PipelineConfig(
    n_cv_folds=1, pooled_tree_rounds=5, blend_prior={"baseline": 1.0, "smoothing": 2.0, "pooled": 10.0}
)
STORES = ("harbour", "station", "market")


@pytest.fixture
def group(bench: Bench) -> Bench:
    """A bench with the sales of three stores, which have a dish of their own each, and one that has just opened."""
    for seed, store in enumerate(STORES):
        write_sales(bench.folder / f"{store}.csv", dishes=2, days=120, seed=seed)
        rename(bench.folder / f"{store}.csv", {"dish-1": f"special of the {store}"})
    write_sales(bench.folder / "new.csv", dishes=1, days=14)
    return bench.having(config=CONFIG)


def rename(path: Path, names: dict[str, str]) -> None:
    sales = pd.read_csv(path)
    sales["dish"] = sales["dish"].replace(names)
    sales.to_csv(path, index=False)


def request(bench: Bench, store: str, **options: Any) -> RunRequest:
    return RunRequest(
        store=store, place=Place(country="DE"), sales_data_source=str(bench.folder / f"{store}.csv"), **options
    )


def start(bench: Bench, *stores: str, request_id: str = "") -> list[Run]:
    """Starts the runs of a group and sends its first message."""
    created = bench.work.runs.create_group([request(bench, store) for store in stores or STORES], request_id)
    assert created.runs
    bench.reads.append(created.runs[0].request.group)
    return list(created.runs)


def ended(bench: Bench, runs: list[Run]) -> list[Run]:
    return [bench.work.runs.get(run.run_id) for run in runs]


def states(bench: Bench, runs: list[Run]) -> list[RunState]:
    return [run.state for run in ended(bench, runs)]


def trees_of(bench: Bench, run: Run) -> dict[str, Any]:
    """The pooled trees that the version of a run is served with."""
    registry = bench.work.registry
    [digest] = {entry.trees for entry in registry.manifest(run.request.store, f"v{run.run_id}").dishes.values()}
    payload = registry.get(run.request.store, digest)
    assert isinstance(payload, dict)
    return payload


def stored_of(bench: Bench, store: str) -> str:
    """All that the registry keeps of a store, as text."""
    registry = bench.work.registry
    [version] = registry.versions(store)
    manifest = registry.manifest(store, version)
    artifacts = {digest for entry in manifest.dishes.values() for digest in (entry.artifact, entry.trees)}
    loaded = [registry.get(store, digest) for digest in (*artifacts, manifest.context)]
    return manifest.model_dump_json() + repr(loaded)


def test_stores_of_a_group_are_published_each_by_itself_with_the_same_trees(group: Bench) -> None:
    runs = start(group)
    group.deliver_all()

    assert states(group, runs) == [RunState.SUCCEEDED] * 3
    assert [group.work.registry.current(store) for store in STORES] == [f"v{run.run_id}" for run in runs]
    trees = [trees_of(group, run) for run in runs]
    assert len({each["trees"] for each in trees}) == 1
    for store, each in zip(STORES, trees, strict=True):
        assert set(each["dishes"]) == {"dish-0", f"special of the {store}", OTHER_DISH}


def test_nothing_of_a_store_is_told_or_stored_with_another_one(group: Bench) -> None:
    runs = start(group)
    group.deliver_all()

    for run in runs:
        told = json.dumps(events(group, run)) + stored_of(group, run.request.store)
        assert f"special of the {run.request.store}" in told
        assert "trees of a group of 3 stores" in told
        for other in set(STORES) - {run.request.store}:
            assert other not in told


def test_a_new_store_of_a_group_is_forecast_by_the_trees_after_a_fortnight(group: Bench) -> None:
    alone = group.complete(group.work.runs.create(request(group, "new"), "").run)
    runs = start(group, *STORES, "new")
    group.deliver_all()

    registry = group.work.registry
    weights = [registry.manifest("new", f"v{run.run_id}").dishes["dish-0"].weights for run in (alone, runs[-1])]
    assert weights[0].get("pooled") is None
    assert weights[1]["pooled"] > 0.3
    result = group.work.runs.get(runs[-1].run_id).result
    assert result is not None
    assert result.published


def test_a_store_whose_sales_cannot_be_read_fails_and_the_others_go_on(group: Bench) -> None:
    (group.folder / "station.csv").write_text("date,dish,sales\nyesterday,soup,many\n")
    runs = start(group)
    group.deliver_all()

    harbour, station, market = ended(group, runs)
    assert station.state is RunState.FAILED
    assert station.error.startswith("the sales cannot be used: ")
    assert [harbour.state, market.state] == [RunState.SUCCEEDED] * 2
    assert not group.work.workspaces.folder(station.run_id).exists()


def test_a_cancelled_store_leaves_the_group_and_the_others_go_on(group: Bench) -> None:
    runs = start(group)
    group.work.group_training.read(group.reads.pop(), group.outbox)
    group.work.runs.finish(runs[1], RunState.CANCELLED, RunResult(), "cancelled on request")
    group.work.workspaces.delete(runs[1].run_id)
    group.deliver_all()

    assert states(group, runs) == [RunState.SUCCEEDED, RunState.CANCELLED, RunState.SUCCEEDED]
    assert "special of the station" not in repr(trees_of(group, runs[0]))


def test_a_group_whose_runs_are_all_cancelled_does_nothing_more(group: Bench) -> None:
    runs = start(group)
    for run in runs:
        group.work.runs.finish(run, RunState.CANCELLED, RunResult(), "cancelled on request")
    group.deliver_all()

    assert states(group, runs) == [RunState.CANCELLED] * 3


@pytest.mark.parametrize("delivered", ["reads", "fits", "plans"])
def test_each_message_of_a_group_may_be_delivered_twice(group: Bench, delivered: str) -> None:
    runs = start(group)
    while not getattr(group, delivered):
        deliver_one(group)
    messages = getattr(group, delivered)
    messages += messages[:]
    group.deliver_all()

    assert states(group, runs) == [RunState.SUCCEEDED] * 3
    assert [len(group.work.registry.versions(store)) for store in STORES] == [1, 1, 1]


def deliver_one(bench: Bench) -> None:
    """Delivers the messages of the next step of a group."""
    if bench.reads:
        bench.work.group_training.read(bench.reads.pop(0), bench.outbox)
    else:
        bench.work.group_training.fit(*bench.fits.pop(0), bench.outbox)


def test_a_worker_that_dies_between_two_stores_leaves_the_stores_that_were_read(group: Bench) -> None:
    runs = start(group)
    read: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        reading(group, read, dies_at="market").work.group_training.read(group.reads[0], group.outbox)
    reading(group, read).work.group_training.read(group.reads.pop(), group.outbox)
    group.deliver_all()

    assert read == ["harbour", "station", "market", "market"]
    assert states(group, runs) == [RunState.SUCCEEDED] * 3


def test_a_message_that_has_read_for_long_leaves_the_other_stores_to_the_next_message(group: Bench) -> None:
    runs = start(group)
    read: list[str] = []
    hasty = dataclasses.replace(reading(group, read).work.group_training, read_seconds=0.0)
    for number in range(1, 4):
        assert not group.fits
        hasty.read(group.reads.pop(), group.outbox)
        assert read == list(STORES[:number])
    group.deliver_all()

    assert states(group, runs) == [RunState.SUCCEEDED] * 3


def reading(bench: Bench, read: list[str], dies_at: str = "") -> Bench:
    """The same bench, which notes the stores that it reads, and whose worker dies once."""

    class NotedSales(SalesSource):
        def read(self, source: str, store: str, *arguments: Any) -> Any:
            read.append(store)
            if store == dies_at:
                raise KeyboardInterrupt
            return super().read(source, store, *arguments)

    return bench.having(source=NotedSales(SalesFiles(bench.folder), "sales.csv", SalesColumns(), bench.work.config))


def test_messages_that_were_lost_are_sent_again_by_the_plan_of_any_run(group: Bench) -> None:
    runs = start(group)
    group.reads.clear()
    for run in runs:  # as the caretaker sends silent runs
        group.work.plan(run.run_id, group.outbox)

    assert group.reads == [runs[0].request.group]
    group.work.group_training.read(group.reads.pop(), group.outbox)
    fits = group.fits[:]
    group.fits.clear()
    group.reads.append(runs[0].request.group)
    group.work.group_training.read(group.reads.pop(), group.outbox)
    assert group.fits == fits
    group.deliver_all()
    assert states(group, runs) == [RunState.SUCCEEDED] * 3


def test_a_step_that_kills_every_worker_ends_the_runs_of_its_group(group: Bench) -> None:
    runs = start(group)
    [group_id] = group.reads
    for _ in range(group.work.max_attempts):
        group.work.groups.count_attempt(group_id, "reading")
    group.deliver_all()

    for run in ended(group, runs):
        assert run.state is RunState.FAILED
        assert run.error.startswith("the reading of its group was begun 2 times and never came to an end")


def test_runs_whose_group_is_no_longer_kept_end_with_advice(group: Bench) -> None:
    runs = start(group)
    group.reads.clear()
    client: Any = group.work.runs.client
    client.delete(f"test-{group.folder.name}:group:{runs[0].request.group}")

    group.work.plan(runs[0].run_id, group.outbox)

    assert ended(group, runs)[0].error == UnknownGroup().message
    with pytest.raises(UnknownGroup):
        group.work.group_training.read(runs[0].request.group, group.outbox)


def test_the_runs_of_a_group_begin_all_or_none(group: Bench) -> None:
    busy = group.work.runs.create(request(group, "station"), "").run

    created = group.work.runs.create_group([request(group, store) for store in STORES], "")

    assert [run.run_id for run in created.busy] == [busy.run_id]
    assert not created.runs
    assert [run.run_id for run in group.work.runs.live_runs()] == [busy.run_id]


def test_a_repeated_request_answers_the_runs_of_the_first_one(group: Bench) -> None:
    store = group.work.runs
    runs = start(group, request_id="monday")

    again = store.create_group([request(group, name) for name in STORES], "monday")
    found = store.find_group(STORES, "monday")

    assert [run.run_id for run in again.runs] == [run.run_id for run in runs]
    assert found is not None
    assert [run.run_id for run in found.runs] == [run.run_id for run in runs]
    assert store.create_group([request(group, name) for name in (*STORES, "new")], "monday").is_other
    assert store.find_group(["new"], "monday") is None
    assert len(store.live_runs()) == 3


def test_a_request_id_of_single_trainings_starts_no_group(group: Bench) -> None:
    store = group.work.runs
    for name in STORES:
        store.create(request(group, name), "monday")

    assert store.create_group([request(group, name) for name in STORES], "monday").is_other
    found = store.find_group(STORES, "monday")
    assert found is not None
    assert found.is_other


def test_workers_with_other_settings_go_on_with_those_of_the_group(group: Bench) -> None:
    runs = start(group)
    group.work.group_training.read(group.reads.pop(), group.outbox)
    other = group.having(config=CONFIG.model_copy(update={"pooled_tree_rounds": 9}))
    other.deliver_all()

    assert states(group, runs) == [RunState.SUCCEEDED] * 3
    manifest = group.work.registry.manifest("harbour", f"v{runs[0].run_id}")
    assert manifest.config["pooled_tree_rounds"] == CONFIG.pooled_tree_rounds


def test_a_database_that_is_away_is_tried_again_and_fails_no_store(group: Bench) -> None:
    runs = start(group)

    with pytest.raises(Unavailable):
        failing(group, Unavailable("not now")).work.group_training.read(group.reads[0], group.outbox)
    group.deliver_all()

    assert states(group, runs) == [RunState.SUCCEEDED] * 3


def failing(bench: Bench, error: Exception) -> Bench:
    """The same bench, with sales that cannot be read now."""

    class Failing(SalesSource):
        def read(self, *_: Any) -> Any:
            raise error

    return bench.having(source=Failing(SalesFiles(bench.folder), "sales.csv", SalesColumns(), bench.work.config))
