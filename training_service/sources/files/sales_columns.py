"""Finds the columns of the date, the dish, the quantity and the store in the header of a sales file."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.errors import InvalidInput, Violation
from training_service.sources.files.tills.till import Till, plain
from training_service.sources.sales_limits import SALES_FIELD

#: What a column may be read as. Every file must have a column for each of them, but for the store.
_ROLES = ("date", "dish", "quantity", "store")

#: Usual names of a column that a message lists when the column is missing.
_NAMES_TOLD = 3


@dataclass(frozen=True, slots=True)
class SalesColumns:
    """What the settings say about the columns of sales files.

    Args:
        date: Name of the column of the date as the header has it; None to recognise the column.
        dish: Name of the column of the dish as the header has it; None to recognise the column.
        quantity: Name of the column of the units sold as the header has it; None to recognise the column.
        store: Name of the column of the store as the header has it; None to recognise the column.
        date_format: Format of the dates as `strptime` takes it; None to recognise the format.
    """

    date: str | None = None
    dish: str | None = None
    quantity: str | None = None
    store: str | None = None
    date_format: str | None = None


@dataclass(frozen=True, slots=True)
class FileColumns:
    """The columns that are read of a sales file, by the names that the header has.

    Args:
        date: Name of the column of the date.
        dish: Name of the column of the dish.
        quantity: Name of the column of the units sold.
        store: Name of the column of the store; empty where the file has none.
        more: Names of the further columns that the format of the file needs, in the order of its `more_columns`.
    """

    date: str
    dish: str
    quantity: str
    store: str = ""
    more: tuple[str, ...] = ()


def find_till(header: Sequence[str], tills: Sequence[Till]) -> Till:
    """Finds the format of a file.

    Args:
        header: Names of the file's columns.
        tills: Formats in the order in which they are tried; the last one must recognise every header.
    """
    names = frozenset(map(plain, header))
    return next(till for till in tills if till.recognises(names))


def find_columns(header: Sequence[str], settings: SalesColumns, till: Till) -> FileColumns:
    """Finds the columns of a file: those that the settings name, and else those that the format of the file names.

    Args:
        header: Names of the file's columns.
        settings: Names of columns that the settings give.
        till: Format of the file.

    Raises:
        InvalidInput: Columns are missing; every missing column is listed.
    """
    by_plain_name = {plain(name): name for name in reversed(header)}
    found: dict[str, str] = {}
    missing = []
    for role in _ROLES:
        wanted = getattr(settings, role)
        if wanted is not None:
            found[role] = wanted if wanted in header else ""
        else:
            found[role] = next((by_plain_name[name] for name in till.names.get(role, ()) if name in by_plain_name), "")
        if not found[role] and (wanted is not None or role != "store"):
            missing.append(_missing(role, wanted, header, till))
    missing += [
        f"line 1: no column {name!r}, which the format {till.name!r} has; export the file again with this column"
        for name in till.more_columns
        if name not in by_plain_name
    ]
    if missing:
        raise InvalidInput([Violation(SALES_FIELD, description) for description in missing])
    return FileColumns(**found, more=tuple(by_plain_name[name] for name in till.more_columns))


def _missing(role: str, wanted: str | None, header: Sequence[str], till: Till) -> str:
    there = f"the columns are {', '.join(map(repr, header))}"
    setting = f"SALES_{role.upper()}_COLUMN"
    if wanted is not None:
        return f"line 1: no column {wanted!r}; {there}; correct the server's {setting}, or rename the column"
    return (
        f"line 1: no column for the {role} (such as {', '.join(till.names[role][:_NAMES_TOLD])}); {there}; rename the "
        f"column, or name it with the server's {setting}"
    )
