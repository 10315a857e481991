"""What a format of sales files has to declare. See docs/adding-a-sales-format.md."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd


def all_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Answers all rows unchanged: every row of the file is a sale."""
    return rows


@dataclass(frozen=True, slots=True)
class Till:
    """The format in which one point-of-sale system exports its sales.

    All names of columns are written in plain form, as `plain` makes it: lower case, letters and digits only.

    Args:
        name: Name of the system and of its export, for people.
        names: Names of columns for each of "date", "dish", "quantity", "store" and "number" (the article number, which
            names a dish that has no name). Where a file has several of them, the first name in this list counts whose
            values are of the kind: dates, names and numbers.
        marks: Names of columns that tell this format from all others: a file with all of them has this format.
        more_columns: Names of further columns that `sales_of` reads; the file must have all of them.
        sales_of: Function that answers the rows that count as sales. It gets some rows of the file as text, indexed by
            line number, with the columns "date", "dish", "quantity", "store" (where the file has one) and
            `more_columns`; it may leave rows out and change texts, and must keep the index of the others.
        receipt: Name of the column of the number of the order, where the name is not a usual one.
        of_order: Names of columns of states that only the first line of an order has, such as that of the payment. The
            other lines of the order have the same state.
        no_dishes: Names of columns in which a yes marks a line that is no dish, such as a fee.
        told: What people should check about files of this format, as a part of a sentence; empty where there is nothing.
    """

    name: str
    names: Mapping[str, tuple[str, ...]]
    marks: frozenset[str] = frozenset()
    more_columns: tuple[str, ...] = ()
    sales_of: Callable[[pd.DataFrame], pd.DataFrame] = all_rows
    receipt: str = ""
    of_order: frozenset[str] = frozenset()
    no_dishes: frozenset[str] = frozenset()
    told: str = ""

    def recognises(self, header: frozenset[str]) -> bool:
        """Tells whether a file has this format.

        Args:
            header: Names of the file's columns in plain form.
        """
        return self.marks <= header


#: Letters that Unicode does not take apart into a Latin letter and its mark.
_LATIN = str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe"})


def plain(name: str) -> str:
    """The plain form of a column's name: lower case, letters and digits only, without the marks of Latin letters.

    "Menu Item" is "menuitem", "Quantité" is "quantite"; marks of other scripts, as in "วันที่", stay.
    """
    apart = unicodedata.normalize("NFKD", name).lower().translate(_LATIN)
    letters = "".join(each for each in apart if each.isalnum() or _is_mark_of_another_script(each))
    return unicodedata.normalize("NFKC", letters)


def _is_mark_of_another_script(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc") and not "\u0300" <= character <= "\u036f"
