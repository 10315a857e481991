"""The steps of a run against a real Redis and registry: stopped anywhere, run twice, they end in one good version."""

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dramatiq.middleware import Shutdown

from shared.config import PipelineConfig
from shared.errors import InvalidInput, Unavailable
from shared.registry.artifacts import dump_artifact
from shared.restaurant.place import Place
from tests.support.databases import fill, new_database
from tests.support.pipeline_bench import DAYS, Bench, events, reading, start_from_default
from tests.support.sales_files import write_sales
from training_service.jobs.pipeline import Pipeline
from training_service.learning.train_dish import train_dish
from training_service.runs.run_models import Run, RunRequest, RunState
from training_service.runs.run_store import RunStore
from training_service.sources.files.access import StorageFailed
from training_service.versions.plan import make_plan
from training_service.versions.planned_work import PlannedWork, PlannedWorkspaces


def fail_for(monkeypatch: pytest.MonkeyPatch, *dishes: str, error: Exception) -> None:
    """Makes the training of some dishes fail."""

    def train_or_fail(dish: str, *arguments: Any) -> Any:
        if dish in dishes:
            raise error
        return train_dish(dish, *arguments)

    monkeypatch.setattr("training_service.jobs.pipeline.train_dish", train_or_fail)


def kinds(bench: Bench, run: Run) -> list[str]:
    return [event["kind"] for event in events(bench, run)]


def test_short_dishes_share_a_message(bench: Bench) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)

    assert bench.trains == [(run.run_id, ["dish-0", "dish-1", "dish-2"])]


def test_stores_share_the_workers_and_a_small_one_behind_a_big_one_ends_first(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training_service.versions.plan.SHORT_DISHES_PER_MESSAGE", 1)
    write_sales(bench.folder / "big.csv", dishes=60, days=DAYS)
    write_sales(bench.folder / "small.csv", dishes=6, days=DAYS)
    big = start_of(bench, "big", "big.csv")
    small = [start_of(bench, f"small-{number}", "small.csv") for number in range(49)]
    for run in (big, *small):
        bench.work.plan(run.run_id, bench.outbox)

    trained: list[str] = []
    ended: list[str] = []
    while bench.trains or bench.publishes:  # as a worker does: first in, first out, publications before dishes
        if bench.publishes:
            run_id = bench.publishes.pop(0)
            bench.work.publish(run_id)
            ended.append(run_id)
        else:
            run_id, dishes = bench.trains.pop(0)
            trained.append(run_id)
            bench.work.train(run_id, dishes, bench.outbox)

    assert len(trained) == 60 + 49 * 6
    # Every small run ends before half of the big one is done, although that one was first.
    assert ended[-1] == big.run_id
    assert set(ended) == {big.run_id, *(run.run_id for run in small)}
    last_of_small = max(position for position, run_id in enumerate(trained) if run_id != big.run_id)
    assert trained[:last_of_small].count(big.run_id) <= 12


def test_a_lane_goes_on_after_a_message_that_came_to_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training_service.versions.plan.SHORT_DISHES_PER_MESSAGE", 1)
    write_sales(bench.folder / "sales.csv", dishes=9, days=DAYS)
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    assert [dishes for _, dishes in bench.trains] == [[f"dish-{number}"] for number in range(4)]

    run_id, dishes = bench.trains.pop(0)
    bench.work.give_up(run_id, dishes, "the disk is gone", bench.outbox)
    bench.work.plan(run.run_id, bench.outbox)  # comes again: what waits is sent once more
    bench.deliver_all()

    result = bench.work.runs.get(run.run_id).result
    assert result is not None
    assert [failure.dish for failure in result.failures] == ["dish-0"]
    assert [success.dish for success in result.successes] == [f"dish-{number}" for number in range(1, 9)]


def start_of(bench: Bench, store: str, source: str) -> Run:
    """A run of a store of its own."""
    request = RunRequest(
        store=store,
        place=Place(country="DE"),
        retrain_all=True,
        sales_data_source=str(bench.folder / source),
    )
    return bench.work.runs.create(request, "").run


def test_a_dish_that_is_no_longer_sold_is_skipped_and_the_report_tells(bench: Bench) -> None:
    with (bench.folder / "sales.csv").open("a") as sales:
        sales.write("2026-01-12,dish-old,5\n2026-01-12,dish-old,2\n2026-01-13,dish-old,4\n")

    result = bench.complete(bench.start()).result

    assert result is not None
    [skipped] = result.skipped
    assert (skipped.dish, skipped.reason) == ("dish-old", "NO_LONGER_SOLD")
    assert skipped.message == "it was not sold on the last 28 open days"
    assert [success.dish for success in result.successes] == ["dish-0", "dish-1", "dish-2"]
    assert result.report is not None
    assert result.report.rows == 3 * DAYS + 3
    assert result.report.rows_added_up == 1
    assert result.report.stopped == ("dish-old",)
    assert result.report.sales_source == "sales.csv"
    assert result.report.sales_columns == ("date", "dish", "sales")


def test_weather_of_too_few_days_is_left_out_and_said(bench: Bench) -> None:
    days = pd.date_range("2026-01-12", periods=DAYS)
    weather = pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "temperature_2m_mean": 8.0, "precipitation_sum": 0.0})
    weather.loc[20:, "precipitation_sum"] = float("nan")
    weather.to_csv(bench.folder / "weather.csv", index=False)

    result = bench.complete(bench.start()).result

    assert result is not None
    assert result.report is not None
    assert result.report.weather_columns == ("temperature_2m_mean",)
    [warning] = result.warnings
    assert warning.reason == "WEATHER_UNUSED"
    assert "precipitation_sum (40% of the days)" in warning.message


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


