"""The names of stores: their one form, what is wrong with a name, and the name of the folder of a store."""

import re
import unicodedata

import numpy as np

from shared.names import PLAIN_NAME, usual_characters

#: Longest name of a store, in characters (code points of its one form).
LONGEST_STORE = 64

#: Longest text that is looked at, in characters: accents and blanks may make a name longer than its one form.
_MOST_LOOKED_AT = 16 * LONGEST_STORE

_EXPECTED = f"expected a name of 1 to {LONGEST_STORE} printable characters"

_BLANKS = re.compile(" +")

#: What the folder of a store with another than a plain name consists of: characters that stand for themselves, and
#: runs of all others. Capitals are in runs, because some file systems do not tell "A" from "a".
_RUN = re.compile(r"[^a-z0-9_-]+")
_ENCODED_RUN = re.compile(r"=([0-9a-z]+)=")
_FOLDER = re.compile(r"(?:=[0-9a-z]+=|[a-z0-9_-])+")

#: Number of code points of Unicode.
_CODE_POINTS = 0x110000

#: Base of the number that a run is written as: the digits and the small letters.
_BASE = 36


def store_name(given: str) -> str:
    """The one form of a name that a caller gave. The same name typed in two ways is one store.

    Accents are composed (NFC), letters of half or full width get their usual width, other blanks become the usual
    blank, and several blanks become one. Characters that nobody sees are left out, and so are blanks around the name.

    Args:
        given: Name of a store as somebody typed it.

    Raises:
        ValueError: The name has no character, too many, or one that is not printable; the message says which.
    """
    if len(given) > _MOST_LOOKED_AT:
        raise ValueError(f"{_EXPECTED}, got {len(given):,} characters")
    name = _in_one_form(given)
    unprintable = next((character for character in name if not character.isprintable()), "")
    if unprintable:
        raise ValueError(f"{_EXPECTED}, got the character {_described(unprintable)}")
    if len(name) > LONGEST_STORE:
        raise ValueError(f"{_EXPECTED}, got {len(name)} characters")
    if not name:
        raise ValueError(f"{_EXPECTED}, got {'nothing but blanks' if given else 'an empty name'}")
    return name


def is_store_name(name: str) -> bool:
    """Tells whether a text is the name of a store in its one form."""
    try:
        return store_name(name) == name
    except ValueError:
        return False


def store_in_data(written: str) -> str:
    """The one form of a name that a file or a database has; a tab or the end of a line counts as a blank.

    Args:
        written: Name of a store as it is written there. It may be one that no caller can give, such as an empty one.
    """
    return _in_one_form(" ".join(written.split()))


def folder_of(store: str) -> str:
    """The name of the folder of a store: at most 255 bytes of ASCII, with which `store_of` finds the name again.

    A plain name (`PLAIN_NAME`) is its own folder. In every other name "a" to "z", "0" to "9", "_" and "-" stand for
    themselves. Each run of other characters becomes one number between two "=": the code points of the run are the
    digits of that number in base 1,114,112, and the number is written in base 36. "Zürich" lies in "=1np530=rich".

    No plain name has a "=", and two names never have the same folder, also where a file system takes capitals and
    small letters for the same, unless both names are plain. 64 characters of any alphabet fit into 255 bytes, the
    longest name of a folder. The percent-encoding of URLs would need up to 768.

    Args:
        store: Name of the store in its one form.
    """
    if PLAIN_NAME.fullmatch(store):
        return store
    return _RUN.sub(lambda found: f"={np.base_repr(_number(found[0]), _BASE).lower()}=", store)


def store_of(folder: str) -> str | None:
    """The name of the store that lies in a folder; None where the folder is none of `folder_of`.

    Args:
        folder: Name of a folder.
    """
    store = folder
    if not PLAIN_NAME.fullmatch(folder):
        if not _FOLDER.fullmatch(folder):
            return None
        store = _ENCODED_RUN.sub(lambda found: _run(int(found[1], _BASE)), folder)
    return store if is_store_name(store) and folder_of(store) == folder else None


def _in_one_form(name: str) -> str:
    return _BLANKS.sub(" ", usual_characters(name)).strip(" ")


def _described(character: str) -> str:
    """A character that cannot be shown, such as "U+2028 LINE SEPARATOR"."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def _number(run: str) -> int:
    number = 0
    for character in run:
        number = number * _CODE_POINTS + ord(character)
    return number


def _run(number: int) -> str:
    characters = []
    while number:
        number, code_point = divmod(number, _CODE_POINTS)
        characters.append(chr(code_point))
    return "".join(reversed(characters))
