"""Predicts single rows with the C interface of LightGBM, whose package takes several times as long for one row.

The functions are documented in LightGBM's `c_api.h`: `LGBM_BoosterPredictForMatSingleRowFastInit` and
`LGBM_BoosterPredictForMatSingleRowFast`.
"""

import ctypes
import weakref

import lightgbm
import numpy as np

from shared.arrays import FloatArray

#: Constants of `c_api.h`: values are of type double, and predictions are not those of leaves or of SHAP.
_DOUBLE, _NORMAL = 1, 0

# The package gives its library no public name; the version is bounded in pyproject.toml, and a test holds the numbers.
# Opened as `PyDLL`, the library keeps the interpreter's lock during a call. A row takes microseconds, and giving the
# lock away and getting it back takes longer where several threads forecast.
_LIBRARY = ctypes.PyDLL(lightgbm.basic._LIB._name)  # type: ignore[attr-defined]


class SingleRows:
    """Predicts one row after another, with one thread; the numbers are those of `Booster.predict`.

    Args:
        booster: The trees.
        columns: Number of features.
    """

    def __init__(self, booster: lightgbm.Booster, columns: int) -> None:
        self._booster = booster  # the handle below uses its memory
        self._columns = columns
        self._handle = ctypes.c_void_p()
        _require_success(
            _LIBRARY.LGBM_BoosterPredictForMatSingleRowFastInit(
                booster._handle,
                ctypes.c_int(_NORMAL),
                ctypes.c_int(0),
                ctypes.c_int(-1),
                ctypes.c_int(_DOUBLE),
                ctypes.c_int32(columns),
                ctypes.c_char_p(b"num_threads=1"),
                ctypes.byref(self._handle),
            )
        )
        weakref.finalize(self, _LIBRARY.LGBM_FastConfigFree, self._handle)

    def predict(self, row: FloatArray) -> float:
        """The prediction of one row.

        Args:
            row: Features in order, float64, contiguous, shape (columns,).

        Raises:
            ValueError: The row has another shape, type or order.
            RuntimeError: LightGBM refuses the row.
        """
        if row.shape != (self._columns,) or row.dtype != np.float64 or not row.flags.c_contiguous:
            raise ValueError(f"expected {self._columns} contiguous values of float64, got {row.dtype} {row.shape}")
        length, predicted = ctypes.c_int64(), ctypes.c_double()
        _require_success(
            _LIBRARY.LGBM_BoosterPredictForMatSingleRowFast(
                self._handle, ctypes.c_void_p(row.ctypes.data), ctypes.byref(length), ctypes.byref(predicted)
            )
        )
        return predicted.value


def _require_success(status: int) -> None:
    if status != 0:
        _LIBRARY.LGBM_GetLastError.restype = ctypes.c_char_p
        raise RuntimeError(_LIBRARY.LGBM_GetLastError().decode())
