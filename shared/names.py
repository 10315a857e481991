"""Rules of names and quantities that both services share, and the form of lists of names in messages."""

import re
from collections.abc import Sequence

#: Form of the names of stores and versions. A name is also the name of a folder or file, and must not lead out of the
#: registry: no slash, and not dots alone.
STORE_OR_VERSION_NAME = re.compile(r"(?!\.+$)[A-Za-z0-9._-]{1,64}")

#: Name of the store that is meant where a caller names none.
DEFAULT_STORE = "default"

#: Longest name of a dish in a request, in characters.
LONGEST_DISH = 500

#: Largest quantity, in units of one dish in a row or on a day. A larger figure is a mistake.
MOST_UNITS = 1e9


def enumerated(shown: Sequence[str], total: int) -> str:
    """A list for a message, such as "a, b and 3 more".

    Args:
        shown: First entries of the list, which are named.
        total: Number of all entries.
    """
    more = f" and {total - len(shown)} more" if total > len(shown) else ""
    return f"{', '.join(shown)}{more}"
