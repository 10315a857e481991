"""Writes names of dishes and stores in one form, so that one name counts once however a till has typed it."""

import re
import unicodedata

import pandas as pd

#: Characters that nobody sees: zero-width blanks and joiners, the soft hyphen, marks of direction and of byte order.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")

#: Blanks of other widths, such as the non-breaking blank of a spreadsheet and the wide blank of Japanese.
_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")

#: Letters, digits and signs of half and full width, as Japanese and Chinese tills write them. Other forms that Unicode
#: calls compatible stay: "²" and "½" are not "2" and "1/2".
_WIDTHS = re.compile("[\uff01-\uffef]+")


def clean_names(names: pd.Series) -> pd.Series:
    """Names in one form: accents composed (NFC), usual widths, usual blanks, nothing unseen, no blanks around.

    Capitals, blanks inside a name and spelling stay: dishes may differ in them.

    Args:
        names: Names as text.
    """
    codes, distinct = pd.factorize(names)
    return pd.Series(pd.Index([clean_name(name) for name in distinct], dtype=str).take(codes), index=names.index)


def clean_name(name: str) -> str:
    """One name in the form of `clean_names`.

    Args:
        name: The name.
    """
    if name.isascii():
        return name.strip()
    name = _WIDTHS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), name)
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", _UNSEEN.sub("", name))).strip()
