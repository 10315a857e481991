"""What names and quantities may be, which store is meant where none is named, and how names are listed in messages."""

import re
from collections.abc import Sequence

#: What a store or version may be called; keeps names inside their folder.
STORE_OR_VERSION_NAME = re.compile(r"(?!\.+$)[A-Za-z0-9._-]{1,64}")

#: The store that is meant where none is named.
DEFAULT_STORE = "default"

#: Units of one dish in a row, or on a day, above which a figure is a mistake.
MOST_UNITS = 1e9


def enumerated(shown: Sequence[str], total: int) -> str:
    """`a, b and 3 more`.

    Args:
        shown: the first ones, as they are to stand there.
        total: how many there are.
    """
    more = f" and {total - len(shown)} more" if total > len(shown) else ""
    return f"{', '.join(shown)}{more}"
