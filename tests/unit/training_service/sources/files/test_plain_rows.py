"""What is read of a file whose equal rows are put together is what is read of its rows one by one."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import InvalidInput
from tests.support.random_exports import write_random_export
from tests.support.random_tills import write_random_till
from training_service.sources.files import csv_file, reading
from training_service.sources.files.csv_blocks import regular_blocks
from training_service.sources.files.plain_rows import NotPlain
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.files.summed_rows import FileSales

#: Files that are drawn; SALES_FILES_DRAWN=5000 draws more than the tests of every day.
DRAWN = int(os.environ.get("SALES_FILES_DRAWN", "25"))


def write_export(folder: Path, seed: int) -> Path:
    return write_random_export(folder, seed).path


def read(path: Path, seed: int) -> FileSales | str:
    """The sales of a store of a file, or what is wrong with the file."""
    store = "default" if seed % 4 == 0 else "South"
    time_zone = (None, "America/New_York")[seed % 2]
    try:
        return read_sales_file(path, store, SalesColumns(), time_zone, day_ends_at_hour=26 if seed % 3 == 0 else 24)
    except InvalidInput as error:
        return error.message


def read_one_by_one(path: Path, seed: int) -> FileSales | str:
    with patch.object(reading, "_plain_rows", side_effect=NotPlain):
        return read(path, seed)


def assert_equal(one: FileSales | str, other: FileSales | str) -> None:
    if isinstance(one, str) or isinstance(other, str):
        assert one == other
        return
    # Sums of fractions depend on their order by the last bit.
    pd.testing.assert_frame_equal(one.sales, other.sales, rtol=1e-12)
    pd.testing.assert_series_equal(one.lines, other.lines)
    for name in (field.name for field in fields(FileSales) if field.name not in ("sales", "lines")):
        assert getattr(one, name) == getattr(other, name), name


@pytest.mark.parametrize("write", [write_export, write_random_till])
def test_both_readings_of_a_file_give_the_same(write: Callable[[Path, int], Path]) -> None:
    @settings(deadline=None, max_examples=DRAWN)
    @given(st.integers(0, 1_000_000), st.sampled_from([2000, 1 << 20]))
    def check(seed: int, block_bytes: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = write(Path(folder), seed)
            with patch.object(csv_file, "regular_blocks", partial(regular_blocks, block_bytes=block_bytes)):
                assert_equal(read(path, seed), read_one_by_one(path, seed))

    check()


def test_most_tills_without_receipts_are_read_with_equal_rows_together(tmp_path: Path) -> None:
    read_rows, calls, read_at_once = reading._read_rows, [], 0

    def counted(*arguments: object, **options: object) -> FileSales:
        calls.append(options.get("puts_together"))
        return read_rows(*arguments, **options)  # type: ignore[arg-type]  # arguments of several types

    with patch.object(reading, "_read_rows", counted):
        for seed in range(60):
            calls.clear()
            is_read = isinstance(read(write_random_till(tmp_path, seed), seed), FileSales)
            read_at_once += is_read and False not in calls and all(calls)

    assert read_at_once >= 20
