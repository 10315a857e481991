"""Makes artificial sales, for benchmarks in which only the number of rows matters."""

import numpy as np
import pandas as pd

from shared.arrays import IntArray

#: Sales of each weekday from Monday to Sunday, as a multiple of those of a mean day.
_WEEKLY = np.array([0.8, 0.8, 0.9, 1.0, 1.3, 1.6, 1.2])


def counted_sales(dishes: int, dates: pd.DatetimeIndex, rng: np.random.Generator) -> IntArray:
    """Random portions with a weekly pattern; each dish sells 3 to 60 portions on a mean day.

    Args:
        dishes: Number of dishes.
        dates: Days of the sales.
        rng: Source of the random numbers.

    Returns:
        Shape (dishes, len(dates)).
    """
    level = rng.uniform(3.0, 60.0, (dishes, 1))
    sold: IntArray = rng.poisson(level * _WEEKLY[dates.day_of_week])
    return sold
