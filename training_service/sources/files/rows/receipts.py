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

#: Least share of the numbers of receipts that stand on several days, from which on the numbers begin again, as those of
#: each day or of each till do. A refund may repeat the number of an earlier day.
_LEAST_SHARE_OF_SEVERAL_DAYS = 0.05

#: Numbers of receipts that are remembered with their day.
_MOST_NUMBERS = 100_000

#: Least number of days one after another with every line an even number of times, share of such days between the first
#: and the last of them, and least number of their lines, from which on they are an overlap of two exports whose numbers
#: begin again.
_LEAST_DAYS, _LEAST_SHARE_OF_DAYS, _LEAST_LINES = 2, 0.9, 20

#: The time of day at the end of a date.
_TIME = r"(?:T|,?\s+)\d{1,2}[:h時点时點].*$"

#: Character between the cells of a line that no cell has.
_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True)
class Repetitions:
    """Receipts that stand in a file twice, as a first reading has found them.

    Args:
        is_overlap: Whether lines that are repeated after other receipts come from exports that overlap.
        doubled: First and last of receipts one after another that have every line an even number of times, by their
            position in the file.
        begin_again: Whether the same numbers stand on several days, so that a number alone tells no receipt. Then only
            whole days prove that exports overlap.
        days: The days, as the file writes them, that have every line an even number of times, while others have not.
    """

    is_overlap: bool
    doubled: tuple[tuple[int, int], ...] = ()
    begin_again: bool = False
    days: frozenset[str] = frozenset()

    @property
    def are_proven(self) -> bool:
        """Whether lines are certainly repeated, so that they are left out."""
        return bool(self.days) if self.begin_again else self.is_overlap or bool(self.doubled)


class RepeatedReceipts:
    """Finds lines that are equal to a line of the same receipt further above, part by part.

    One receipt may have the same dish on two lines. Such lines stand together; a line that is repeated after lines of
    other receipts was exported twice. Where exports were sorted together, all lines of many receipts one after another
    stand there twice. Eight bytes are kept for every line of the file.

    Where the numbers of receipts begin again on other days, equal lines may be orders of two tills. Then lines are
    repeated where whole days stand there twice: two tills sell as much of everything only by chance.

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
        #: Day of each number of a receipt, and how many of the numbers have another day too.
        self._day_of: dict[str, str] = {}
        self._on_several_days: set[str] = set()
        #: For each day the exclusive or of the hashes of its lines, which is 0 where each line stands there an even
        #: number of times, and the number of its lines, in the order of the file.
        self._days: dict[str, tuple[int, int]] = {}
        #: Hashes of lines of doubled days that were found an odd number of times.
        self._unpaired: set[int] = set()

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
        if not self.lines and not doubled:
            return None
        begin_again = len(self._on_several_days) > _LEAST_SHARE_OF_SEVERAL_DAYS * len(self._day_of)
        return Repetitions(
            is_overlap, tuple(doubled), begin_again, self._doubled_days() if begin_again else frozenset()
        )

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
            self._add_days(rows, receipt, hashes[before:])
        elif self._known.days:
            found[before:] = self._of_doubled_days(rows, hashes[before:])
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

    def _add_days(self, rows: pd.DataFrame, receipt: npt.NDArray[np.object_], hashes: Hashes) -> None:
        """Adds the days of the receipts and lines of a part."""
        codes, days = pd.factorize(_days(rows))
        odd, count = np.zeros(len(days), np.int64), np.bincount(codes, minlength=len(days))
        np.bitwise_xor.at(odd, codes, hashes)
        for day, its_odd, its_count in zip(days, odd.tolist(), count.tolist(), strict=True):
            odd_before, count_before = self._days.get(day, (0, 0))
            self._days[day] = (odd_before ^ its_odd, count_before + its_count)
        begins = np.flatnonzero(np.concatenate([[True], (receipt[1:] != receipt[:-1]) | (codes[1:] != codes[:-1])]))
        for number, code in zip(receipt[begins], codes[begins], strict=True):
            if number and (len(self._day_of) < _MOST_NUMBERS or number in self._day_of):
                day = self._day_of.setdefault(number, days[code])
                if day != days[code]:
                    self._on_several_days.add(number)

    def _doubled_days(self) -> frozenset[str]:
        """The days of an overlap of two exports; empty where there is none."""
        is_doubled = np.array([odd == 0 for odd, _ in self._days.values()])
        at = np.flatnonzero(is_doubled)
        if len(at) < _LEAST_DAYS or is_doubled.all() or is_doubled[at[0] : at[-1] + 1].mean() < _LEAST_SHARE_OF_DAYS:
            return frozenset()
        days = list(self._days)
        lines = sum(self._days[days[position]][1] for position in at)
        return frozenset(days[position] for position in at) if lines >= _LEAST_LINES else frozenset()

    def _of_doubled_days(self, rows: pd.DataFrame, hashes: Hashes) -> BoolArray:
        """Whether each row is the second, fourth and so on of the equal rows of a doubled day, shape (n,)."""
        known = self._known.days if self._known else frozenset()
        found = np.zeros(len(rows), dtype=np.bool_)
        for at in np.flatnonzero(_days(rows).isin(known)):
            line = int(hashes[at])
            found[at] = line in self._unpaired
            self._unpaired ^= {line}
        return found

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


def _days(rows: pd.DataFrame) -> pd.Series:
    """The dates of the rows without their time of day."""
    dates = pa.array(rows["date"], pa.large_string())
    return pd.Series(compute.replace_substring_regex(dates, _TIME, "").to_numpy(False), dtype=object)


def _hashes(rows: pd.DataFrame, columns: Sequence[str]) -> Hashes:
    texts = [pa.array(rows[name], pa.large_string()) for name in columns]
    joined = compute.binary_join_element_wise(*texts, pa.scalar(_BETWEEN, pa.large_string()))
    return np.fromiter(map(hash, joined.to_pylist()), np.int64, len(rows))
