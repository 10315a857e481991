"""The steps of a run against a real Redis and a real registry.

Whatever step is stopped anywhere or repeated, the run ends with one good version.
"""

import datetime as dt
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dramatiq.middleware import Shutdown

from shared.config import PipelineConfig
from shared.errors import InvalidInput, Unavailable
from shared.registry.artifacts import digest_of, dump_artifact, load_artifact
from shared.restaurant.place import Place
from tests.support.databases import fill, new_database
from tests.support.pipeline_bench import DAYS, Bench, events, reading, start_from_default
from tests.support.sales_files import write_sales
from training_service.jobs.dish_training import TrainDish
from training_service.learning.train_dish import TrainedDish, train_dish
from training_service.runs.run_models import Run, RunRequest, RunState
from training_service.runs.run_store import RunStore
from training_service.sources.files.fetching import StorageFailed
from training_service.versions.plan import make_plan
from training_service.versions.planned_work import PlannedWork, PlannedWorkspaces


class OtherPlans(PlannedWorkspaces):
    """Stores plans as another release of the service would.

    Args:
        root: Folder of the plans.
        changes: What the other release stores differently.
    """

    def __init__(self, root: Path, changes: dict[str, Any]) -> None:
        super().__init__(root)
        self._changes = changes

    def save(self, run_id: str, work: PlannedWork) -> str:
        digest = super().save(run_id, work)
        (file,) = self.folder(run_id).iterdir()
        data = dump_artifact(load_artifact(file.read_bytes(), digest) | self._changes)
        file.with_name(file.name.replace(digest, digest_of(data))).write_bytes(data)
        return digest_of(data)


class RunsOfKilledWorkers(RunStore):
    """Takes no attempt back, as a process that is killed."""

    def uncount_attempt(self, run_id: str, what: str) -> None:
        pass


class RunsWithoutUncounting(RunStore):
    """Runs whose attempts cannot be taken back, because Redis does not answer."""

    def uncount_attempt(self, run_id: str, what: str) -> None:
        raise Unavailable("Redis does not answer")


def runs_as(kind: type[RunStore], bench: Bench, redis_url: str) -> RunStore:
    """The runs of a bench, in a store of another class."""
    return kind(redis_url, f"test-{bench.folder.name}", dt.timedelta(hours=1))


def failing_for(*dishes: str, error: BaseException) -> TrainDish:
    """A training that fails for some dishes."""

    def train_or_fail(dish: str, *arguments: Any) -> TrainedDish:
        if dish in dishes:
            raise error
        return train_dish(dish, *arguments)

    return train_or_fail


def failing(error: Exception) -> Callable[..., Any]:
    """A step that always fails."""

    def fail(*_: Any) -> Any:
        raise error

    return fail


#: Makes a plan in which short dishes share no message.
one_dish_a_message = functools.partial(make_plan, short_dishes_per_message=1)


def kinds(bench: Bench, run: Run) -> list[str]:
    """Kinds of the events of a run, oldest first."""
    return [event["kind"] for event in events(bench, run)]


def test_dishes_with_a_short_history_share_a_message(bench: Bench) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)

    assert bench.trains == [(run.run_id, ["dish-0", "dish-1", "dish-2"])]
    planned = events(bench, run)[-1]
    assert planned["message"].startswith("3 dishes to train (3 too short for prophet, hybrid), 0 shared")


def test_runs_of_small_stores_end_before_an_earlier_run_of_a_big_store(bench: Bench) -> None:
    # All small stores have the same sales, and what is learnt plays no part here: every plan and every dish is made
    # only once.
    plans: dict[str, PlannedWork] = {}
    trained_dishes: dict[str, TrainedDish] = {}

    def plan_once(run: Run, *arguments: Any) -> PlannedWork:
        source = run.request.sales_data_source
        if source not in plans:
            plans[source] = one_dish_a_message(run, *arguments)
        fit = plans[source].store_fit
        if fit and fit.trees:  # the trees must be in the registry of every store
            bench.work.registry.put(run.request.store, fit.trees.to_payload())
        return plans[source]

    def train_once(dish: str, *arguments: Any) -> TrainedDish:
        if dish not in trained_dishes:
            trained_dishes[dish] = train_dish(dish, *arguments)
        return trained_dishes[dish]

    bench = bench.having(make_plan=plan_once, train_dish=train_once)
    write_sales(bench.folder / "big.csv", dishes=60, days=DAYS)
    write_sales(bench.folder / "small.csv", dishes=6, days=DAYS)
    big = start_of(bench, "big", "big.csv")
    small = [start_of(bench, f"small-{number}", "small.csv") for number in range(49)]
    for run in (big, *small):
        bench.work.plan(run.run_id, bench.outbox)

    trained: list[str] = []
    ended: list[str] = []
    while bench.trains or bench.publishes:  # as a worker does: publications before dishes, the oldest message first
        if bench.publishes:
            run_id = bench.publishes.pop(0)
            bench.work.publish(run_id)
            ended.append(run_id)
        else:
            run_id, dishes = bench.trains.pop(0)
            trained.append(run_id)
            bench.work.train(run_id, dishes, bench.outbox)

    assert len(trained) == 60 + 49 * 6
    # All small runs end long before the big run, which began first.
    assert ended[-1] == big.run_id
    assert set(ended) == {big.run_id, *(run.run_id for run in small)}
    last_of_small = max(position for position, run_id in enumerate(trained) if run_id != big.run_id)
    assert trained[:last_of_small].count(big.run_id) <= 12


