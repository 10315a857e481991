"""How much to prepare: from the distribution of the demand to a whole number of portions."""

import numpy as np

from shared.arrays import FloatArray, IntArray

#: A quantile that is a whole number but for rounding must not become the next one.
_ROUNDING = 1e-6


def newsvendor_level(wasted: float, missed: float) -> float:
    """The service level that costs least on average (Arrow, Harris and Marschak, 1951).

    Args:
        wasted: cost of a portion prepared and not sold, above 0.
        missed: cost of a portion asked for and not there, above 0, in the same currency.

    Returns:
        Between 0 and 1; one of them where the costs are so far apart that no other number tells them.
    """
    return 1.0 / (1.0 + wasted / missed)


def prepare_quantities(demand: FloatArray) -> IntArray:
    """The smallest whole numbers of portions that meet a demand.

    Args:
        demand: the quantile of each day's demand at the service level, >= 0, shape (n,).
    """
    return np.ceil(demand - _ROUNDING).astype(np.int64)
