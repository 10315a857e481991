"""Puts equal rows of plain sales together before they are read: millions of rows of a till are few different ones."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from shared.arrays import BoolArray, IntArray
from training_service.sources.clean_names import clean_names, store_names
from training_service.sources.files.csv_blocks import Block
from training_service.sources.files.csv_file import CsvFile
from training_service.sources.files.rows.kinds import SALE, RowColumns, RowKinds
from training_service.sources.files.sales_columns import FileColumns
from training_service.sources.sales_limits import CONTROL_CHARACTERS, MORNING_HOUR

#: A plain day, and a plain quantity.
_DAY, _QUANTITY = re.compile(r"\d[\d./-]{5,9}"), re.compile(r"\d{1,7}(?:[.,]\d{1,3})?")

#: The beginning of a moment; minutes and seconds follow.
_MOMENT = re.compile(r"(?P<day>\d[\d./-]{5,9})(?:T|,? )(?P<hour>[01]\d|2[0-3])")

#: Bytes of the minutes, and of the minutes and seconds, at the end of a moment.
_MINUTES, _SECONDS = 3, 6

#: Bytes of the beginnings of moments: those that two words have in common.
_WORD, _SHORTEST, _LONGEST = 8, 8, 16

#: Least number of rows of a block for each sort, where there are more sorts than a few; with fewer rows it is not worth
#: while to look for equal ones.
_LEAST_EQUAL, _FEW_SORTS = 4, 1000

#: A day on which sales are plain as far as the other columns tell.
_SOME_DAY = "2026-01-01"

#: Place of the number of a sort of rows beside the number of a date.
_SORT = 1 << 32


class NotPlain(Exception):
    """Only the reading of each row does justice to the file."""


@dataclass(frozen=True, slots=True)
class PlainSales:
    """Different rows of plain sales, in ascending order of their lines; m rows with k dates and q quantities.

    Args:
        date: Dates as the file has them, shape (k,), indexed by the line of their first row.
        quantity: Quantities as the file has them, shape (q,), indexed likewise.
        dish: Name of the dish of each row, shape (m,).
        date_of: Position in `date` of the date of each row, shape (m,).
        quantity_of: Position in `quantity` of the quantity of each row, shape (m,).
        times: Number of rows of the file that are equal to each row, shape (m,).
        line: Line of the first of them, shape (m,).
    """

    date: pd.Series
    quantity: pd.Series
    dish: pd.Series
    date_of: IntArray
    quantity_of: IntArray
    times: IntArray
    line: IntArray


class PlainRows:
    """Counts equal rows of plain sales, and answers all other rows of a file.

    Which rows are plain is told by `RowKinds`, from one row of each sort. Only times of day make moments differ that
    mean the same day.

    Args:
        names: Columns of the date, the dish, the quantity and the store.
        columns: Columns that tell what the rows mean, without a receipt or a time of day.
        store: Name of the only store whose rows count; None for all rows.
    """

    def __init__(self, names: FileColumns, columns: RowColumns, store: str | None) -> None:
        self._names, self._row_columns, self._store = names, columns, store
        self._by_role = {"dish": names.dish, "quantity": names.quantity, **columns.by_key}
        if names.store:
            self._by_role["store"] = names.store
        #: Number of rows that were not answered.
        self.count = 0
        #: Names of the stores of the file.
        self.stores: set[str] = set()
        #: Numbers of the sorts of rows by their texts, and whether each is plain.
        self._sorts: dict[tuple[str, ...], int] = {}
        self._is_plain: list[bool] = []
        #: Numbers of the dates; one for all moments of a day that the clock makes no difference between.
        self._dates: dict[str, int] = {}
        self._date_texts: list[str] = []
        #: Bytes of all moments, and of their minutes and seconds; 0 where dates have no times.
        self._form: tuple[int, int] | None = None
        self._keys: list[IntArray] = []
        self._times: list[IntArray] = []
        self._lines: list[IntArray] = []

    def others(self, file: CsvFile, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """The rows that are no plain sales, as tables of text, indexed by line number.

        Args:
            file: The open file.
            columns: Names of the columns that are read.

        Raises:
            NotPlain: The rows must be read one by one.
            InvalidInput: See `CsvFile.chunks`.
        """
        coded = [name for name in columns if name in self._by_role.values() and name != self._names.date]
        # To read a table takes time, however few rows it has.
        waiting: list[pd.DataFrame] = []
        for part in file.parts(columns, coded):
            waiting.append(self._others(part, columns) if isinstance(part, Block) else part)
            if sum(map(len, waiting)) >= file.chunk_rows:
                yield pd.concat(waiting)
                waiting = []
        if waiting:
            yield pd.concat(waiting)

    def sales(self, store: str | None) -> PlainSales | None:
        """The plain sales; None where there are none.

        Args:
            store: Name of the store; None for those of all stores.
        """
        if not self._keys:
            return None
        found, keys = pd.factorize(np.concatenate(self._keys))
        times = np.bincount(found, np.concatenate(self._times)).astype(np.int64)
        line = np.concatenate(self._lines)[_first_positions(found, len(keys))]
        cells = pd.DataFrame(list(self._sorts), columns=list(self._by_role), dtype=str)
        sort, date = keys // _SORT, keys % _SORT
        if store is not None:
            of_store = (cells["store"] == store).to_numpy()[sort]
            sort, date, times, line = sort[of_store], date[of_store], times[of_store], line[of_store]
        if not len(sort):
            return None
        quantity_of_sort, quantities = pd.factorize(cells["quantity"])
        texts = pd.Series(self._date_texts, dtype=str)
        dates, date_of = _used(texts, date, line)
        quantity, quantity_of = _used(pd.Series(quantities, dtype=str), quantity_of_sort[sort], line)
        return PlainSales(dates, quantity, cells["dish"].take(sort), date_of, quantity_of, times, line)

    def _others(self, block: Block, columns: Sequence[str]) -> pd.DataFrame:
        """Counts the plain rows of a block; the others as text."""
        others = self._add(block)
        self.count += len(block.rows) - len(others)
        rows = block.rows.take(pa.array(others))
        texts = {name: rows[name].cast(pa.string()).to_pandas() for name in columns}
        return pd.DataFrame(texts).set_axis(block.first_line + others)

    def _add(self, block: Block) -> IntArray:
        """Counts the plain rows of a block; the positions of the others."""
        codes, texts = {}, {}
        for role, name in self._by_role.items():
            column = block.rows[name].chunk(0)
            codes[role], texts[role] = column.indices.to_numpy(), self._cells(role, column.dictionary)
        dates, chosen = block.rows[self._names.date].chunk(0), np.arange(len(block.rows))
        if "store" in texts:
            self.stores.update(name for name in texts["store"] if name)
            if self._store is not None:
                chosen = np.flatnonzero((texts["store"] == self._store).to_numpy()[codes["store"]])
                dates = dates.take(pa.array(chosen))
                codes = {role: each[chosen] for role, each in codes.items()}
        if not len(chosen):
            return chosen
        date, is_day = self._dates_of(dates)
        sort, is_plain = self._sorts_of(codes, texts)
        is_plain &= is_day
        lines = block.first_line + chosen
        keys = sort * _SORT + date
        others = chosen[:0]
        if not is_plain.all():
            others = chosen[~is_plain]
            keys, lines = keys[is_plain], lines[is_plain]
        found, distinct = pd.factorize(keys)
        self._keys.append(distinct)
        self._times.append(np.bincount(found, minlength=len(distinct)))
        self._lines.append(lines[_first_positions(found, len(distinct))])
        return others

    def _cells(self, role: str, dictionary: pa.StringArray) -> pd.Series:
        """Distinct texts of a column, as the rows of text have them that are read one by one."""
        texts: pd.Series = dictionary.to_pandas()
        if role == "quantity":
            return texts
        if role == "dish":
            texts = clean_names(texts)
        texts = texts.str.strip()
        return store_names(texts) if role == "store" else texts

    def _sorts_of(self, codes: dict[str, IntArray], texts: dict[str, pd.Series]) -> tuple[IntArray, BoolArray]:
        """The number of the sort of each row, and whether the row is plain as far as this tells, both of shape (n,)."""
        key: IntArray = np.zeros(1, np.int64)
        for role, each in codes.items():
            key = key * len(texts[role]) + each
        found, distinct = pd.factorize(key)
        if len(distinct) > max(len(key) // _LEAST_EQUAL, _FEW_SORTS):
            raise NotPlain
        first = _first_positions(found, len(distinct))
        cells = pd.DataFrame({role: texts[role].to_numpy()[each[first]] for role, each in codes.items()}, dtype=str)
        sorts = list(cells.itertuples(index=False, name=None))
        new = [sort not in self._sorts for sort in sorts]
        if any(new):
            rows = cells[new].drop_duplicates()
            self._is_plain += self._are_plain(rows).tolist()
            for sort in rows.itertuples(index=False, name=None):
                self._sorts[sort] = len(self._sorts)
        number = np.array([self._sorts[sort] for sort in sorts])
        return number[found], np.array(self._is_plain)[number][found]

    def _are_plain(self, rows: pd.DataFrame) -> BoolArray:
        """Whether rows are plain sales if their dates are plain, shape (n,)."""
        kinds = RowKinds(self._names, self._row_columns)
        sales = kinds.sales_of(rows.assign(date=_SOME_DAY))
        is_plain: BoolArray = (
            rows["quantity"].map(lambda text: bool(_QUANTITY.fullmatch(text))).to_numpy(np.bool_)
            & (rows["dish"] != "").to_numpy(np.bool_)
            & ~rows["dish"].str.contains(CONTROL_CHARACTERS).to_numpy(np.bool_)
            & ~kinds.have_counts(rows).to_numpy(np.bool_)
            & rows.index.isin(sales.index[sales["kind"] == SALE])
        )
        return is_plain

    def _dates_of(self, dates: pa.StringArray) -> tuple[IntArray, BoolArray]:
        """The number of the date of each row, and whether the date is plain, both of shape (n,)."""
        form = _form_of(dates)
        if self._form not in (None, form):
            raise NotPlain
        self._form = form
        if not form[1]:
            distinct = dates.dictionary_encode()
            texts = distinct.dictionary.to_pylist()
            if any(":" in text for text in texts):
                raise NotPlain
            numbers = np.array([self._date(text, text) for text in texts])
            is_plain = np.array([bool(_DAY.fullmatch(text)) for text in texts])
            codes = distinct.indices.to_numpy()
            return numbers[codes], is_plain[codes]
        found, first = _begins_of(dates, form)
        texts = dates.take(pa.array(first)).to_pylist()
        # The clock makes no difference between the moments of one day from the morning on.
        moments = [_MOMENT.fullmatch(text[: -form[1]]) for text in texts]
        numbers = np.array(
            [
                self._date(moment["day"], text) if moment and int(moment["hour"]) >= MORNING_HOUR else -1
                for moment, text in zip(moments, texts, strict=True)
            ]
        )
        date, is_plain = numbers[found], np.array([moment is not None for moment in moments])[found]
        if (numbers < 0).any():
            # At night the minutes count too.
            at_night = np.flatnonzero(date < 0)
            distinct = dates.take(pa.array(at_night)).dictionary_encode()
            numbers = np.array([self._date(text, text) for text in distinct.dictionary.to_pylist()])
            date[at_night] = numbers[distinct.indices.to_numpy()]
        return date, is_plain

    def _date(self, key: str, text: str) -> int:
        number = self._dates.setdefault(key, len(self._dates))
        if number == len(self._date_texts):
            self._date_texts.append(text)
        return number


def _form_of(dates: pa.StringArray) -> tuple[int, int]:
    """Bytes of all moments, and of their minutes and seconds; 0 where dates have no times, or not all have one form."""
    signs = _signs_of(dates)
    if signs is None or signs.shape[1] <= _SECONDS or signs[0, -_MINUTES] != ord(":"):
        return 0, 0
    width = signs.shape[1]
    rest = _SECONDS if signs[0, -_SECONDS] == ord(":") else _MINUTES
    for position in range(width - rest, width, _MINUTES):
        colon, tens, ones = (signs[:, position + each] for each in range(_MINUTES))
        # Numbers of signs before that of 0 turn over.
        if (colon != ord(":")).any() or (tens - ord("0") > 5).any() or (ones - ord("0") > 9).any():
            raise NotPlain
    if not _SHORTEST <= width - rest <= _LONGEST:
        raise NotPlain
    return width, rest


def _signs_of(texts: pa.StringArray) -> npt.NDArray[np.uint8] | None:
    """The bytes of texts of one width, shape (n, width); None where the texts differ in width."""
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, np.int32, len(texts) + 1, texts.offset * 4)
    width = int(ends[1] - ends[0])
    if not width or (np.diff(ends) != width).any():
        return None
    return np.frombuffer(data, np.uint8)[ends[0] : ends[-1]].reshape(-1, width)


def _begins_of(dates: pa.StringArray, form: tuple[int, int]) -> tuple[IntArray, IntArray]:
    """For each date the number of its text without minutes and seconds, and the first position of each number."""
    signs = _signs_of(dates)
    if signs is None:
        raise NotPlain
    words = []
    for position in (0, form[0] - form[1] - _WORD):
        word = np.ndarray((len(dates),), "<u8", signs, position, (form[0],))
        words.append(word.astype(np.uint64))
    # Moments mostly follow one another.
    is_new = np.concatenate([[True], (words[0][1:] != words[0][:-1]) | (words[1][1:] != words[1][:-1])])
    starts = np.flatnonzero(is_new)
    one, other = (pd.factorize(word[starts]) for word in words)
    found, distinct = pd.factorize(one[0] * len(other[1]) + other[0])
    first = starts[_first_positions(found, len(distinct))]
    return np.repeat(found, np.diff(starts, append=len(dates))), first


def _first_positions(codes: IntArray, count: int) -> IntArray:
    """The first position of each code."""
    first = np.empty(count, np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return first


def _used(texts: pd.Series, code: IntArray, line: IntArray) -> tuple[pd.Series, IntArray]:
    """The texts that are used, indexed by the line of the first use, and the position of each use among them."""
    found, used = pd.factorize(code)
    first = line[_first_positions(found, len(used))]
    return texts.take(used).set_axis(first), found
