"""Parquet files as the same tables of text that CSV files give: the index is the number of the row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from shared.errors import InvalidInput, Violation

#: More take longer to read than a caller waits; the size of a file, which is compressed, says little about it.
MOST_ROWS = 10_000_000

#: Rows that are in memory at a time.
_CHUNK_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """A Parquet file.

    Args:
        path: of the file.
        field: that violations name.
        header: names of the columns, without white space around them.
        time_zone: of the store, in which moments are days; None where it is not known: then the day counts that a
            moment has in the time zone of its column.
        separator: that of a CSV file in which the numbers would be written as they are here.
    """

    path: Path
    field: str
    header: tuple[str, ...]
    time_zone: str | None
    separator: str = ","

    @classmethod
    def open(cls, path: Path, field: str, time_zone: str | None) -> Self:
        """Reads the names of the columns.

        Raises:
            InvalidInput: not Parquet, without rows or with more than MOST_ROWS, or columns of one name.
        """
        try:
            with parquet.ParquetFile(path) as file:
                rows, names = file.metadata.num_rows, file.schema_arrow.names
        except (ValueError, OSError) as error:  # what pyarrow raises is one of both
            raise _unreadable(field, error) from error
        if not rows:
            raise InvalidInput([Violation(field, "there are no rows in the file")])
        if rows > MOST_ROWS:
            description = f"the file has {rows:,} rows; expected at most {MOST_ROWS:,}: leave the oldest years out"
            raise InvalidInput([Violation(field, description)])
        header = tuple(name.strip() for name in names)
        twice = sorted({name for name in header if header.count(name) > 1})
        if twice:
            description = f"columns that are there twice: {', '.join(map(repr, twice))}"
            raise InvalidInput([Violation(field, description)])
        return cls(path, field, header, time_zone)

    def chunks(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """The rows part by part, as text as it would stand in a CSV file (empty where there is none).

        Args:
            columns: that are wanted, of the header.

        Raises:
            InvalidInput: the file is damaged, or a column has several values in a row, or bytes that are not UTF-8.
        """
        positions = [self.header.index(name) for name in columns]
        first = 1
        try:
            # What is not read ahead takes no memory.
            with parquet.ParquetFile(self.path, pre_buffer=False) as file:
                fields = [file.schema_arrow.field(position) for position in positions]
                self._check_single_values(fields)
                names = [field.name for field in fields]
                for batch in file.iter_batches(batch_size=_CHUNK_ROWS, columns=names):
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

    def _check_single_values(self, fields: Sequence[pa.Field]) -> None:
        nested = [field for field in fields if pa.types.is_nested(field.type)]
        if nested:
            raise InvalidInput(
                [self._violation(each, f"expected one value in each row, got {each.type}") for each in nested]
            )

    def _text(self, column: pd.Series, field: pa.Field) -> pd.Series:
        """The values of a column as they would stand in a CSV file; empty where there is none."""
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype(column.cat.categories.dtype)
        if pd.api.types.is_datetime64_any_dtype(column):
            if self.time_zone and column.dt.tz is not None:
                column = column.dt.tz_convert(self.time_zone)
            text = column.dt.strftime("%Y-%m-%d")
        else:
            try:
                text = column.map(bytes.decode if _is_bytes(field.type) else str, na_action="ignore")
            except UnicodeDecodeError as error:
                raise InvalidInput([self._violation(field, "expected text in UTF-8")]) from error
        filled: pd.Series = text.astype("str").fillna("")
        return filled

    def _violation(self, field: pa.Field, description: str) -> Violation:
        return Violation(self.field, f"column {field.name.strip()!r}: {description}")


def _is_bytes(kind: pa.DataType) -> bool:
    """Whether the values are bytes: some programs write text without saying that it is text."""
    if pa.types.is_dictionary(kind):
        return _is_bytes(kind.value_type)
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


def _unreadable(field: str, error: Exception) -> InvalidInput:
    return InvalidInput([Violation(field, f"not readable as Parquet ({type(error).__name__})")])
