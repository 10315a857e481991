"""Finds receipts that stand in a file twice, as where two exports overlap that were pasted together."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from shared.arrays import BoolArray
from training_service.sources.files.wrong_lines import WrongLines

Hashes = npt.NDArray[np.int64]

#: Least share of the repeated lines that stand next to another one, from which on they are an overlap of two exports.
#: Numbers of orders that begin again every few hours repeat a line here and there.
_LEAST_SHARE_OF_NEIGHBOURS = 0.8

#: Character between the cells of a line that no cell has.
_BETWEEN = "\x1f"


class RepeatedReceipts:
    """Finds lines that are equal to a line of the same receipt further above, part by part.

    One receipt may have the same dish on two lines. Such lines stand together; a line that is repeated after lines of
    other receipts was exported twice. Eight bytes are kept for every line of the file.

    Args:
        receipt: Key of the column of the receipt in tables of rows.
    """

    def __init__(self, receipt: str) -> None:
        self._receipt = receipt
        #: The repeated lines.
        self.lines = WrongLines()
        self._neighbours = 0
        self._seen: list[Hashes] = []
        #: Lines of the last receipt of the part before, which may go on in the next part.
        self._open: Hashes = np.empty(0, np.int64)
        self._open_receipt = ""

    @property
    def is_overlap(self) -> bool:
        """Whether the repeated lines come from exports that overlap."""
        return self.lines.count > 1 and self._neighbours >= _LEAST_SHARE_OF_NEIGHBOURS * self.lines.count

    def repeated(self, rows: pd.DataFrame, columns: Sequence[str]) -> BoolArray:
        """Tells for each row whether the row is repeated, shape (n,).

        Args:
            rows: The next rows, as text.
            columns: Names of the columns in which rows must be equal.
        """
        receipt = rows[self._receipt].to_numpy(dtype=object)
        hashes = np.concatenate([self._open, _hashes(rows, columns)])
        before = len(self._open)
        receipts = np.concatenate([np.full(before, self._open_receipt, dtype=object), receipt])
        block = np.cumsum(np.concatenate([[False], receipts[1:] != receipts[:-1]]))
        first_block = pd.Series(block).groupby(hashes).transform("min").to_numpy()
        found: BoolArray = first_block < block
        for seen in self._seen:
            position = np.minimum(np.searchsorted(seen, hashes), len(seen) - 1)
            found |= seen[position] == hashes
        found &= receipts != ""
        is_last = block == block[-1]
        self._keep(hashes[~is_last])
        self._open, self._open_receipt = hashes[is_last], receipts[-1]
        found = found[before:]
        self._neighbours += int((found & (np.roll(found, 1) | np.roll(found, -1))).sum())
        self.lines.add(pd.Series(found, rows.index))
        return found

    def _keep(self, hashes: Hashes) -> None:
        """Keeps the hashes of finished receipts in sorted arrays, each more than twice as long as the next."""
        if not len(hashes):
            return
        kept = np.unique(hashes)
        while self._seen and len(self._seen[-1]) <= 2 * len(kept):
            kept = np.unique(np.concatenate([self._seen.pop(), kept]))
        self._seen.append(kept)


def _hashes(rows: pd.DataFrame, columns: Sequence[str]) -> Hashes:
    texts = [pa.array(rows[name], pa.large_string()) for name in columns]
    joined = compute.binary_join_element_wise(*texts, pa.scalar(_BETWEEN, pa.large_string()))
    return np.fromiter(map(hash, joined.to_pylist()), np.int64, len(rows))
