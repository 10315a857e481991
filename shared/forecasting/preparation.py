"""Computes how many whole portions to prepare, from the distribution of the demand."""

import numpy as np

from shared.arrays import FloatArray, IntArray

#: Portions that are subtracted before rounding up: 3.0000000001 means 3 portions, not 4.
_ROUNDING = 1e-6


def newsvendor_level(wasted: float, missed: float) -> float:
    """The service level that costs least on average (Arrow, Harris and Marschak, 1951).

    Args:
        wasted: Cost of a portion that is prepared and not sold, above 0.
        missed: Cost of a portion that is asked for and missing, above 0, in the same currency.

    Returns:
        A level from 0 to 1; exactly 0 or 1 only where floating point cannot tell the costs' ratio from it.
    """
    return 1.0 / (1.0 + wasted / missed)


def prepare_quantities(demand: FloatArray) -> IntArray:
    """The smallest whole numbers of portions that meet a demand.

    Args:
        demand: Quantile of the demand of each day at the service level, units, >= 0, shape (n,).

    Returns:
        Portions of each day, shape (n,).
    """
    return np.ceil(demand - _ROUNDING).astype(np.int64)
