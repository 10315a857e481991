"""Reads Parquet files part by part as tables of text like those of CSV files, indexed by the number of the row."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from shared.errors import InvalidInput, Violation
from training_service.sources.files.csv_file import check_names

#: Largest number of rows that is read: more take longer to read than a caller waits. The size of the file says little
#: about the number of rows, as the file is compressed.
MOST_ROWS = 10_000_000

#: Hour at which the night ends at the latest; what is sold before it may belong to the evening before.
_NIGHT_ENDS = 6


@contextlib.contextmanager
def open_parquet(path: Path, field: str, *, chunk_rows: int, most_rows: int = MOST_ROWS) -> Iterator["ParquetFile"]:
    """Opens a Parquet file and reads the names of its columns. The rows come from the same opened file.

    Args:
        path: The file.
        field: Field of the request that violations name.
        chunk_rows: Rows that are in memory at a time.
        most_rows: Largest number of rows that the file may have.

    Raises:
        InvalidInput: The file is not Parquet, has no rows or has too many rows.
    """
    with contextlib.ExitStack() as stack:
        try:
            # Without `pre_buffer`, no row is in memory before it is read.
            opened = stack.enter_context(parquet.ParquetFile(path, pre_buffer=False))
            rows, names = opened.metadata.num_rows, opened.schema_arrow.names
        except (ValueError, OSError) as error:  # pyarrow raises exceptions of both kinds
            raise _unreadable(field, error) from error
        if not rows:
            raise _wrong(field, "there are no rows in the file; export the file again with its rows")
        if rows > most_rows:
            advice = "leave the oldest years out"
            raise _wrong(field, f"the file has {rows:,} rows; expected at most {most_rows:,}: {advice}")
        header = tuple(name.strip() for name in names)
        yield ParquetFile(opened, field, header, chunk_rows)


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """An open Parquet file.

    Args:
        opened: The file as pyarrow opened it.
        field: Field of the request that violations name.
        header: Names of the columns, without white space around them.
        chunk_rows: Rows that are in memory at a time.
        separator: Separator of a CSV file in which numbers would be written as this class writes them.
    """

    opened: parquet.ParquetFile
    field: str
    header: tuple[str, ...]
    chunk_rows: int
    separator: str = ","

    def chunks(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Reads the rows part by part, as the text that a CSV file would have (empty where there is no value).

        Args:
            columns: Names in `header` of the columns that are read.

        Raises:
            InvalidInput: The file is damaged, several columns have a name that is needed, or a column has several
                values in one row, or bytes that are not UTF-8.
        """
        check_names(self.header, columns, self.field, "")
        positions = [self.header.index(name) for name in columns]
        first = 1
        try:
            fields = [self.opened.schema_arrow.field(position) for position in positions]
            self._check_single_values(fields)
            names = [field.name for field in fields]
            for batch in self.opened.iter_batches(batch_size=self.chunk_rows, columns=names):
                frame = batch.select(names).to_pandas()
                index = pd.RangeIndex(first, first + len(frame))
                texts = {
                    ours: self._text(frame[field.name], field).set_axis(index)
                    for ours, field in zip(columns, fields, strict=True)
                }
                yield pd.DataFrame(texts, index=index, dtype=str)
                first += len(frame)
        except (ValueError, OSError) as error:
            raise _unreadable(self.field, error) from error

    @property
    def told(self) -> tuple[str, ...]:
        """Nothing: a Parquet file says how it is read."""
        return ()

    def sample(self, rows: int) -> pd.DataFrame:
        """The first rows with all columns that have one value in each row, as text.

        Args:
            rows: Number of rows at most.
        """
        fields = self.opened.schema_arrow
        plain = [
            name
            for name, field in zip(self.header, fields, strict=True)
            if not pa.types.is_nested(field.type) and self.header.count(name) == 1
        ]
        return next(self.chunks(plain), pd.DataFrame()).head(rows)

    def _check_single_values(self, fields: Sequence[pa.Field]) -> None:
        nested = [field for field in fields if pa.types.is_nested(field.type)]
        if nested:
            raise InvalidInput(
                [self._violation(each, f"expected one value in each row, got {each.type}") for each in nested]
            )

    def _text(self, column: pd.Series, field: pa.Field) -> pd.Series:
        """The values of a column as a CSV file would have them; empty where a value is missing."""
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype(column.cat.categories.dtype)
        if pd.api.types.is_datetime64_any_dtype(column):
            text = _moments(column)
        else:
            try:
                text = column.map(bytes.decode if _is_bytes(field.type) else str, na_action="ignore")
            except UnicodeDecodeError as error:
                raise InvalidInput(
                    [self._violation(field, "expected text in UTF-8; write the column as text")]
                ) from error
        filled: pd.Series = text.astype("str").fillna("")
        return filled

    def _violation(self, field: pa.Field, description: str) -> Violation:
        return Violation(self.field, f"column {field.name.strip()!r}: {description}")


def _moments(column: pd.Series) -> pd.Series:
    """Dates and moments in ISO form; without a time zone, only what was sold at night has its time.

    Only at night does the time decide on the day of a sale, and texts without times are read several times as fast.
    """
    zone = column.dt.tz
    local = column if zone is None else column.dt.tz_localize(None)
    values = local.to_numpy()
    if zone is None:
        text = np.datetime_as_string(values, unit="D").astype(object)
        at_night = ((local.dt.hour < _NIGHT_ENDS) & (local != local.dt.normalize())).to_numpy()
        text[at_night] = np.datetime_as_string(values[at_night], unit="s")
        found: pd.Series = pd.Series(text, column.index, dtype="str")
    else:
        ahead = (local - column.dt.tz_convert("UTC").dt.tz_localize(None)).dt.total_seconds()
        offsets = ahead.map({seconds: _offset(seconds) for seconds in ahead.dropna().unique()})
        found = pd.Series(np.datetime_as_string(values, unit="s"), column.index, dtype="str") + offsets.astype("str")
    return found.where(column.notna())


def _offset(seconds: float) -> str:
    """The offset of a time zone in ISO form, such as "-05:00".

    Args:
        seconds: Seconds by which the time zone is ahead of UTC.
    """
    minutes = round(seconds / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _is_bytes(kind: pa.DataType) -> bool:
    """Whether the values are bytes: some programs write text as bytes, and do not declare the text as text."""
    if pa.types.is_dictionary(kind):
        return _is_bytes(kind.value_type)
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


def _unreadable(field: str, error: Exception) -> InvalidInput:
    what_to_do = "export the file again, or give a CSV file a name that does not end in .parquet"
    return _wrong(field, f"not readable as Parquet ({type(error).__name__}); {what_to_do}")


def _wrong(field: str, description: str) -> InvalidInput:
    return InvalidInput([Violation(field, description)])
