"""The steps of a run against a real Redis and registry: stopped anywhere, run twice, they end in one good version."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from shared.announcements import Announcer
from shared.config import PipelineConfig
from shared.errors import InvalidInput
from shared.place import Place
from shared.registry import Registry
from shared.sales import SalesColumns
from shared.settings import TrainingSettings
from tests.support.sales_files import write_sales
from tests.support.stack import Stack
from training_service import caretaker
from training_service.actors import declare_actors
from training_service.broker import create_broker, nothing_waits
from training_service.outbox import Outbox
from training_service.pipeline import Pipeline
from training_service.run_models import Run, RunRequest, RunState
from training_service.runs import RunStore
from training_service.sales_source import SalesSource
from training_service.train_dish import train_dish
from training_service.workspace import Workspaces

#: Short histories, so that only the baseline is fitted and the tests are quick.
DAYS = 50


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    stack = Stack(tmp_path_factory.mktemp("redis"))
    stack.start_redis()
    yield stack.redis_url
    stack.stop_all()


@dataclass
class Bench:
    """A pipeline whose messages are kept, to be delivered by the test."""

    work: Pipeline
    folder: Path
    trains: list[tuple[str, list[str]]] = field(default_factory=list)
    publishes: list[str] = field(default_factory=list)

    @property
    def outbox(self) -> Outbox:
        return Outbox(lambda run_id, dishes: self.trains.append((run_id, dishes)), self.publishes.append)

    def start(self, *, retrain_all: bool = True) -> Run:
        request = RunRequest(
            store="harbour",
            place=Place(country="DE"),
            retrain_all=retrain_all,
            sales_data_source=str(self.folder / "sales.csv"),
        )
        return self.work.runs.create(request, "").run

    def deliver_all(self) -> None:
        while self.trains or self.publishes:
            for run_id, dishes in self.trains[:]:
                self.trains.remove((run_id, dishes))
                self.work.train(run_id, dishes, self.outbox)
            for run_id in self.publishes[:]:
                self.publishes.remove(run_id)
                self.work.publish(run_id)

    def complete(self, run: Run) -> Run:
        self.work.plan(run.run_id, self.outbox)
        self.deliver_all()
        return self.work.runs.get(run.run_id)


@pytest.fixture
def bench(redis_url: str, tmp_path: Path) -> Bench:
    config = PipelineConfig()
    runs = RunStore(redis_url, f"test-{tmp_path.name}", dt.timedelta(hours=1))
    write_sales(tmp_path / "sales.csv", dishes=3, days=DAYS)
    work = Pipeline(
        runs=runs,
        source=SalesSource(tmp_path, "sales.csv", SalesColumns(), config),
        registry=Registry(str(tmp_path / "models")),
        workspaces=Workspaces(tmp_path / "runs"),
        config=config,
        announcer=Announcer(runs.client, f"test-{tmp_path.name}"),
        versions_kept=10,
        max_attempts=2,
    )
    return Bench(work, tmp_path)


def fail_for(monkeypatch: pytest.MonkeyPatch, *dishes: str, error: Exception) -> None:
    """Makes the training of some dishes fail."""

    def train_or_fail(dish: str, *arguments: Any) -> Any:
        if dish in dishes:
            raise error
        return train_dish(dish, *arguments)

    monkeypatch.setattr("training_service.pipeline.train_dish", train_or_fail)


def kinds(bench: Bench, run: Run) -> list[str]:
    entries: Any = bench.work.runs.client.xrange(f"test-{bench.folder.name}:run:{run.run_id}:events")
    return [fields["event"].split('"kind": "')[1].split('"')[0] for _, fields in entries]


def test_short_dishes_share_a_message(bench: Bench) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)

    assert bench.trains == [(run.run_id, ["dish-0", "dish-1", "dish-2"])]


def test_every_message_may_come_twice(bench: Bench) -> None:
    run = bench.start()
    for _ in range(2):
        bench.work.plan(run.run_id, bench.outbox)
    for run_id, dishes in bench.trains:
        bench.work.train(run_id, dishes, bench.outbox)
    for run_id in [*bench.publishes, *bench.publishes]:
        bench.work.publish(run_id)
    bench.work.train(run.run_id, ["dish-0"], bench.outbox)

    assert bench.work.runs.get(run.run_id).state is RunState.SUCCEEDED
    assert bench.work.registry.versions("harbour") == [f"v{run.run_id}"]
    assert kinds(bench, run).count("DISH_FINISHED") == 3
    assert kinds(bench, run).count("FINISHED") == 1
    assert not list((bench.folder / "runs").iterdir())


def test_a_dish_that_cannot_be_trained_is_an_error_and_keeps_its_old_model(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bench.complete(bench.start())
    fail_for(monkeypatch, "dish-1", error=ValueError("no fit"))
    second = bench.complete(bench.start())

    assert second.state is RunState.SUCCEEDED
    assert second.result is not None
    assert [failure.message for failure in second.result.failures] == ["ValueError: no fit"]
    manifest = bench.work.registry.manifest("harbour", second.result.version)
    trained_in = {dish: entry.trained_version for dish, entry in manifest.dishes.items()}
    assert trained_in == {
        "dish-0": f"v{second.run_id}",
        "dish-1": f"v{first.run_id}",
        "dish-2": f"v{second.run_id}",
    }


def test_a_run_without_any_trained_dish_fails_and_the_live_version_stays(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bench.complete(bench.start())
    fail_for(monkeypatch, "dish-0", "dish-1", "dish-2", error=ValueError("no fit"))
    second = bench.complete(bench.start())

    assert second.state is RunState.FAILED
    assert "no dish could be trained" in second.error
    assert bench.work.registry.current("harbour") == f"v{first.run_id}"


def test_an_error_of_the_machine_is_no_fault_of_the_dish(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    with monkeypatch.context() as patched:
        fail_for(patched, "dish-0", error=OSError("disk full"))
        with pytest.raises(OSError, match="disk full"):
            bench.work.train(run.run_id, ["dish-0", "dish-1", "dish-2"], bench.outbox)

    bench.deliver_all()

    assert bench.work.runs.get(run.run_id).state is RunState.SUCCEEDED


def test_a_dish_that_kills_its_worker_again_and_again_is_given_up(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    message = bench.trains[0]
    with monkeypatch.context() as patched:
        fail_for(patched, "dish-0", error=OSError("stands for a killed process"))
        for _ in range(bench.work.max_attempts):
            with pytest.raises(OSError, match="killed"):
                bench.work.train(*message, bench.outbox)
        bench.deliver_all()

    ended = bench.work.runs.get(run.run_id)
    assert ended.state is RunState.SUCCEEDED
    assert ended.result is not None
    assert [(failure.dish, failure.reason) for failure in ended.result.failures] == [("dish-0", "NEVER_ENDED")]


def test_a_message_given_up_fails_its_dishes_and_the_others_are_published(bench: Bench) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    bench.trains.clear()
    bench.work.train(run.run_id, ["dish-0"], bench.outbox)
    bench.work.give_up(run.run_id, ["dish-1", "dish-2"], "the storage was gone", bench.outbox)
    bench.deliver_all()

    ended = bench.work.runs.get(run.run_id)
    assert ended.state is RunState.SUCCEEDED
    assert ended.result is not None
    assert [success.dish for success in ended.result.successes] == ["dish-0"]
    assert {failure.reason for failure in ended.result.failures} == {"INFRASTRUCTURE"}


def test_a_plan_given_up_fails_the_run_and_frees_the_store(bench: Bench) -> None:
    run = bench.start()
    bench.work.give_up(run.run_id, [], "the storage was gone", bench.outbox)

    assert bench.work.runs.get(run.run_id).error == "the storage was gone"
    assert bench.complete(bench.start()).state is RunState.SUCCEEDED


def test_a_sales_file_that_went_wrong_after_acceptance_fails_the_run_with_its_lines(bench: Bench) -> None:
    run = bench.start()
    (bench.folder / "sales.csv").write_text("date,dish,sales\n2025-01-01,soup,x\n")

    ended = bench.complete(run)

    assert ended.state is RunState.FAILED
    assert "line 2" in ended.error


def test_a_changed_plan_is_not_loaded(bench: Bench) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    (plan,) = (bench.folder / "runs").rglob("plan.joblib")
    plan.write_bytes(plan.read_bytes() + b"x")

    with pytest.raises(Exception, match="digest"):
        bench.work.train(run.run_id, ["dish-0"], bench.outbox)


def test_an_incremental_run_shares_nothing_with_a_version_of_another_configuration(bench: Bench) -> None:
    bench.complete(bench.start())
    other = Pipeline(
        **{name: getattr(bench.work, name) for name in bench.work.__dataclass_fields__ if name != "config"},
        config=PipelineConfig(lags=(1, 2)),
    )
    changed = Bench(other, bench.folder)

    ended = changed.complete(changed.start(retrain_all=False))

    assert ended.result is not None
    assert len(ended.result.successes) == 3
    assert [warning.reason for warning in ended.result.warnings] == ["NOTHING_TO_SHARE"]


def test_only_sales_inside_the_data_root_are_planned(bench: Bench) -> None:
    with pytest.raises(InvalidInput):
        bench.work.source.read("/etc/passwd", "harbour")


def test_a_run_whose_message_was_lost_is_sent_again_once(
    bench: Bench, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("REDIS_PREFIX", f"test-{bench.folder.name}")
    monkeypatch.setattr(caretaker, "_LOST_AFTER", dt.timedelta(0))
    broker = create_broker(TrainingSettings())
    declare_actors(broker, pipeline=None)
    run = bench.start()
    assert nothing_waits(broker)

    for _ in range(3):
        caretaker._send_lost_runs(bench.work.runs, broker)

    assert broker.do_qsize("default") == 1
    assert bench.complete(run).state is RunState.SUCCEEDED
