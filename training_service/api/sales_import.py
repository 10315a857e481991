"""Receives the sales that a caller sends in ImportSales, checks them as a training would read them, and keeps them."""

import asyncio
import csv
import io
import math
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from shared.config import PipelineConfig
from shared.errors import InvalidInput, Violation
from shared.names import LONGEST_DISH, MOST_UNITS
from shared.notices import Notice
from shared.restaurant.place import Place
from shared.rpc.validation import Violations
from smartsuschef.forecast.v1 import training_pb2
from training_service.api.requests import given_place, named_events
from training_service.learning.events import SalesEvent
from training_service.outcomes import DataReport
from training_service.sources.files.access import MOST_BYTES
from training_service.sources.files.fetching import check_size
from training_service.sources.files.imported import ROWS_HEADER, ROWS_SUFFIX, ImportedSales
from training_service.sources.places import Places
from training_service.sources.sales_limits import SALES_FIELD, has_control_characters
from training_service.sources.sales_source import SalesSource
from training_service.versions.sales_preview import SalesPreview, sales_preview
from training_service.versions.store_sales import read_store_sales

#: Largest piece of a file in one message, in bytes. Larger pieces would fill the memory of a server with many callers.
_MOST_CHUNK_BYTES = 1024 * 1024

_SUFFIXES = {
    training_pb2.SALES_FILE_FORMAT_UNSPECIFIED: ".csv",
    training_pb2.SALES_FILE_FORMAT_CSV: ".csv",
    training_pb2.SALES_FILE_FORMAT_PARQUET: ".parquet",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import.

    Args:
        store: Name of the store.
        source: Path of the kept file inside the data root; empty where the sales were only checked.
        report: What the sales look like.
        warnings: What the caller should know about the sales.
        preview: What was understood of the sales.
    """

    store: str
    source: str
    report: DataReport
    warnings: tuple[Notice, ...]
    preview: SalesPreview


@dataclass(frozen=True, slots=True)
class SalesImport:
    """Takes sales from callers.

    Args:
        files: Keeps the files of the stores.
        source: Reads sales files.
        places: Finds the places of the stores.
        config: Configuration that the sales are reported by.
        readers: Threads that read sales files.
        most_bytes: Largest size of a file in bytes.
        silence_seconds: Longest time between two messages; a caller that is silent for longer is given up.
    """

    files: ImportedSales
    source: SalesSource
    places: Places
    config: PipelineConfig
    readers: ThreadPoolExecutor
    most_bytes: int = MOST_BYTES
    silence_seconds: float = 60.0

    async def receive(self, messages: AsyncIterator[training_pb2.ImportSalesRequest]) -> Imported:
        """Receives, checks and keeps the sales of one store. Unless all of it succeeds, nothing is kept.

        Args:
            messages: The header, then rows or pieces of a file.

        Raises:
            InvalidInput: The messages are not in this order, or the sales cannot be read; every violation is listed.
            NotReady: The server may not write into its data root.
            Unavailable: The registry does not answer.
        """
        first = await self._next(messages)
        if first is None or first.WhichOneof("part") != "header":
            raise _wrong("header", "expected the header as the first message")
        store, suffix, given, events = _checked(first.header)
        second = await self._next(messages)
        kind = second.WhichOneof("part") if second else None
        if second is None or kind not in ("rows", "file_chunk"):
            raise _wrong("rows", "expected rows or pieces of a file after the header")
        with self.files.incoming(store, ROWS_SUFFIX if kind == "rows" else suffix) as path:
            await self._write(path, kind, second, messages)
            loop = asyncio.get_running_loop()
            read = partial(self._checked_file, store, path, kind, given, events, first.header)
            imported = await loop.run_in_executor(self.readers, read)
            if first.header.validate_only:
                return imported
            kept = await asyncio.to_thread(self.files.keep, store, path)
            return replace(imported, source=kept)

    async def _write(
        self,
        path: Path,
        kind: str,
        message: training_pb2.ImportSalesRequest | None,
        messages: AsyncIterator[training_pb2.ImportSalesRequest],
    ) -> None:
        """Writes all parts of a stream into a file."""
        rows, size = 0, 0
        with path.open("wb") as file:
            if kind == "rows":
                file.write(_csv([ROWS_HEADER]))
            while message is not None:
                if message.WhichOneof("part") != kind:
                    raise _wrong(kind, f"expected nothing but {kind} after the first {kind}")
                data = _rows_as_csv(message.rows, rows) if kind == "rows" else _chunk(message.file_chunk)
                rows += len(message.rows.rows)
                size += len(data)
                check_size("the sales", size, self.most_bytes)
                await asyncio.to_thread(file.write, data)
                message = await self._next(messages)

    async def _next(
        self, messages: AsyncIterator[training_pb2.ImportSalesRequest]
    ) -> training_pb2.ImportSalesRequest | None:
        """The next message; None after the last one."""
        try:
            return await asyncio.wait_for(anext(messages, None), self.silence_seconds)
        except TimeoutError as error:
            description = f"expected the next message within {self.silence_seconds:g} s; send the sales once more"
            raise _wrong("part", description) from error

    def _checked_file(
        self,
        store: str,
        path: Path,
        kind: str,
        given: Place | None,
        events: tuple[SalesEvent, ...],
        header: training_pb2.ImportSalesHeader,
    ) -> Imported:
        place, warnings = (given, ()) if given else self.places.find(store, header.address)
        try:
            sales = read_store_sales(
                self.source,
                str(path),
                store,
                place,
                warnings,
                self.config,
                keep_outliers=header.keep_outliers,
                events=events,
            )
        except InvalidInput as error:
            # The reader names the field of StartTraining; here the caller has sent the file itself.
            named = (kind if each.field == SALES_FIELD else each.field for each in error.violations)
            raise InvalidInput(
                [Violation(field, each.description) for field, each in zip(named, error.violations, strict=True)]
            ) from error
        # What is not known of the place matters to a training, which may be told the place.
        preview = sales_preview(store, sales, place, warnings, self.config)
        return Imported(store, "", sales.report, sales.data.warnings, preview)


def _checked(header: training_pb2.ImportSalesHeader) -> tuple[str, str, Place | None, tuple[SalesEvent, ...]]:
    """The store, the end of the file's name, the location if there is one, and the events."""
    violations = Violations()
    store = violations.store(header.store)
    if header.format not in _SUFFIXES:
        violations.add("header.format", "expected CSV or PARQUET")
    given, events = given_place(header, violations), named_events(header, violations)
    violations.raise_if_any()
    return store, _SUFFIXES[header.format], given, events


def _chunk(data: bytes) -> bytes:
    if len(data) > _MOST_CHUNK_BYTES:
        raise _wrong("file_chunk", f"expected at most {_MOST_CHUNK_BYTES:,} bytes in a message, got {len(data):,}")
    return data


def _rows_as_csv(message: training_pb2.SalesRows, before: int) -> bytes:
    """Lines of a CSV file, one for each row of a message.

    Args:
        message: Rows as received.
        before: Number of rows in the messages before: violations name rows by their number in the stream, from 0.
    """
    violations = Violations()
    lines = []
    for number, row in enumerate(message.rows, start=before):
        field = f"rows[{number}]"
        date = violations.required_date(f"{field}.date", row.date)
        if not 0 < len(row.dish.strip()) <= LONGEST_DISH or has_control_characters(row.dish):
            violations.add(f"{field}.dish", f"expected the name of a dish, 1 to {LONGEST_DISH} printable characters")
        if not (row.HasField("quantity") and math.isfinite(row.quantity) and abs(row.quantity) <= MOST_UNITS):
            violations.add(
                f"{field}.quantity",
                f"expected units sold, at most {MOST_UNITS:,.0f}; 0 where none were sold, below 0 for a refund",
            )
        lines.append((date, row.dish, repr(row.quantity)))
    violations.raise_if_any()
    return _csv(lines)


def _csv(lines: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue().encode()


def _wrong(field: str, description: str) -> InvalidInput:
    return InvalidInput([Violation(field, description)])
