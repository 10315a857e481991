"""Writes big sales files of which every run of the benchmark gets the same."""

from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv, parquet

#: Stores of the files; the sales of the second are read.
STORES = ("East", "Harbour", "Station")

#: Length of the history in days.
_DAYS = 1400

_DISHES = [
    f"{kind} {form}"
    for kind in ("Fish", "Beef", "Veggie", "Lamb", "Rice", "Egg")
    for form in ("pie", "soup", "curry", "bowl", "salad", "stew", "wrap", "pasta", "bun", "roll")
]

#: Units of a row with their shares; one row of a hundred is a refund.
_UNITS = (("1", "2", "3", "4", "-1"), (0.8, 0.12, 0.05, 0.02, 0.01))

#: Share of rows that open a new receipt, and of rows that are voided.
_NEW_RECEIPTS, _VOIDED = 0.4, 0.01

#: What each file is, with the three columns that pandas reads. The till export has moments, dishes, quantities and
#: stores; the one with receipts has prices and states too; the tidy table has days, dishes and quantities.
FILES = {
    "till.csv": ("till export", ("Date", "Item", "Qty")),
    "receipts.csv": ("with receipts", ("Date", "Item", "Qty")),
    "tidy.csv": ("tidy table", ("date", "dish", "quantity")),
    "tidy.parquet": ("as Parquet", ("date", "dish", "quantity")),
}


def write_files(folder: Path, rows: int) -> None:
    """Writes all files.

    Args:
        folder: Folder of the files.
        rows: Number of rows of each file.
    """
    rng = np.random.default_rng(1)
    days = np.sort(rng.integers(0, _DAYS, rows)) * 86_400
    seconds = np.sort(days + rng.integers(11 * 3600, 24 * 3600 - 1, rows)) + 1_641_168_000
    dish = rng.integers(0, len(_DISHES), rows)
    table = pa.table(
        {
            "Date": pa.array(seconds).cast(pa.timestamp("s")),
            "Receipt": np.cumsum(rng.random(rows) < _NEW_RECEIPTS) + 100_000,
            "Item": pa.array(_DISHES).take(pa.array(dish)),
            "Qty": rng.choice(np.array(_UNITS[0]), rows, p=_UNITS[1]),
            "Price": rng.choice(np.array(["4.50", "7.00", "9.90", "12.50"]), len(_DISHES))[dish],
            "Store": rng.choice(np.array(STORES), rows),
            "Status": np.where(rng.random(rows) < _VOIDED, "voided", "paid"),
        }
    )
    plain = csv.WriteOptions(quoting_style="none", quoting_header="none")
    csv.write_csv(table, folder / "receipts.csv", write_options=plain)
    csv.write_csv(table.select(["Date", "Item", "Qty", "Store"]), folder / "till.csv", write_options=plain)
    tidy = pa.table(
        {
            "date": table["Date"].cast(pa.date32()),
            "dish": table["Item"],
            "quantity": table["Qty"].cast(pa.int64()),
        }
    )
    csv.write_csv(tidy, folder / "tidy.csv", write_options=plain)
    parquet.write_table(tidy, folder / "tidy.parquet")
