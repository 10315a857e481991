"""Keeps the errors of each dish at each cutoff, which show where a forecaster is wrong."""

from typing import Any

import numpy as np

from bench.accuracy.ours import Task
from shared.arrays import FloatArray


class Errors:
    """The errors of all forecasters."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], dict[str, Any]] = {}

    def add(self, forecaster: str, task: Task, dish: str, actual: FloatArray, yhat: FloatArray) -> None:
        """Adds the forecast of one dish from one cutoff; sales and forecast in units, shape (HORIZON,)."""
        sales = np.nan_to_num(actual)
        row = self._rows.setdefault(
            (task.name, dish),
            {
                "cutoff": f"{task.series.store} {task.series.last_day(task.cutoff)}",
                "dish": dish,
                "sold": float(sales.sum()),
                "absolute": {},
                "error": {},
            },
        )
        row["absolute"][forecaster] = round(float(np.abs(yhat - sales).sum()), 3)
        row["error"][forecaster] = round(float((yhat - sales).sum()), 3)

    def rows(self) -> list[dict[str, Any]]:
        """By cutoff and dish: sales, and by forecaster the sum of absolute errors and of errors, in units."""
        return list(self._rows.values())
