"""Blocks that pyarrow parses have the rows that the reader of Python's library sees, or are left to it."""

import io
import threading
from collections.abc import Generator
from functools import partial
from unittest.mock import patch

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import InvalidInput
from training_service.sources.files import csv_file
from training_service.sources.files.csv_blocks import Block, BlockForm, regular_blocks
from training_service.sources.files.csv_file import read_csv
from training_service.sources.files.header_search import any_header

#: Fields of which most files have none, one or all.
_FIELDS = st.sampled_from(
    [
        "1",
        "soup",
        "",
        '""',
        '"soup"',
        '"a,b"',
        '"a""b"',
        '"a\nb"',
        'a"b',
        '"a',
        '"a"b',
        '"a" ',
        "a\rb",
        " x ",
        "é",
        "\r",
        "\0",
    ]
)
_LINES = st.sampled_from(
    [
        "2025-01-01,soup,1",
        '"2025-01-01","soup","1"',
        ",,",
        "",
        "end",
        "2025-01-01,soup",
        "2025-01-01,soup,1\r2025-01-01,soup,2",
        "2025-01-01,soup,1\r\r",
        "2025-01-01,soup,é\r",
        "a,b,c,",
        "a,b,c,d",
    ]
)


_ODD_ROWS = st.lists(_FIELDS, min_size=3, max_size=3).map(",".join)
_GOOD_ROWS = st.lists(st.sampled_from(["2025-01-01,soup,1", '"2025-01-01","soup","1"']), max_size=4)

#: Rows, of which one or two are odd.
TEXTS = st.builds(
    lambda above, odd, between, further, below, end: "".join(
        row + end for row in (*above, odd, *between, *further, *below)
    ),
    _GOOD_ROWS,
    st.one_of(_ODD_ROWS, _LINES),
    _GOOD_ROWS,
    st.lists(_ODD_ROWS, max_size=1),
    _GOOD_ROWS,
    st.sampled_from(["\n", "\r\n"]),
)


def read(text: str) -> list[pd.DataFrame] | str:
    """The chunks of a file, or what is wrong with it."""
    try:
        file = read_csv(io.BytesIO(text.encode()), "sales", chunk_rows=3, is_header=any_header)
        return list(file.chunks(file.header))
    except InvalidInput as error:
        return error.message


def no_blocks(*arguments: object) -> Generator[Block, None, tuple[int, int]]:
    """Leaves all rows to the reader of Python's library."""
    yield from ()
    return 0, 0


@settings(deadline=None, max_examples=400)
@given(
    TEXTS,
    st.sampled_from(
        ["date,dish,sales\n", '"date",dish,sales,\r\n', "\ufeffdate,dish,sales\n", "Report\n\ndate,dish,sales\n"]
    ),
    st.sampled_from([1, 30, 1000]),
)
def test_both_readers_see_the_same_rows(rows: str, header: str, block_bytes: int) -> None:
    text = header + rows
    with patch.object(csv_file, "regular_blocks", partial(regular_blocks, block_bytes=block_bytes)):
        found = read(text)
    with patch.object(csv_file, "regular_blocks", no_blocks):
        expected = read(text)

    if isinstance(found, str) or isinstance(expected, str):
        assert found == expected
    else:
        assert len(found) > 0
        pd.testing.assert_frame_equal(pd.concat(found), pd.concat(expected), check_index_type=False)


def test_the_rows_before_an_odd_line_are_parsed_in_blocks() -> None:
    text = "date,dish,sales\n" + '2025-01-01,"soup",1\n' * 20 + "Exported on Monday\n"
    file = read_csv(io.BytesIO(text.encode()), "sales", chunk_rows=50, is_header=any_header)
    with patch.object(csv_file, "regular_blocks", partial(regular_blocks, block_bytes=100)):
        blocks = [part for part in file.parts(file.header, coded=["dish"]) if isinstance(part, Block)]

    assert [block.first_line for block in blocks] == [2, 7, 12, 17]
    assert blocks[-1].rows.to_pylist()[-1] == {"date": "2025-01-01", "dish": "soup", "sales": "1"}


def test_a_byte_that_is_no_utf_8_is_refused_in_a_column_that_is_not_read() -> None:
    text = b"\xef\xbb\xbfdate,dish,note\n" + b"1,soup,none\n" * 2000 + b"1,soup,\xff\n"
    file = read_csv(io.BytesIO(text), "sales", chunk_rows=9, is_header=any_header)

    with pytest.raises(InvalidInput) as raised:
        list(file.chunks(["date", "dish"]))

    assert "expected text in UTF-8" in raised.value.message


def test_only_the_caller_s_thread_reads_the_file_which_may_then_be_read_again_at_once() -> None:
    threads = set()

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            threads.add(threading.current_thread())
            return super().read(size)

    form = BlockForm(",", 2, 2, {"date": 0, "dish": 1})
    blocks = list(regular_blocks(Watched(b"2025-01-01,soup\n" * 50), form, 0, 2, block_bytes=64))

    assert len(blocks) > 1
    assert threads == {threading.current_thread()}
