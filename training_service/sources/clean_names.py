"""Writes names of dishes and stores in one form, so that one name counts once however a till has typed it."""

from collections.abc import Callable

import pandas as pd

from shared.names import usual_characters
from shared.store_names import store_in_data


def clean_names(names: pd.Series) -> pd.Series:
    """Names of dishes in one form: accents composed (NFC), usual widths and blanks, nothing unseen, no blanks around.

    Capitals, blanks inside a name and spelling stay: dishes may differ in them.

    Args:
        names: Names as text.
    """
    return _changed(names, clean_name)


def clean_name(name: str) -> str:
    """One name of a dish in the form of `clean_names`.

    Args:
        name: The name.
    """
    # Spreadsheets are told with ="007" to keep a text as it is.
    written = name[2:-1] if name.startswith('="') and name.endswith('"') and len(name) > len('=""') else name
    return usual_characters(written).strip()


def store_names(names: pd.Series) -> pd.Series:
    """Names of stores in their one form, see `shared.store_names`.

    Args:
        names: Names as text.
    """
    return _changed(names, store_in_data)


def _changed(names: pd.Series, change: Callable[[str], str]) -> pd.Series:
    codes, distinct = pd.factorize(names)
    return pd.Series(pd.Index([change(name) for name in distinct], dtype=str).take(codes), index=names.index)
