"""Stores values as artifacts: bytes that are named by their digest, and unpickled only if the digest is right."""

import hashlib
import io
import re
import sys
from typing import Any

import joblib
import numpy as np

from shared.errors import ForecastingError

#: Form of the digests that `digest_of` makes.
DIGEST = re.compile(r"[0-9a-f]{64}")


class CorruptArtifact(ForecastingError):
    """An artifact is missing, or its bytes do not have its digest."""

    default_reason = "CORRUPT_ARTIFACT"


def digest_of(data: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def dump_artifact(value: Any) -> bytes:
    """Makes the bytes of an artifact with joblib; equal values give equal bytes.

    Args:
        value: None, bool, int, float, str, NumPy array, or dict, list or tuple of such values.

    Raises:
        TypeError: The value, or a part of it, has another type.
    """
    buffer = io.BytesIO()
    joblib.dump(_canonical(value), buffer, compress=("zlib", 3), protocol=5)
    return buffer.getvalue()


def load_artifact(data: bytes, digest: str) -> Any:
    """Loads the value that `dump_artifact` stored.

    Args:
        data: Stored bytes.
        digest: Digest that the bytes must have.

    Raises:
        CorruptArtifact: The bytes have another digest; nothing was unpickled.
    """
    if digest_of(data) != digest:
        raise CorruptArtifact(f"artifact {digest[:12]}…: its bytes do not have this digest; it was damaged or replaced")
    return joblib.load(io.BytesIO(data))


def _canonical(value: Any) -> Any:
    """A copy of the value whose bytes do not depend on how the value was made.

    Pickle writes other bytes where two equal parts are one object. In the copy, equal strings are one object,
    and arrays and containers never are.
    """
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
