"""The plan of a run limits strange days, unless the caller keeps them."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.config import PipelineConfig
from shared.registry.registry import Registry
from shared.restaurant.place import Place
from training_service.learning.events import SalesEvent
from training_service.outcomes import DAYS_LIMITED
from training_service.runs.run_models import Run, RunRequest, RunState
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.sales_source import SalesSource
from training_service.versions.plan import make_plan

NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


@pytest.mark.parametrize(("keep_outliers", "learnt"), [(False, 18.0), (True, 900.0)])
def test_a_strange_day_is_limited_unless_the_caller_keeps_it(
    tmp_path: Path, keep_outliers: bool, learnt: float
) -> None:
    config = PipelineConfig(blend_prior={"baseline": 1.0})
    units = np.tile([12.0, 13, 14, 15, 16, 17, 18], 10)
    units[-8] = 900.0  # a Sunday
    dates = pd.date_range("2026-01-05", periods=70)
    pd.DataFrame({"date": dates, "dish": "sandwich", "quantity": units}).to_csv(tmp_path / "sales.csv", index=False)
    request = RunRequest(
        store="default",
        place=Place(country="GB"),
        sales_data_source=str(tmp_path / "sales.csv"),
        keep_outliers=keep_outliers,
    )
    run = Run(run_id="one", request=request, state=RunState.PROGRESS, created=NOW, updated=NOW)
    source = SalesSource(SalesFiles(tmp_path), "sales.csv", SalesColumns(), config)

    plan = make_plan(run, source, Registry(str(tmp_path / "models")), config, lanes=1)

    assert plan.history.sales["sandwich"][-8] == learnt
    [outlier] = plan.report.outliers
    assert (outlier.quantity, outlier.limited_to, outlier.line) == (900.0, None if keep_outliers else 18.0, 64)
    told = [warning.message for warning in plan.warnings if warning.reason == DAYS_LIMITED]
    assert [("2026-03-08 with 900 (line 64), learnt as 18" in message) for message in told] == [True] * (
        not keep_outliers
    )


def test_the_events_of_the_source_and_of_the_caller_are_not_learnt(tmp_path: Path) -> None:
    config = PipelineConfig(blend_prior={"baseline": 1.0})
    units = np.tile([12.0, 13, 14, 15, 16, 17, 18], 10)
    units[[-8, -16]] = 900.0
    dates = pd.date_range("2026-01-05", periods=70)
    pd.DataFrame({"date": dates, "dish": "sandwich", "quantity": units}).to_csv(tmp_path / "sales.csv", index=False)
    (tmp_path / "events.csv").write_text(f"date,name\n{dates[-8].date()},wedding\n")
    fair = SalesEvent("fair", dates[-16].date(), dates[-16].date())
    request = RunRequest(
        store="default", place=Place(country="GB"), sales_data_source=str(tmp_path / "sales.csv"), events=(fair,)
    )
    run = Run(run_id="one", request=request, state=RunState.PROGRESS, created=NOW, updated=NOW)
    source = SalesSource(SalesFiles(tmp_path), "sales.csv", SalesColumns(), config)

    plan = make_plan(run, source, Registry(str(tmp_path / "models")), config, lanes=1)

    assert np.flatnonzero(np.isnan(plan.history.sales["sandwich"])).tolist() == [54, 62]
    assert (plan.report.event_days, plan.report.outliers, plan.report.filled_days) == (2, (), 0)
    assert Run.model_validate_json(run.model_dump_json()).request.events == (fair,)
