"""The table of forecasters: a sixth forecaster is one line and two files; a line without its files stops the start."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shared.config import PipelineConfig
from shared.forecasters import FORECASTERS
from training_service.learning.fitting.fits import candidates, require_fits

REPOSITORY = Path(__file__).parents[5]

LINE = '    ForecasterEntry("median", "median:MedianForecaster", "median:fit_median", 90.0, _NOTHING, "median"),\n'

SERVED = """
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from shared.forecasting.forecaster import Forecast
from shared.payloads import require_keys


@dataclass(frozen=True, slots=True)
class MedianForecaster:
    name: ClassVar[str] = "median"
    median: float

    def forecast(self, history, days, sales_told, *, explain=False):
        return Forecast(np.where(days.closed, 0.0, self.median))

    def to_state(self):
        return {"median": self.median}

    @classmethod
    def from_state(cls, state, parts):
        require_keys(state, ("median",), "median")
        return cls(**state)
"""

FITTED = """
import numpy as np

from shared.forecasting.median import MedianForecaster


def fit_median(history):
    return MedianForecaster(float(np.nanmedian(history.sales)))
"""

TRAIN_AND_SERVE = """
import numpy as np
from shared.config import PipelineConfig
from shared.forecasting.dish_model import DishModel
from shared.registry.artifacts import digest_of, dump_artifact, load_artifact
from shared.restaurant.calendar import HolidayCalendar
from tests.support.stores import noisy_store
from training_service.learning.fitting.fits import require_fits
from training_service.learning.folds import future_days
from training_service.learning.store_fit import fit_store
from training_service.learning.train_dish import train_dish

store, calendar = noisy_store(200), HolidayCalendar("DE")
config = PipelineConfig(n_cv_folds=1, blend_tolerance=100.0, blend_power=0.0, pooled_tree_rounds=5)
require_fits(config)
store_fit = fit_store(store, calendar, config)
trained = train_dish("soup", store, store_fit, calendar, config)
data = dump_artifact(trained.model.to_payload())
served = DishModel.from_payload(load_artifact(data, digest_of(data)), config, store_fit.trees)
ahead = future_days(store, 14, calendar, config)
assert np.allclose(served.forecast(ahead).yhat, trained.model.forecast(ahead).yhat, rtol=1e-12)
print("weight", served.weights["median"])
print("figures", *(figures.forecaster for figures in trained.figures))
"""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the packages with the line of a sixth forecaster in the table, and without its files."""
    for package in ("inference_service", "shared", "training_service"):
        shutil.copytree(REPOSITORY / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    table = tmp_path / "shared" / "forecasters.py"
    text = table.read_text()
    assert text.count("\n)\n\n#: Every forecaster") == 1
    table.write_text(text.replace("\n)\n\n#: Every forecaster", f"\n{LINE})\n\n#: Every forecaster"))
    return tmp_path


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs Python with the packages of a folder in place of the repository's."""
    path = os.pathsep.join(map(str, (folder, REPOSITORY, REPOSITORY / "protos")))
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("need", ["_NOTHING", "_STORE", "_TREES"])
def test_a_sixth_forecaster_is_one_line_one_class_and_one_fit(copied: Path, need: str) -> None:
    table = copied / "shared" / "forecasters.py"
    table.write_text(table.read_text().replace(LINE, LINE.replace("_NOTHING", need)))
    (copied / "shared" / "forecasting" / "median.py").write_text(SERVED)
    (copied / "training_service" / "learning" / "fitting" / "median.py").write_text(FITTED)

    done = run(copied, "-c", TRAIN_AND_SERVE)

    assert done.returncode == 0, done.stderr
    weight, figures = done.stdout.splitlines()
    assert float(weight.split()[1]) > 0.1
    assert "median" in figures.split()


def test_a_worker_does_not_start_with_a_forecaster_that_has_no_fit(copied: Path) -> None:
    (copied / "shared" / "forecasting" / "median.py").write_text(SERVED)

    done = run(
        copied,
        "-m",
        "training_service.worker",
        REDIS_URL="redis://127.0.0.1:1",
        MODEL_DIR=str(copied / "models"),
        WORKER_PROCESSES="1",
    )

    assert done.returncode != 0
    assert "the forecaster 'median' has the weight 90 and cannot be fitted" in done.stderr
    assert "training_service.learning.fitting.median:fit_median" in done.stderr


def test_inference_does_not_start_with_a_forecaster_that_has_no_class(copied: Path) -> None:
    done = run(copied, "-m", "inference_service", MODEL_DIR=str(copied / "models"))

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("the forecaster 'median' cannot be served: No module named")


def test_every_forecaster_of_the_table_has_a_class_and_a_fit() -> None:
    require_fits(PipelineConfig())


def test_forecasters_without_trees_or_with_weight_zero_are_no_candidates() -> None:
    config = PipelineConfig(blend_prior={"baseline": 1, "smoothing": 0, "pooled": 5})

    assert candidates(PipelineConfig(), has_trees=True) == list(FORECASTERS)
    assert candidates(config, has_trees=True) == ["baseline", "pooled"]
    assert candidates(config, has_trees=False) == ["baseline"]