def test_of_two_plans_made_at_once_the_first_counts(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run = bench.start()
    first = make_plan(run, bench.work.source, bench.work.registry, bench.work.config, lanes=4)
    write_sales(bench.folder / "sales.csv", dishes=2, days=DAYS)

    def overtaken(*arguments: Any) -> PlannedWork:
        """Another delivery of the same message stores its plan while this one is being made."""
        second = make_plan(*arguments)
        bench.work.runs.planned(run, 3, bench.work.workspaces.save(run.run_id, first), "")
        return second

    monkeypatch.setattr("training_service.jobs.pipeline.make_plan", overtaken)
    ended = bench.complete(run)

    assert ended.state is RunState.SUCCEEDED
    assert ended.result is not None
    assert len(ended.result.successes) == 3


def test_a_plan_overtaken_by_all_of_its_run_leaves_the_publication_what_it_needs(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bench.start()

    def overtaken(*arguments: Any) -> PlannedWork:
        """Another delivery of the same message plans, and all dishes are trained, while this one reads the sales."""
        monkeypatch.undo()
        work = make_plan(*arguments)
        bench.work.plan(run.run_id, bench.outbox)
        for message in bench.trains[:]:
            bench.work.train(*message, bench.outbox)
        bench.work.runs.publishing(run)
        return work

    monkeypatch.setattr("training_service.jobs.pipeline.make_plan", overtaken)
    bench.work.plan(run.run_id, bench.outbox)
    elsewhere = dataclasses.replace(bench.work, workspaces=PlannedWorkspaces(bench.folder / "runs"))
    elsewhere.publish(run.run_id)

    assert bench.work.runs.get(run.run_id).state is RunState.SUCCEEDED


def test_a_late_plan_message_does_nothing_to_a_run_that_has_ended(bench: Bench) -> None:
    run = bench.complete(bench.start())
    bench.work.plan(run.run_id, bench.outbox)

    assert not bench.trains
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
        # A process that is killed takes nothing back.
        patched.setattr(RunStore, "uncount_attempt", lambda *_: None)
        fail_for(patched, "dish-0", error=OSError("stands for a killed process"))
        for _ in range(bench.work.max_attempts):
            with pytest.raises(OSError, match="killed"):
                bench.work.train(*message, bench.outbox)
        bench.deliver_all()

    ended = bench.work.runs.get(run.run_id)
    assert ended.state is RunState.SUCCEEDED
    assert ended.result is not None
    assert [(failure.dish, failure.reason) for failure in ended.result.failures] == [("dish-0", "NEVER_ENDED")]


def test_errors_of_the_storage_are_no_deaths_of_a_dish(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    with monkeypatch.context() as patched:
        fail_for(patched, "dish-0", error=OSError("no space left"))
        for _ in range(bench.work.max_attempts + 1):
            with pytest.raises(OSError, match="no space"):
                bench.work.train(*bench.trains[0], bench.outbox)
    bench.deliver_all()

    ended = bench.work.runs.get(run.run_id)
    assert ended.result is not None
    assert ended.result.failures == ()


def test_a_dish_that_is_trained_is_not_lost_with_the_count_of_its_attempts(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Unavailable("Redis does not answer")

    monkeypatch.setattr(RunStore, "uncount_attempt", away)
    ended = bench.complete(bench.start())

    assert ended.result is not None
    assert [success.dish for success in ended.result.successes] == ["dish-0", "dish-1", "dish-2"]
    assert [kind for kind in kinds(bench, ended) if kind == "DISH_STARTED"] == ["DISH_STARTED"] * 3


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


def test_a_run_goes_on_with_the_settings_that_it_was_planned_with(bench: Bench) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    changed = PipelineConfig(lags=(1, 2, 3), baseline_halflife_weeks=9.0)
    later = dataclasses.replace(bench.work, config=changed, workspaces=PlannedWorkspaces(bench.folder / "runs"))

    dataclasses.replace(bench, work=later).deliver_all()

    manifest = bench.work.registry.manifest("harbour", f"v{run.run_id}")
    assert manifest.servable_config() == bench.work.config


def test_a_run_keeps_its_lanes_when_the_setting_changes(bench: Bench) -> None:
    write_sales(bench.folder / "sales.csv", dishes=12, days=DAYS)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("training_service.versions.plan.SHORT_DISHES_PER_MESSAGE", 1)
        run = bench.start()
        dataclasses.replace(bench, work=dataclasses.replace(bench.work, lanes=2)).work.plan(run.run_id, bench.outbox)
    assert len(bench.trains) == 2

    bench.deliver_all()  # by workers with four

    result = bench.work.runs.get(run.run_id).result
    assert result is not None
    assert len(result.successes) == 12


def test_a_plan_of_another_release_ends_the_run_and_says_what_to_do(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    monkeypatch.setattr("shared.registry.manifest.FEATURE_SCHEMA", "of a later release")
    newer = dataclasses.replace(bench.work, workspaces=PlannedWorkspaces(bench.folder / "runs"))

    dataclasses.replace(bench, work=newer).deliver_all()

    ended = bench.work.runs.get(run.run_id)
    assert ended.state is RunState.FAILED
    assert "start it again" in ended.error
    assert bench.work.registry.current("harbour") is None


def test_a_plan_that_this_release_does_not_understand_ends_the_run_too(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bench.start()
    monkeypatch.setattr(
        "training_service.versions.planned_work.dump_artifact", lambda p: dump_artifact(p | {"unheard_of": 1})
    )
    bench.work.plan(run.run_id, bench.outbox)
    other = dataclasses.replace(bench.work, workspaces=PlannedWorkspaces(bench.folder / "runs"))

    dataclasses.replace(bench, work=other).deliver_all()

    assert "start it again" in bench.work.runs.get(run.run_id).error


@pytest.mark.parametrize("step", ["plan", "publication"])
def test_a_step_that_kills_its_worker_again_and_again_ends_the_run(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    run = bench.start()
    if step == "publication":
        bench.work.plan(run.run_id, bench.outbox)
        bench.work.train(*bench.trains.pop(), bench.outbox)
    with monkeypatch.context() as patched:
        # A process that is killed takes nothing back.
        patched.setattr(RunStore, "uncount_attempt", lambda *_: None)
        work = "make_plan" if step == "plan" else "build_manifest"
        patched.setattr(f"training_service.jobs.pipeline.{work}", lambda *_: (_ for _ in ()).throw(MemoryError))
        for _ in range(bench.work.max_attempts):
            with pytest.raises(MemoryError):
                bench.work.plan(run.run_id, bench.outbox) if step == "plan" else bench.work.publish(run.run_id)
        bench.work.plan(run.run_id, bench.outbox) if step == "plan" else bench.work.publish(run.run_id)

    ended = bench.work.runs.get(run.run_id)
    assert ended.state is RunState.FAILED
    assert f"its {step} was begun 2 times" in ended.error
    assert bench.complete(bench.start()).state is RunState.SUCCEEDED


def test_errors_of_a_plan_are_no_deaths_of_its_worker(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run = bench.start()
    with monkeypatch.context() as patched:
        patched.setattr(
            "training_service.jobs.pipeline.make_plan", lambda *_: (_ for _ in ()).throw(StorageFailed("not now"))
        )
        for _ in range(bench.work.max_attempts + 1):
            with pytest.raises(StorageFailed):
                bench.work.plan(run.run_id, bench.outbox)

    assert bench.complete(run).state is RunState.SUCCEEDED


def test_a_sales_file_that_went_wrong_after_acceptance_fails_the_run_with_its_lines(bench: Bench) -> None:
    run = bench.start()
    (bench.folder / "sales.csv").write_text("date,dish,sales\n2025-01-01,soup,x\n")

    ended = bench.complete(run)

    assert ended.state is RunState.FAILED
    assert "line 2" in ended.error


def test_a_changed_plan_is_not_loaded(bench: Bench) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    (plan,) = (bench.folder / "runs").rglob("plan-*.joblib")
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


def test_a_worker_that_is_asked_to_stop_is_no_failure_of_its_dish(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    with monkeypatch.context() as patched:

        def stop(*_: Any) -> None:
            raise Shutdown

        patched.setattr("training_service.jobs.pipeline.train_dish", stop)
        for _ in range(bench.work.max_attempts + 1):
            with pytest.raises(Shutdown):
                bench.work.train(run.run_id, ["dish-0"], bench.outbox)
    bench.deliver_all()

    ended = bench.work.runs.get(run.run_id)
    assert ended.result is not None
    assert ended.result.failures == ()


def test_a_request_is_remembered_as_long_as_its_run(bench: Bench) -> None:
    runs = bench.work.runs
    first = bench.start(request_id="order-66")
    key = f"test-{bench.folder.name}:store:harbour:request:order-66"

    assert bench.start(request_id="order-66") == first
    assert runs.client.ttl(key) == -1

    bench.complete(first)
    assert runs.client.ttl(key) > 0
    assert runs.find("harbour", "order-66") == runs.get(first.run_id)

    runs.client.delete(f"test-{bench.folder.name}:run:{first.run_id}")
    assert runs.find("harbour", "order-66") is None
    assert bench.start(request_id="order-66").run_id != first.run_id


def test_a_run_reads_the_database_and_falls_back_to_the_file(bench: Bench, tmp_path: Path) -> None:
    sales = pd.read_csv(tmp_path / "sales.csv")
    (tmp_path / "sales.csv").rename(tmp_path / "till.csv")
    with new_database("sqlite", tmp_path) as url:
        fill(url, sales[sales["dish"] != "dish-2"])
        with_database = reading(bench, url)

        known = with_database.complete(start_from_default(with_database, "7"))
        unknown = with_database.complete(start_from_default(with_database, "8"))

    assert known.result is not None
    assert [success.dish for success in known.result.successes] == ["dish-0", "dish-1"]
    assert known.result.report is not None
    assert known.result.report.sales_source.startswith("database sqlite")
    assert unknown.result is not None
    assert [success.dish for success in unknown.result.successes] == ["dish-0", "dish-1", "dish-2"]
    [warning] = [each for each in unknown.result.warnings if each.reason == "SALES_FROM_FILE"]
    assert "no sales of store 8" in warning.message
    [planned] = [event for event in events(bench, unknown) if event["kind"] == "PLANNED"]
    assert warning.message in planned["message"]
