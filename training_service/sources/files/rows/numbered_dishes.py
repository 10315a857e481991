"""Asks about files in which numbers would be taken for the names of dishes although another column has the names."""

from collections.abc import Sequence

import pandas as pd

from shared.errors import InvalidInput, Violation
from training_service.sources.files.column_values import are_of_the_role
from training_service.sources.sales_limits import SALES_FIELD

#: Least number of different articles that show whether a column has their names.
_LEAST_ARTICLES = 3

#: Least number of different names for each article: a column of groups has fewer.
_LEAST_NAMES_PER_ARTICLE = 0.8


def check_has_names(dish: str, used: Sequence[str], sample: pd.DataFrame) -> None:
    """Checks that the column of the dish does not have numbers while another column has a name for each of them.

    Args:
        dish: Name of the column that was recognised as that of the dish.
        used: Names of the columns that are read as something else.
        sample: Some rows of the file with all columns, as text.

    Raises:
        InvalidInput: Another column may have the names; the message names both columns and the setting.
    """
    if dish not in sample or list(sample.columns).count(dish) > 1 or are_of_the_role("dish", sample[dish]):
        return
    others = [name for name in sample.columns if name not in (dish, *used)]
    names = [name for name in others if others.count(name) == 1 and _has_names(sample[dish], sample[name])]
    if names:
        description = (
            f"column {dish!r} has numbers alone, and {' or '.join(map(repr, names))} may have the names of the dishes; "
            "name the column of the dishes with the server's SALES_DISH_COLUMN"
        )
        raise InvalidInput([Violation(SALES_FIELD, description)])


def _has_names(numbers: pd.Series, texts: pd.Series) -> bool:
    """Whether there is one text with letters for each number, and hardly any text for several numbers."""
    articles = pd.DataFrame({"number": numbers.str.strip(), "text": texts.str.strip()})
    articles = articles[(articles["number"] != "") & (articles["text"] != "")].drop_duplicates()
    count = articles["number"].nunique()
    return (
        len(articles) == count >= _LEAST_ARTICLES
        and articles["text"].nunique() >= _LEAST_NAMES_PER_ARTICLE * count
        and are_of_the_role("dish", articles["text"])
    )
