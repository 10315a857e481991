"""A sales file is opened once for a reading, so that its header, its stores and its rows belong together."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from training_service.sources.files.csv_file import CsvFile, open_csv
from training_service.sources.files.parquet_file import ParquetFile, open_parquet
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import FileColumns, SalesColumns

_READ = """
import sys
from pathlib import Path
from shared.config import PipelineConfig
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.sales_source import SalesSource

path = sys.argv[1]
source = SalesSource(SalesFiles(Path(path).parent), "sales.csv", SalesColumns(), PipelineConfig())
opened = []
sys.addaudithook(lambda event, args: opened.append(event) if event == "open" and str(args[0]) == path else None)
data = source.read(path, "harbour")
print(len(opened), *data.columns)
"""


def test_a_sales_file_of_several_stores_is_opened_once(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("Day,Item,Qty,Store\n2026-01-01,soup,3,harbour\n2026-01-01,soup,4,station\n")

    read = subprocess.run([sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, check=True)

    assert read.stdout.split() == ["1", "Day", "Item", "Qty"]


def write_csv(path: Path, sales: pd.DataFrame) -> None:
    sales.to_csv(path, index=False)


def write_parquet(path: Path, sales: pd.DataFrame) -> None:
    sales.to_parquet(path)


@pytest.mark.parametrize(
    ("write", "open_file"),
    [
        (write_csv, partial(open_csv, field="f", chunk_rows=10)),
        (write_parquet, partial(open_parquet, field="f", chunk_rows=10)),
    ],
)
def test_the_rows_are_those_of_the_file_whose_header_was_read(
    tmp_path: Path,
    write: Callable[[Path, pd.DataFrame], None],
    open_file: Callable[[Path], AbstractContextManager[CsvFile | ParquetFile]],
) -> None:
    path, newer = tmp_path / "sales", tmp_path / "newer"
    write(path, pd.DataFrame({"dish": ["soup"]}))
    write(newer, pd.DataFrame({"dish": ["fish"]}))

    with open_file(path) as file:
        newer.replace(path)
        [rows] = file.chunks(["dish"])

    assert rows["dish"].tolist() == ["soup"]


def test_the_answer_names_the_columns_that_were_read(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("Menu Item,Qty,Sales,Business Date,Branch\nsoup,3,28.5,2026-01-01,harbour\n")

    read = read_sales_file(path, "harbour", SalesColumns())

    assert read.columns == FileColumns(date="Business Date", dish="Menu Item", quantity="Qty", store="Branch")
