"""Builds the messages of ImportSales from a file or from rows."""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from smartsuschef.client import requests
from smartsuschef.client.errors import FieldViolation, refused
from smartsuschef.forecast.v1 import forecast_pb2, training_pb2

#: Deadline of an import and of a check in seconds: large sales take longer to send and to read than another call takes.
UPLOAD_TIMEOUT = 300.0

#: Bytes of a file, and number of rows, in one message. The service takes at most 1 MiB of a file in a message.
_CHUNK_BYTES = 256 * 1024
_ROWS_AT_ONCE = 5_000


def messages(
    *,
    store: str,
    file: Path | str | None,
    rows: Iterable[training_pb2.SalesRow],
    validate_only: bool,
    address: str = "",
    location: forecast_pb2.Location | None = None,
    keep_outliers: bool = False,
    events: Iterable[training_pb2.SalesEvent] = (),
) -> Iterator[training_pb2.ImportSalesRequest]:
    """Builds the messages; see `ForecastClient.import_sales` for the arguments.

    Raises:
        ForecastServiceError: INVALID_ARGUMENT if there is neither a file nor rows, or both, or if the file cannot be
            read.
    """
    sent = list(rows)
    if (file is None) == (not sent):
        raise refused([FieldViolation("file", "expected either a file or rows")])
    header = partial(
        _header,
        store=store,
        validate_only=validate_only,
        address=address or None,
        location=location,
        keep_outliers=keep_outliers,
        events=list(events),
    )
    if file is None:
        return iter([header(), *_row_messages(sent)])
    path = Path(file)
    is_parquet = path.suffix.lower() == ".parquet"
    form = training_pb2.SALES_FILE_FORMAT_PARQUET if is_parquet else training_pb2.SALES_FILE_FORMAT_CSV
    # The file is read before the call: gRPC would answer an error in the middle with UNKNOWN.
    try:
        data = path.read_bytes()
    except OSError as error:
        raise refused([FieldViolation("file", f"{path} cannot be read: {error.strerror}")]) from error
    chunks = (data[start : start + _CHUNK_BYTES] for start in range(0, max(len(data), 1), _CHUNK_BYTES))
    return iter(
        [
            header(format=form),
            *(training_pb2.ImportSalesRequest(file_chunk=chunk) for chunk in chunks),
        ]
    )


def check_is_one_source(sales_data_source: str) -> None:
    """Refuses a source of the service beside a file on this machine.

    Args:
        sales_data_source: Sales of the service; empty for none.

    Raises:
        ForecastServiceError: INVALID_ARGUMENT if there is another source.
    """
    if sales_data_source:
        raise refused([FieldViolation("file", "expected either file or sales_data_source, not both")])


def _header(**values: Any) -> training_pb2.ImportSalesRequest:
    header = requests.build(training_pb2.ImportSalesHeader, **values)
    return training_pb2.ImportSalesRequest(header=header)


def _row_messages(rows: list[training_pb2.SalesRow]) -> Iterator[training_pb2.ImportSalesRequest]:
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = requests.build(training_pb2.SalesRows, rows=rows[start : start + _ROWS_AT_ONCE])
        yield training_pb2.ImportSalesRequest(rows=part)
