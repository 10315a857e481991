"""Which version goes live at the end of a run, and what keeps a new version from going live."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from shared.config import PipelineConfig
from shared.messaging.announcements import Announcement, Announcer
from shared.registry.manifest import Manifest
from shared.registry.registry import Registry
from tests.support.databases import fill, new_database
from tests.support.pipeline_bench import DAYS, Bench, reading, start_from_default
from tests.support.sales_files import write_sales
from training_service.runs.run_models import RunState


class DeadlyAnnouncer(Announcer):
    """Kills the worker that announces a version; the version is live by then."""

    def announce(self, announcement: Announcement) -> None:
        raise OSError("killed")


class DeadlyRegistry(Registry):
    """Kills the worker that makes a version live; the version is written by then."""

    def activate(self, store: str, version: str, *, replacing: str | None) -> Manifest:
        raise OSError("killed")


class RegistryWithoutDeletion(Registry):
    """A registry whose storage deletes nothing."""

    def prune(self, store: str, keep: int) -> Sequence[str]:
        raise PermissionError("read-only")


def die(bench: Bench, **part: Any) -> None:
    """Delivers all messages to a worker that one of its parts kills."""
    with pytest.raises(OSError, match="killed"):
        bench.having(**part).deliver_all()


def deadly_announcer(bench: Bench) -> DeadlyAnnouncer:
    return DeadlyAnnouncer(bench.work.runs.client, f"test-{bench.folder.name}")


def folder_of_models(bench: Bench) -> str:
    return str(bench.folder / "models")


def test_a_run_whose_worker_dies_after_its_version_went_live_ends_as_published(bench: Bench) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    die(bench, announcer=deadly_announcer(bench))
    bench.work.give_up(run.run_id, [], "killed too often", bench.outbox)

    ended = bench.work.runs.get(run.run_id)
    assert ended.state is RunState.SUCCEEDED
    assert ended.result is not None
    assert ended.result.published
    assert ended.result.version == bench.work.registry.current("harbour")
    assert len(ended.result.successes) == 3


def test_versions_that_cannot_be_deleted_do_not_fail_a_run(bench: Bench) -> None:
    without_deletion = bench.having(registry=RegistryWithoutDeletion(folder_of_models(bench)))

    assert without_deletion.complete(without_deletion.start()).state is RunState.SUCCEEDED


def test_a_version_that_was_written_is_published_and_not_made_again(bench: Bench) -> None:
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    die(bench, registry=DeadlyRegistry(folder_of_models(bench)))

    bench.having(build_manifest=lambda *_: pytest.fail("made again")).work.publish(run.run_id)

    assert bench.work.registry.current("harbour") == f"v{run.run_id}"


def test_a_rollback_during_a_run_is_not_undone_by_it(bench: Bench) -> None:
    first, second = (bench.complete(bench.start()) for _ in range(2))
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    bench.work.registry.activate("harbour", f"v{first.run_id}", replacing=bench.work.registry.current("harbour"))
    bench.deliver_all()

    ended = bench.work.runs.get(run.run_id)
    assert ended.state is RunState.SUCCEEDED
    assert ended.result is not None
    assert not ended.result.published
    assert "LIVE_VERSION_CHANGED" in {warning.reason for warning in ended.result.warnings}
    assert bench.work.registry.current("harbour") == f"v{first.run_id}"
    assert set(bench.work.registry.versions("harbour")) == {f"v{each.run_id}" for each in (first, second, run)}


def test_a_rollback_is_not_undone_by_a_repeated_publication(bench: Bench) -> None:
    first = bench.complete(bench.start())
    run = bench.start()
    bench.work.plan(run.run_id, bench.outbox)
    die(bench, announcer=deadly_announcer(bench))
    assert bench.work.registry.current("harbour") == f"v{run.run_id}"
    bench.work.registry.activate("harbour", f"v{first.run_id}", replacing=bench.work.registry.current("harbour"))

    bench.work.publish(run.run_id)

    assert bench.work.registry.current("harbour") == f"v{first.run_id}"
    result = bench.work.runs.get(run.run_id).result
    assert result is not None
    assert [warning.reason for warning in result.warnings] == ["LIVE_VERSION_CHANGED"]


def test_a_warning_names_the_dishes_that_are_no_longer_in_the_sales(bench: Bench) -> None:
    bench.complete(bench.start())
    write_sales(bench.folder / "sales.csv", dishes=1, days=DAYS)

    result = bench.complete(bench.start()).result

    assert result is not None
    assert result.published
    [message] = [warning.message for warning in result.warnings if warning.reason == "DISHES_DROPPED"]
    assert "dish-1, dish-2" in message


def test_a_version_that_is_clearly_worse_is_kept_but_not_made_live(bench: Bench) -> None:
    first = bench.complete(bench.start())
    slow = PipelineConfig(blend_prior={"baseline": 1}, baseline_halflife_weeks=0.01)
    worse = bench.having(config=slow)
    held = worse.complete(worse.start())
    forced = worse.complete(worse.start(force=True))

    assert first.result is not None
    assert first.result.comparison is None
    assert held.state is RunState.SUCCEEDED
    assert held.result is not None
    assert not held.result.published
    assert held.result.comparison is not None
    assert held.result.comparison.is_worse
    assert held.result.comparison.live_version == f"v{first.run_id}"
    assert [warning.reason for warning in held.result.warnings] == ["WORSE_THAN_LIVE"]
    assert forced.result is not None
    assert forced.result.published
    assert bench.work.registry.current("harbour") == f"v{forced.run_id}"


def test_a_second_training_of_the_same_sales_goes_live_without_a_comparison(bench: Bench) -> None:
    _, again = (bench.complete(bench.start()) for _ in range(2))

    assert again.result is not None
    assert again.result.published
    assert again.result.comparison is None, "equal artifacts are no challenge"


def test_a_version_of_a_stand_in_file_with_other_dishes_does_not_go_live(bench: Bench, tmp_path: Path) -> None:
    sales = pd.read_csv(tmp_path / "sales.csv")
    (tmp_path / "sales.csv").rename(tmp_path / "till.csv")
    with new_database("sqlite", tmp_path) as url:
        fill(url, sales.assign(dish="other " + sales["dish"]))
        with_database = reading(bench, url)
        known = with_database.complete(start_from_default(with_database, "7"))
    without = reading(bench, "sqlite:////nowhere/sales.db")

    ended = without.complete(start_from_default(without, "7"))

    assert ended.state is RunState.SUCCEEDED
    assert ended.result is not None
    assert not ended.result.published
    assert "OTHER_DISHES" in {warning.reason for warning in ended.result.warnings}
    assert bench.work.registry.current("7") == f"v{known.run_id}"
