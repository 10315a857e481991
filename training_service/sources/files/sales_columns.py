"""Finds the columns of the date, the dish, the quantity and the store in the header of a sales file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from shared.errors import InvalidInput, Violation
from training_service.sources.files.column_values import are_of_the_role
from training_service.sources.files.rows.period_names import names_a_period
from training_service.sources.files.tills.column_names import english_names, names_stores
from training_service.sources.files.tills.till import Till, plain
from training_service.sources.sales_limits import SALES_FIELD

#: Days in the header from which on a table has one column a day.
_DAYS_IN_HEADER = 5
_DAY = r"\D{0,5}\d{1,4}[./-]\s?\d{1,2}(?:[./-]\s?\d{1,4})?\D{0,5}|\d{1,2}[ -][^\W\d]{3,9}(?:[ -]\d{2,4})?"

#: What every file must have a column for.
_NEEDED = ("date", "dish", "quantity")

#: What a file may have a column for.
_OPTIONAL = ("store", "number")

#: Usual names of a column that a message lists when the column is missing.
_NAMES_TOLD = 3

#: Value of SALES_STORE_COLUMN with which no column tells stores apart.
NO_STORES = "none"


@dataclass(frozen=True, slots=True)
class SalesColumns:
    """What the settings say about sales files.

    Args:
        date: Name of the column of the date as the header has it; None to recognise the column.
        dish: Name of the column of the dish as the header has it; None to recognise the column.
        quantity: Name of the column of the units sold as the header has it; None to recognise the column.
        store: Name of the column of the store as the header has it; "none" where no column tells stores apart; None to
            recognise the column.
        date_format: Format of the dates as `strptime` takes it; None to recognise the format.
        sheet: Name of the sheet of a workbook; None to recognise the sheet.
        encoding: Encoding of a text file as Python calls it; None to recognise the encoding.
    """

    date: str | None = None
    dish: str | None = None
    quantity: str | None = None
    store: str | None = None
    date_format: str | None = None
    sheet: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class FileColumns:
    """The columns that are read of a sales file, by the names that the header has.

    Args:
        date: Name of the column of the date.
        dish: Name of the column of the dish.
        quantity: Name of the column of the units sold.
        store: Name of the column of the store; empty where the file has none.
        number: Name of the column of the article number, which names dishes without a name; empty where the file has
            none.
        more: Names of the further columns that the format of the file needs, in the order of its `more_columns`.
    """

    date: str
    dish: str
    quantity: str
    store: str = ""
    number: str = ""
    more: tuple[str, ...] = ()


def find_till(header: Sequence[str], tills: Sequence[Till]) -> Till:
    """Finds the format of a file.

    Args:
        header: Names of the file's columns.
        tills: Formats in the order in which they are tried; the last one must recognise every header.
    """
    names = frozenset(map(plain, header))
    return next(till for till in tills if till.recognises(names))


def names_all_columns(header: Sequence[str], settings: SalesColumns, tills: Sequence[Till]) -> bool:
    """Tells whether a row of a file names the columns that every file must have, which makes the row a header.

    Args:
        header: Fields of the row.
        settings: Names of columns that the settings give.
        tills: Formats in the order in which they are tried.
    """
    if len(header) < len(_NEEDED):
        return False
    till = find_till(header, tills)
    chosen = [candidates(role, header, settings, till) for role in _NEEDED]
    return all(chosen) and len({names[0] for names in chosen}) == len(_NEEDED)


def find_columns(
    header: Sequence[str], settings: SalesColumns, till: Till, sample: pd.DataFrame | None = None
) -> FileColumns:
    """Finds the columns of a file: those that the settings name, and else those that the format of the file names.

    Args:
        header: Names of the file's columns.
        settings: Names of columns that the settings give.
        till: Format of the file.
        sample: Some rows of the file as text. Where the format has several names for a column that the file has, the
            first one counts whose values are dates, names or numbers. None where only names count.

    Raises:
        InvalidInput: Columns are missing; every missing column is listed.
    """
    found: dict[str, str] = {}
    missing = []
    for role in (*_NEEDED, *_OPTIONAL):
        names = candidates(role, header, settings, till)
        wanted = getattr(settings, role, None)
        found[role] = next((name for name in names if fits(role, name, sample)), names[0] if names else "")
        if (not found[role] and role not in _OPTIONAL) or (wanted is not None and wanted != NO_STORES and not names):
            missing.append(_missing(role, wanted, header, till))
    by_plain_name = {plain(name): name for name in reversed(header)}
    missing += [
        f"line 1: no column {name!r}, which the format {till.name!r} has; export the file again with this column"
        for name in till.more_columns
        if name not in by_plain_name
    ]
    if missing:
        raise InvalidInput([Violation(SALES_FIELD, description) for description in missing])
    if found["number"] == found["dish"]:
        found["number"] = ""
    return FileColumns(**found, more=tuple(by_plain_name[name] for name in till.more_columns))


def candidates(role: str, header: Sequence[str], settings: SalesColumns, till: Till) -> list[str]:
    """Names in the header that a role may have, best first.

    Args:
        role: "date", "dish", "quantity", "store" or "number".
        header: Names of the file's columns.
        settings: Names of columns that the settings give.
        till: Format of the file.
    """
    wanted = getattr(settings, role, None)
    if wanted is not None:
        return [wanted] if wanted in header and wanted != NO_STORES else []
    by_plain_name = {plain(name): name for name in reversed(header)}
    names = till.names.get(role, ())
    if role == "dish":
        # Where a file has no names of dishes, their numbers tell them apart.
        names = (*names, *till.names.get("number", ()))
    found = [by_plain_name[name] for name in names if name in by_plain_name]
    if role == "store" and not found and not till.marks:
        found = [name for name in header if names_stores(name)]
    return found


def fits(role: str, name: str, sample: pd.DataFrame | None) -> bool:
    """Tells whether a column has values of a role, as far as some rows show.

    Args:
        role: "date", "dish", "quantity", "store" or "number".
        name: Name of the column.
        sample: Some rows of the file as text; None where only names count.
    """
    if sample is None or name not in sample or list(sample.columns).count(name) > 1:
        return True
    return are_of_the_role(role, sample[name])


def _examples(role: str, till: Till) -> Sequence[str]:
    return till.names[role][:_NAMES_TOLD] if till.marks else english_names(role)[:_NAMES_TOLD]


def _missing(role: str, wanted: str | None, header: Sequence[str], till: Till) -> str:
    there = f"the columns are {', '.join(map(repr, header))}"
    setting = f"SALES_{role.upper()}_COLUMN"
    if wanted is not None:
        return f"line 1: no column {wanted!r}; {there}; correct the server's {setting}, or rename the column"
    of_period = [name for name in header if role == "date" and names_a_period(name)]
    if of_period:
        return (
            f"line 1: column {of_period[0]!r} has weeks or months: a forecast needs the sales of each day; export the "
            "sales by day"
        )
    days = [name for name in header if re.fullmatch(_DAY, name)]
    if len(days) >= _DAYS_IN_HEADER:
        return (
            f"line 1: the days stand in the header ({days[0]!r}, {days[1]!r} and so on), one column a day; "
            "expected one row for each dish and day, with columns for the date, the dish and the quantity: export the "
            "sales as a list, or unpivot the table in a spreadsheet"
        )
    if role == "quantity":
        there += "; where each row is one unit, add a column Quantity with the number 1"
    return (
        f"line 1: no column for the {role} (such as {', '.join(_examples(role, till))}); {there}; rename the "
        f"column, or name it with the server's {setting}"
    )
