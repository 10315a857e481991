"""Names of the array types that annotations use."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

#: Real numbers, such as units, weights and degrees.
FloatArray: TypeAlias = npt.NDArray[np.float64]

#: True or false for each day or dish.
BoolArray: TypeAlias = npt.NDArray[np.bool_]

#: Whole numbers, such as counts, positions and numbers of days.
IntArray: TypeAlias = npt.NDArray[np.int64]
