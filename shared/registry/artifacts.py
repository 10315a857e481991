"""Artifacts: stored values named by the digest of their bytes, which is checked before they are unpickled."""

import hashlib
import io
import re
import sys
from typing import Any

import joblib
import numpy as np

from shared.errors import ForecastingError

#: A digest, as `digest_of` makes them.
DIGEST = re.compile(r"[0-9a-f]{64}")


class CorruptArtifact(ForecastingError):
    """The bytes are not those that the digest promises."""

    default_reason = "CORRUPT_ARTIFACT"


def digest_of(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def dump_artifact(value: Any) -> bytes:
    """Stores a value with joblib; equal values give equal bytes.

    Args:
        value: None, bool, int, float, str, NumPy arrays, and dicts, lists and tuples of these.

    Raises:
        TypeError: a value of another type, which could not be stored faithfully.
    """
    buffer = io.BytesIO()
    joblib.dump(_canonical(value), buffer, compress=("zlib", 3), protocol=5)
    return buffer.getvalue()


def load_artifact(data: bytes, digest: str) -> Any:
    """Loads what `dump_artifact` stored.

    Raises:
        CorruptArtifact: the digest does not fit; nothing was unpickled.
    """
    if digest_of(data) != digest:
        raise CorruptArtifact(f"artifact {digest[:12]}…: its bytes do not have this digest; it was damaged or replaced")
    return joblib.load(io.BytesIO(data))


def _canonical(value: Any) -> Any:
    """The same value rebuilt, so that pickle sees no accident of shared or separate equal objects."""
    match value:
        case None | bool() | int():
            return value
        case float():  # also np.float64
            return float(value)
        case str():
            return sys.intern(str(value))
        case np.ndarray():
            return np.array(value, order="C", copy=True)
        case dict():
            return {_canonical(key): _canonical(value[key]) for key in sorted(value)}
        case tuple():
            return tuple(_canonical(item) for item in value)
        case list():
            return [_canonical(item) for item in value]
    raise TypeError(f"cannot store a {type(value).__name__} in an artifact")
