"""Fixtures of the integration tests: a Redis for each file of tests, and a pipeline that uses it."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.config import PipelineConfig
from shared.messaging.announcements import Announcer
from shared.registry.registry import Registry
from tests.support.pipeline_bench import DAYS, Bench
from tests.support.sales_files import write_sales
from tests.support.stack import Stack
from training_service.jobs.pipeline import Pipeline
from training_service.runs.group_store import GroupStore
from training_service.runs.live_version_lock import LiveVersionLock
from training_service.runs.run_store import RunStore
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.sales_source import SalesSource
from training_service.versions.planned_work import PlannedWorkspaces


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a Redis that runs for the tests of one file."""
    stack = Stack(tmp_path_factory.mktemp("redis"))
    stack.start_redis()
    yield stack.redis_url
    stack.stop_all()


@pytest.fixture
def bench(redis_url: str, tmp_path: Path) -> Bench:
    """A pipeline on a sales file of three dishes, whose messages the test delivers."""
    config = PipelineConfig()
    runs = RunStore(redis_url, f"test-{tmp_path.name}", dt.timedelta(hours=1))
    write_sales(tmp_path / "sales.csv", dishes=3, days=DAYS)
    work = Pipeline(
        runs=runs,
        groups=GroupStore(runs.client, f"test-{tmp_path.name}"),
        source=SalesSource(SalesFiles(tmp_path), "sales.csv", SalesColumns(), config),
        registry=Registry(str(tmp_path / "models")),
        workspaces=PlannedWorkspaces(tmp_path / "runs"),
        config=config,
        announcer=Announcer(runs.client, f"test-{tmp_path.name}"),
        live_version_lock=LiveVersionLock(runs.client, f"test-{tmp_path.name}"),
        versions_kept=10,
        max_attempts=2,
        lanes=4,
    )
    return Bench(work, tmp_path)
