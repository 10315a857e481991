"""Names of the array types that annotations use."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

#: Numbers: units, weights, degrees.
FloatArray: TypeAlias = npt.NDArray[np.float64]

#: Yes or no for each day or dish.
BoolArray: TypeAlias = npt.NDArray[np.bool_]

#: Counts, positions and numbers of days.
IntArray: TypeAlias = npt.NDArray[np.int64]
