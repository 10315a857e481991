"""Says which columns of a sales file are read as what, and why each of them was chosen."""

from collections.abc import Iterator, Sequence

import pandas as pd

from training_service.sources.files.rows.kinds import RowColumns
from training_service.sources.files.sales_columns import FileColumns, SalesColumns, candidates, fits
from training_service.sources.files.tills.till import Till, plain
from training_service.sources.how_read import ChosenBy, ChosenColumn, ColumnRole

#: Roles of the columns that `find_columns` finds, with what their values are.
_ROLES = {
    "date": (ColumnRole.DATE, "dates"),
    "dish": (ColumnRole.DISH, "names"),
    "quantity": (ColumnRole.QUANTITY, "numbers"),
    "store": (ColumnRole.STORE, "names"),
    "number": (ColumnRole.NUMBER, "article numbers"),
}

#: Characters of an example at most.
_EXAMPLE_CHARACTERS = 60


def chosen_columns(
    header: Sequence[str],
    names: FileColumns,
    row_columns: RowColumns,
    settings: SalesColumns,
    till: Till,
    sample: pd.DataFrame,
) -> tuple[ChosenColumn, ...]:
    """The columns that are read, each with the reason why.

    Args:
        header: Names of the file's columns.
        names: Columns that were found.
        row_columns: Columns that tell what the rows mean.
        settings: Names of columns that the settings give.
        till: Format of the file.
        sample: Some rows of the file as text, with all columns.
    """
    found = []
    for field, (role, values) in _ROLES.items():
        name = getattr(names, field)
        if name:
            chosen_by, why = _reason(field, name, values, header, settings, till, sample)
            found.append(ChosenColumn(role, name, chosen_by, why, _example(sample, name)))
    for role, name, why in _further(names, row_columns, till):
        chosen_by = ChosenBy.TILL if role is ColumnRole.TILL else ChosenBy.NAME
        found.append(ChosenColumn(role, name, chosen_by, why, _example(sample, name)))
    return tuple(found)


def unread_columns(header: Sequence[str], chosen: Sequence[ChosenColumn]) -> tuple[str, ...]:
    """Names of the columns that are not read, in the order of the file.

    Args:
        header: Names of the file's columns.
        chosen: Answer of `chosen_columns`.
    """
    read = {column.name for column in chosen}
    return tuple(dict.fromkeys(name for name in header if name not in read))


def _reason(
    field: str,
    name: str,
    values: str,
    header: Sequence[str],
    settings: SalesColumns,
    till: Till,
    sample: pd.DataFrame,
) -> tuple[ChosenBy, str]:
    if getattr(settings, field, None) == name:
        return ChosenBy.SETTING, f"SALES_{field.upper()}_COLUMN names it"
    possible = candidates(field, header, settings, till)
    unfit = [each for each in possible[: possible.index(name)] if not fits(field, each, sample)]
    if unfit:
        return ChosenBy.VALUES, f"its values are {values}, and those of {' and '.join(map(repr, unfit))} are not"
    if till.marks:
        return ChosenBy.TILL, f"the export {till.name!r} has it"
    if field == "dish" and plain(name) not in till.names["dish"]:
        return ChosenBy.NAME, "the file has no names of dishes, and this is a usual name of article numbers"
    later = [each for each in possible if each != name]
    more = f"; it goes before {' and '.join(map(repr, later))}" if later else ""
    return ChosenBy.NAME, f"it is a usual name of a column of {_CALLED[field]}{more}"


_CALLED = {
    "date": "dates",
    "dish": "dishes",
    "quantity": "units sold",
    "store": "restaurants",
    "number": "article numbers",
}


def _further(names: FileColumns, row_columns: RowColumns, till: Till) -> Iterator[tuple[ColumnRole, str, str]]:
    if row_columns.time:
        yield ColumnRole.TIME, row_columns.time, "it is a usual name of a column of times of day"
    if row_columns.receipt:
        yield ColumnRole.RECEIPT, row_columns.receipt, "it is a usual name of a column of receipts or orders"
    for name in dict.fromkeys(column.name for column in row_columns.kinds):
        yield ColumnRole.STATUS, name, "it tells which rows are no sales"
    for name in names.more:
        yield ColumnRole.TILL, name, f"the export {till.name!r} needs it"


def _example(sample: pd.DataFrame, name: str) -> str:
    if name not in sample or list(sample.columns).count(name) > 1:
        return ""
    values = (str(value).strip() for value in sample[name])
    return next((value[:_EXAMPLE_CHARACTERS] for value in values if value), "")