def test_a_lane_goes_on_after_a_message_that_is_given_up(bench: Bench) -> None:
    bench = bench.having(make_plan=one_dish_a_message)
    write_sales(bench.folder / "sales.csv", dishes=9, days=DAYS)
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    assert [dishes for _, dishes in bench.trains] == [[f"dish-{number}"] for number in range(4)]

    run_id, dishes = bench.trains.pop(0)
    bench.work.give_up(run_id, dishes, "the disk is gone", bench.outbox)
    bench.work.plan(run.run_id, bench.outbox)  # the message comes again, and sends once more what waits
    bench.deliver_all()

    result = bench.work.runs.get(run.run_id).result
    assert result is not None
    assert [failure.dish for failure in result.failures] == ["dish-0"]
    assert [success.dish for success in result.successes] == [f"dish-{number}" for number in range(1, 9)]


def test_watchers_are_not_told_the_folds_and_horizons_that_the_manifest_keeps(bench: Bench) -> None:
    run = bench.complete(bench.start())

    told = [event["outcome"]["success"]["entry"] for event in events(bench, run) if event["outcome"]]
    assert [entry["champion"] for entry in told] == ["blend"] * 3
    assert run.result is not None
    told += [success.entry.model_dump(exclude_unset=True) for success in run.result.successes]
    assert not any({"folds", "horizons"} & entry.keys() for entry in told)
    kept = bench.work.registry.manifest("harbour", f"v{run.run_id}").dishes["dish-0"]
    assert kept.folds
    assert kept.horizons


def start_of(bench: Bench, store: str, source: str) -> Run:
    """Starts a run of a store, with a sales file of the bench."""
    request = RunRequest(
        store=store,
        place=Place(country="DE"),
        train_only_new=False,
        sales_data_source=str(bench.folder / source),
    )
    return bench.work.runs.create(request, "").run


def test_a_dish_that_is_no_longer_sold_is_skipped_and_named_in_the_report(bench: Bench) -> None:
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


def test_weather_of_too_few_days_is_left_out_with_a_warning(bench: Bench) -> None:
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


def test_messages_that_come_twice_make_one_version(bench: Bench) -> None:
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


def test_of_two_plans_made_at_once_the_first_counts(bench: Bench) -> None:
    run = bench.start()
    first = make_plan(run, bench.work.source, bench.work.registry, bench.work.config, lanes=4)
    write_sales(bench.folder / "sales.csv", dishes=2, days=DAYS)

    def overtaken(*arguments: Any) -> PlannedWork:
        """Another delivery of the same message stores its plan while this one is being made."""
        second = make_plan(*arguments)
        bench.work.runs.planned(run, 3, bench.work.workspaces.save(run.run_id, first), "")
        return second

    ended = bench.having(make_plan=overtaken).complete(run)

    assert ended.state is RunState.SUCCEEDED
    assert ended.result is not None
    assert len(ended.result.successes) == 3


def test_a_plan_that_comes_after_the_training_does_not_delete_what_the_publication_needs(bench: Bench) -> None:
    run = bench.start()

    def overtaken(*arguments: Any) -> PlannedWork:
        """Another delivery of the same message plans, and all dishes are trained, while this one reads the sales."""
        work = make_plan(*arguments)
        bench.work.plan(run.run_id, bench.outbox)
        for message in bench.trains[:]:
            bench.work.train(*message, bench.outbox)
        bench.work.runs.publishing(run)
        return work

    bench.having(make_plan=overtaken).work.plan(run.run_id, bench.outbox)
    elsewhere = bench.having(workspaces=PlannedWorkspaces(bench.folder / "runs"))
    elsewhere.work.publish(run.run_id)

    assert bench.work.runs.get(run.run_id).state is RunState.SUCCEEDED


