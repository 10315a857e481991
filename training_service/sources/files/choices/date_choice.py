"""Says in words how the dates of a sales file are written."""

import re

#: What stands first in a date, by the beginning of its format.
_FIRST = {"%d": "day first", "%m": "month first", "%Y": "year first", "%y": "year first"}

#: Three letters in succession, as names of months have.
_LETTERS = re.compile(r"[^\W\d_]{3}")

#: Signs after the year in East Asian dates.
_YEAR_SIGNS = "年년"


def order_of(date_format: str, example: str, plainly: str) -> str:
    """What stands first in the dates, such as "day first".

    Args:
        date_format: Format as `strptime` takes it.
        example: A date as the file has it.
        plainly: The same date without the name of its month, as `plain_dates` answers it.
    """
    has_name_of_month = (
        _LETTERS.search(example) and plainly.split(" ")[0] not in example and not any(s in example for s in _YEAR_SIGNS)
    )
    if has_name_of_month:
        return "with the name of the month"
    return next((words for part, words in _FIRST.items() if date_format.startswith(part)), "as the format says")
