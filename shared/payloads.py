"""Checks that stored values have exactly the keys that this release stores."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.errors import UnservableVersion


def require_keys(payload: Mapping[str, Any], keys: Iterable[str], what: str) -> None:
    """Refuses stored values that do not have exactly the expected keys.

    A default for a missing key, or a key that is passed over, would change forecasts without a word.

    Args:
        payload: The stored values.
        keys: Every key that the record stores.
        what: Name of the record in the message, such as "closing habits".

    Raises:
        UnservableVersion: A key is missing or unknown.
    """
    expected = set(keys)
    missing, unknown = sorted(expected - payload.keys()), sorted(payload.keys() - expected)
    if missing or unknown:
        raise UnservableVersion(
            f"the stored {what} are of another release: missing {missing or 'nothing'}, unknown {unknown or 'nothing'}"
            "; train again with this release"
        )
