"""Finds receipts that stand in a file twice, as where two exports overlap that were pasted together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from shared.arrays import BoolArray, IntArray
from training_service.sources.files.wrong_lines import WrongLines

Hashes = npt.NDArray[np.int64]

#: Least share of the repeated lines that stand next to another one, from which on they are an overlap of two exports.
#: Numbers of orders that begin again every few hours repeat a line here and there.
_LEAST_SHARE_OF_NEIGHBOURS = 0.8

#: Least number of receipts one after another in which every line stands an even number of times, from which on they
#: are two exports that were sorted together. A few guests may each order the same dish twice.
_LEAST_DOUBLED = 20

#: Receipts between two runs of doubled receipts that do not part the runs.
_LARGEST_GAP = 5

#: Character between the cells of a line that no cell has.
_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True)
class Repetitions:
    """Receipts that stand in a file twice, as a first reading has found them.

    Args:
        is_overlap: Whether lines that are repeated after other receipts come from exports that overlap.
        doubled: First and last of receipts one after another that have every line an even number of times, by their
            position in the file.
    """

    is_overlap: bool
    doubled: tuple[tuple[int, int], ...] = ()


class RepeatedReceipts:
    """Finds lines that are equal to a line of the same receipt further above, part by part.

    One receipt may have the same dish on two lines. Such lines stand together; a line that is repeated after lines of
    other receipts was exported twice. Where exports were sorted together, all lines of many receipts one after another
    stand there twice. Eight bytes are kept for every line of the file.

    Args:
        receipt: Key of the column of the receipt in tables of rows.
        known: What an earlier reading of the file has found: every other line of doubled receipts is repeated. None
            for the first reading, which finds the doubled receipts.
    """

    def __init__(self, receipt: str, known: Repetitions | None = None) -> None:
        self._receipt = receipt
        self._known = known
        #: Runs of doubled receipts that were found, and the run that may go on: first and last receipt.
        self._doubled: list[tuple[int, int]] = []
        self._run: tuple[int, int] | None = None
        #: Position in the file of the first receipt of the next part.
        self._first = 0
        #: The repeated lines.
        self.lines = WrongLines()
        self._neighbours = 0
        self._seen: list[Hashes] = []
        #: Lines of the last receipt of the part before, which may go on in the next part.
        self._open: Hashes = np.empty(0, np.int64)
        self._open_receipt = ""

    @property
    def found(self) -> Repetitions | None:
        """What was found; None where nothing is repeated."""
        is_overlap = self.lines.count > 1 and self._neighbours >= _LEAST_SHARE_OF_NEIGHBOURS * self.lines.count
        doubled: list[tuple[int, int]] = []
        for first, last in (*self._doubled, *([self._run] if self._run else [])):
            if last - first + 1 < _LEAST_DOUBLED:
                continue
            near = doubled and first - doubled[-1][1] <= _LARGEST_GAP + 1
            doubled[-1:] = [(doubled[-1][0], last)] if near else [*doubled[-1:], (first, last)]
        return Repetitions(is_overlap, tuple(doubled)) if self.lines or doubled else None

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
        if self._known is None:
            self._find_doubled(block, hashes, receipts)
        elif self._known.doubled:
            found |= self._in_doubled(block) & _is_every_other(block, hashes)
        self._first += int(block[-1])
        found &= receipts != ""
        is_last = block == block[-1]
        self._keep(hashes[~is_last])
        self._open, self._open_receipt = hashes[is_last], receipts[-1]
        found = found[before:]
        self._neighbours += int((found & (np.roll(found, 1) | np.roll(found, -1))).sum())
        self.lines.add(pd.Series(found, rows.index))
        return found

    def _find_doubled(self, block: IntArray, hashes: Hashes, receipts: npt.NDArray[np.object_]) -> None:
        """Finds the finished receipts of a part that have every line an even number of times."""
        is_doubled = np.bincount(block) % 2 == 0
        is_doubled[block[receipts == ""]] = False
        candidates = np.flatnonzero(is_doubled[block])
        if len(candidates):
            pairs, counts = np.unique(np.stack([block[candidates], hashes[candidates]]), axis=1, return_counts=True)
            is_doubled[pairs[0][counts % 2 == 1]] = False
        for position in np.flatnonzero(is_doubled[:-1]) + self._first:
            if self._run and position == self._run[1] + 1:
                self._run = (self._run[0], int(position))
                continue
            if self._run and self._run[1] - self._run[0] + 1 >= _LEAST_DOUBLED:
                self._doubled.append(self._run)
            self._run = (int(position), int(position))

    def _in_doubled(self, block: IntArray) -> BoolArray:
        """Whether each row belongs to one of the doubled receipts that are known, shape (n,)."""
        position = block + self._first
        ranges = self._known.doubled if self._known else ()
        inside = [(first <= position) & (position <= last) for first, last in ranges]
        return np.logical_or.reduce(inside, axis=0) if inside else np.zeros(len(block), dtype=np.bool_)

    def _keep(self, hashes: Hashes) -> None:
        """Keeps the hashes of finished receipts in sorted arrays, each more than twice as long as the next."""
        if not len(hashes):
            return
        kept = np.unique(hashes)
        while self._seen and len(self._seen[-1]) <= 2 * len(kept):
            kept = np.unique(np.concatenate([self._seen.pop(), kept]))
        self._seen.append(kept)


def _is_every_other(block: IntArray, hashes: Hashes) -> BoolArray:
    """Whether each row is the second, fourth and so on of the equal rows of its receipt, shape (n,)."""
    earlier = pd.DataFrame({"block": block, "hash": hashes}).groupby(["block", "hash"]).cumcount()
    return (earlier % 2 == 1).to_numpy()


def _hashes(rows: pd.DataFrame, columns: Sequence[str]) -> Hashes:
    texts = [pa.array(rows[name], pa.large_string()) for name in columns]
    joined = compute.binary_join_element_wise(*texts, pa.scalar(_BETWEEN, pa.large_string()))
    return np.fromiter(map(hash, joined.to_pylist()), np.int64, len(rows))
