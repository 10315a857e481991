"""Defines the record of how sales were read: their form, the columns, the dates, and what does not count."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class SourceKind(StrEnum):
    """Kinds of sources; the values are those of the contract."""

    CSV = "CSV"
    WORKBOOK = "WORKBOOK"
    PARQUET = "PARQUET"
    ROWS = "ROWS"
    DATABASE = "DATABASE"


class ColumnRole(StrEnum):
    """What a column is read as; the values are those of the contract."""

    DATE = "DATE"
    DISH = "DISH"
    QUANTITY = "QUANTITY"
    STORE = "STORE"
    NUMBER = "NUMBER"
    TIME = "TIME"
    RECEIPT = "RECEIPT"
    STATUS = "STATUS"
    TILL = "TILL"


class ChosenBy(StrEnum):
    """What decided a choice; the values are those of the contract."""

    SETTING = "SETTING"
    TILL = "TILL"
    NAME = "NAME"
    VALUES = "VALUES"


@dataclass(frozen=True, slots=True)
class ChosenColumn:
    """A column of a file, and why it is read as what it is read.

    Args:
        role: What the column is read as.
        name: Name of the column as the file has it.
        chosen_by: What decided the choice.
        why: Sentence for people that says why.
        example: First value of the column; empty where the first rows have none.
    """

    role: ColumnRole
    name: str
    chosen_by: ChosenBy
    why: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class DateForm:
    """How the dates of a file are read.

    Args:
        format: Format as `strptime` takes it.
        description: The format for people, such as "day first".
        chosen_by: What decided the format.
        why: Sentence for people that says how the format was decided.
        example: First date as the file has it.
        example_day: Day that the example is read as.
    """

    format: str
    description: str
    chosen_by: ChosenBy
    why: str
    example: str = ""
    example_day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that do not count as sales, for one reason.

    Args:
        reason: The reason in words, such as "voided".
        rows: Number of rows.
        lines: Numbers of the first lines; empty where lines are not known.
        column: Name of the column that tells so; empty where no single column does.
    """

    reason: str
    rows: int
    lines: tuple[int, ...] = ()
    column: str = ""


@dataclass(frozen=True, slots=True)
class HowRead:
    """How the sales of a store were read.

    Args:
        kind: Kind of the source.
        till: Name of the till whose export the file is; empty where the file is of no known till.
        encoding: Encoding of a text, for people; empty for other sources.
        separator: Character that separates the columns of a text; empty for other sources.
        sheet: Name of the sheet, where a workbook has several.
        header_line: Number of the line or row with the names of the columns, from 1; 0 where there is none.
        decimal_mark: Character that separates the decimals of the quantities; empty where there is none.
        columns: The columns that are read.
        unread_columns: Names of the columns that are not read.
        dates: How the dates are read; None for a database.
        rows: Number of rows of the source.
        left_out: Rows that do not count.
        restaurants: Names of the restaurants in a file, sorted.
        restaurant: Name of the restaurant in the file whose rows are used; empty where no column names restaurants.
    """

    kind: SourceKind
    till: str = ""
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    header_line: int = 0
    decimal_mark: str = ""
    columns: tuple[ChosenColumn, ...] = ()
    unread_columns: tuple[str, ...] = ()
    dates: DateForm | None = None
    rows: int = 0
    left_out: tuple[LeftOut, ...] = ()
    restaurants: tuple[str, ...] = ()
    restaurant: str = ""

    def without(self, further: Sequence[LeftOut]) -> "HowRead":
        """The same with further rows that do not count; entries without rows are dropped."""
        return replace(self, left_out=(*self.left_out, *(each for each in further if each.rows)))

    def as_rows(self) -> "HowRead":
        """The same of a file that was written from rows: whoever sent the rows has never seen its columns and lines."""
        left_out = tuple(LeftOut(each.reason, each.rows) for each in self.left_out)
        return HowRead(SourceKind.ROWS, rows=self.rows, left_out=left_out)
