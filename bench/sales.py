"""Sales by formula, for benchmarks in which only their number matters."""

import numpy as np
import pandas as pd

from shared.arrays import IntArray

#: Share of a mean day that is sold on each weekday.
_WEEKLY = np.array([0.8, 0.8, 0.9, 1.0, 1.3, 1.6, 1.2])


def counted_sales(dishes: int, dates: pd.DatetimeIndex, rng: np.random.Generator) -> IntArray:
    """Portions of dishes of 3 to 60 a day with a weekly pattern, shape (dishes, len(dates))."""
    level = rng.uniform(3.0, 60.0, (dishes, 1))
    sold: IntArray = rng.poisson(level * _WEEKLY[dates.day_of_week])
    return sold