def test_a_late_plan_message_does_nothing_to_a_run_that_has_ended(bench: Bench) -> None:
    run = bench.complete(bench.start())
    bench.work.plan(run.run_id, bench.outbox)

    assert not bench.trains
    assert not list((bench.folder / "runs").iterdir())


def test_a_dish_that_cannot_be_trained_is_told_as_an_error_and_keeps_its_old_model(bench: Bench) -> None:
    first = bench.complete(bench.start())
    broken = bench.having(train_dish=failing_for("dish-1", error=ValueError("no fit")))
    second = broken.complete(broken.start())

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


def test_a_run_without_any_trained_dish_fails_and_the_live_version_stays(bench: Bench) -> None:
    first = bench.complete(bench.start())
    broken = bench.having(train_dish=failing(ValueError("no fit")))
    second = broken.complete(broken.start())

    assert second.state is RunState.FAILED
    assert "no dish could be trained" in second.error
    assert bench.work.registry.current("harbour") == f"v{first.run_id}"


def test_a_full_disk_does_not_fail_the_dish_that_was_being_trained(bench: Bench) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    broken = bench.having(train_dish=failing_for("dish-0", error=OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        broken.work.train(run.run_id, ["dish-0", "dish-1", "dish-2"], bench.outbox)

    bench.deliver_all()

    assert bench.work.runs.get(run.run_id).state is RunState.SUCCEEDED


def test_a_dish_that_kills_its_worker_again_and_again_is_given_up(bench: Bench, redis_url: str) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    message = bench.trains[0]
    killed = bench.having(
        runs=runs_as(RunsOfKilledWorkers, bench, redis_url),
        train_dish=failing_for("dish-0", error=OSError("stands for a killed process")),
    )
    for _ in range(bench.work.max_attempts):
        with pytest.raises(OSError, match="killed"):
            killed.work.train(*message, bench.outbox)
    killed.deliver_all()

    ended = bench.work.runs.get(run.run_id)
    assert ended.state is RunState.SUCCEEDED
    assert ended.result is not None
    assert [(failure.dish, failure.reason) for failure in ended.result.failures] == [("dish-0", "NEVER_ENDED")]


def test_a_storage_that_fails_again_and_again_does_not_count_as_deaths_of_a_worker(bench: Bench) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    broken = bench.having(train_dish=failing_for("dish-0", error=OSError("no space left")))
    for _ in range(bench.work.max_attempts + 1):
        with pytest.raises(OSError, match="no space"):
            broken.work.train(*bench.trains[0], bench.outbox)
    bench.deliver_all()

    ended = bench.work.runs.get(run.run_id)
    assert ended.result is not None
    assert ended.result.failures == ()


def test_a_trained_dish_is_kept_although_its_attempt_cannot_be_taken_back(bench: Bench, redis_url: str) -> None:
    away = bench.having(runs=runs_as(RunsWithoutUncounting, bench, redis_url))
    ended = away.complete(away.start())

    assert ended.result is not None
    assert [success.dish for success in ended.result.successes] == ["dish-0", "dish-1", "dish-2"]
    assert [kind for kind in kinds(bench, ended) if kind == "DISH_STARTED"] == ["DISH_STARTED"] * 3


def test_a_message_that_is_given_up_fails_its_dishes_and_the_others_are_published(bench: Bench) -> None:
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


def test_a_plan_that_is_given_up_fails_the_run_and_frees_the_store(bench: Bench) -> None:
    run = bench.start()
    bench.work.give_up(run.run_id, [], "the storage was gone", bench.outbox)

    assert bench.work.runs.get(run.run_id).error == "the storage was gone"
    assert bench.complete(bench.start()).state is RunState.SUCCEEDED


def test_a_run_goes_on_with_the_settings_that_it_was_planned_with(bench: Bench) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    changed = PipelineConfig(lags=(1, 2, 3), baseline_halflife_weeks=9.0)

    bench.having(config=changed, workspaces=PlannedWorkspaces(bench.folder / "runs")).deliver_all()

    manifest = bench.work.registry.manifest("harbour", f"v{run.run_id}")
    assert manifest.servable_config() == bench.work.config


def test_a_run_keeps_its_lanes_when_the_setting_changes(bench: Bench) -> None:
    write_sales(bench.folder / "sales.csv", dishes=12, days=DAYS)
    run = bench.start()
    bench.having(make_plan=one_dish_a_message, lanes=2).work.plan(run.run_id, bench.outbox)
    assert len(bench.trains) == 2

    bench.deliver_all()  # by workers whose setting is four lanes

    result = bench.work.runs.get(run.run_id).result
    assert result is not None
    assert len(result.successes) == 12


@pytest.mark.parametrize(
    "changes", [{"fingerprint": "of other features"}, {"holidays_version": "0.1"}, {"unheard_of": 1}]
)
def test_a_plan_of_another_release_ends_the_run_with_advice(bench: Bench, changes: dict[str, Any]) -> None:
    run = bench.start()
    bench.having(workspaces=OtherPlans(bench.folder / "runs", changes)).work.plan(run.run_id, bench.outbox)

    bench.deliver_all()

    ended = bench.work.runs.get(run.run_id)
    assert ended.state is RunState.FAILED
    assert "start it again" in ended.error
    assert bench.work.registry.current("harbour") is None


@pytest.mark.parametrize("step", ["plan", "publication"])
def test_a_step_that_kills_its_worker_again_and_again_ends_the_run(bench: Bench, redis_url: str, step: str) -> None:
    run = bench.start()
    if step == "publication":
        bench.work.plan(run.run_id, bench.outbox)
        bench.work.train(*bench.trains.pop(), bench.outbox)
    killed = bench.having(
        runs=runs_as(RunsOfKilledWorkers, bench, redis_url),
        make_plan=failing(MemoryError()),
        build_manifest=failing(MemoryError()),
    )
    for _ in range(bench.work.max_attempts):
        with pytest.raises(MemoryError):
            killed.work.plan(run.run_id, bench.outbox) if step == "plan" else killed.work.publish(run.run_id)
    killed.work.plan(run.run_id, bench.outbox) if step == "plan" else killed.work.publish(run.run_id)

    ended = bench.work.runs.get(run.run_id)
    assert ended.state is RunState.FAILED
    assert f"its {step} was begun 2 times" in ended.error
    assert bench.complete(bench.start()).state is RunState.SUCCEEDED


def test_a_plan_that_fails_again_and_again_does_not_count_as_deaths_of_a_worker(bench: Bench) -> None:
    run = bench.start()
    broken = bench.having(make_plan=failing(StorageFailed("not now")))
    for _ in range(bench.work.max_attempts + 1):
        with pytest.raises(StorageFailed):
            broken.work.plan(run.run_id, bench.outbox)

    assert bench.complete(run).state is RunState.SUCCEEDED


def test_a_sales_file_that_was_spoilt_after_the_request_fails_the_run_and_names_the_lines(bench: Bench) -> None:
    run = bench.start()
    (bench.folder / "sales.csv").write_text("date,dish,sales\n2025-01-01,soup,x\n")

    ended = bench.complete(run)

    assert ended.state is RunState.FAILED
    assert "line 2" in ended.error


def test_a_plan_file_that_was_changed_is_not_loaded(bench: Bench) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    (plan,) = (bench.folder / "runs").rglob("plan-*.joblib")
    plan.write_bytes(plan.read_bytes() + b"x")

    with pytest.raises(Exception, match="digest"):
        bench.work.train(run.run_id, ["dish-0"], bench.outbox)


def test_an_incremental_run_shares_nothing_with_a_version_of_another_configuration(bench: Bench) -> None:
    bench.complete(bench.start())
    changed = bench.having(config=PipelineConfig(lags=(1, 2)))

    ended = changed.complete(changed.start(train_only_new=True))

    assert ended.result is not None
    assert len(ended.result.successes) == 3
    assert [warning.reason for warning in ended.result.warnings] == ["NOTHING_TO_SHARE"]


def test_a_sales_file_outside_the_data_root_is_not_read(bench: Bench) -> None:
    with pytest.raises(InvalidInput):
        bench.work.source.read("/etc/passwd", "harbour")


def test_a_worker_that_is_asked_to_stop_does_not_fail_its_dish(bench: Bench) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    stopped = bench.having(train_dish=failing_for("dish-0", error=Shutdown()))
    for _ in range(bench.work.max_attempts + 1):
        with pytest.raises(Shutdown):
            stopped.work.train(run.run_id, ["dish-0"], bench.outbox)
    bench.deliver_all()

    ended = bench.work.runs.get(run.run_id)
    assert ended.result is not None
    assert ended.result.failures == ()


def test_a_request_id_is_kept_as_long_as_its_run(bench: Bench) -> None:
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
