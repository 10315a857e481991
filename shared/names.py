"""Rules of names and quantities that both services share, and the form of lists of names in messages."""

import re
import unicodedata
from collections.abc import Sequence

#: Form of a plain name, which is the name of a folder, a file or a key in Redis as it is: no slash, no colon, and not
#: dots alone, which would lead out of a folder. Versions and runs have plain names; `shared.store_names` gives a
#: store with another name a folder.
PLAIN_NAME = re.compile(r"(?!\.+$)[A-Za-z0-9._-]{1,64}")

#: Name of the store that is meant where a caller names none.
DEFAULT_STORE = "default"

#: Longest name of a dish in a request, in characters.
LONGEST_DISH = 500

#: Largest quantity, in units of one dish in a row or on a day. A larger figure is a mistake.
MOST_UNITS = 1e9

#: Characters that nobody sees: zero-width blanks and joiners, the soft hyphen, marks of direction and of byte order.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")

#: Blanks of other widths, such as the non-breaking blank of a spreadsheet and the wide blank of Japanese.
_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")

#: Letters, digits and signs of half and full width, as Japanese and Chinese tills write them. Other forms that Unicode
#: calls compatible stay: "²" and "½" are not "2" and "1/2".
_WIDTHS = re.compile("[\uff01-\uffef]+")


def usual_characters(name: str) -> str:
    """A name with accents composed (NFC), usual widths and usual blanks, and without characters that nobody sees.

    Args:
        name: Name of a dish or a store.
    """
    if name.isascii():
        return name
    name = _WIDTHS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), name)
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", _UNSEEN.sub("", name)))


def enumerated(shown: Sequence[str], total: int) -> str:
    """A list for a message, such as "a, b and 3 more".

    Args:
        shown: First entries of the list, which are named.
        total: Number of all entries.
    """
    more = f" and {total - len(shown)} more" if total > len(shown) else ""
    return f"{', '.join(shown)}{more}"
