"""Tells from some values of a column whether the column can have dates, names of dishes or quantities."""

import pandas as pd

#: Values that a column of each role has. A date has at least four digits, so that weekdays, days of the month and times
#: of day are no dates; a name of a dish is more than a number; a quantity is one number, and no price.
_VALUES = {
    "date": r"(?!\d{1,2}[:h]\d{2})(?:\D*\d){4,}.*",
    "dish": r".*[^\d\s.,/#-].*",
    "quantity": r"[\s(+-]*[\d.,' \u00a0\u202f]*\d[\s)\-]*",
}


def are_of_the_role(role: str, values: pd.Series) -> bool:
    """Tells whether most values that are not blank can have a role; true where all are blank.

    Args:
        role: "date", "dish" or "quantity"; columns of other roles may have any values.
        values: Some values of a column, as text.
    """
    texts = values.str.strip()
    texts = texts[texts != ""]
    if role not in _VALUES or texts.empty:
        return True
    return bool(texts.str.fullmatch(_VALUES[role]).mean() > 1 / 2)
