"""Finds the encoding of a text file: from its first bytes, by reading it as UTF-8, and else by a detector."""

import codecs
import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import chardet

from shared.errors import InvalidInput, Violation
from training_service.sources.files.tills.column_names import encoding_of_the_language, exact_names

#: Bytes that are read at a time.
_BLOCK_BYTES = 1 << 20

#: Bytes of the beginning of a file that show whether every second byte is zero, as in UTF-16 without a mark.
_BEGIN_BYTES = 4096

#: Bytes of lines with letters outside of ASCII that the detector gets: it gets slower with more, and no better.
_SAMPLE_BYTES = 200_000

#: Least number of different lines of UTF-8 in a file of another encoding from which on two files were joined.
_LEAST_LINES_OF_UTF8 = 3

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

#: Encodings that tills and spreadsheets write, with the names that people know, by region. Each is the largest of its
#: family, so that "gb18030" reads GB2312 and GBK too.
ENCODINGS = {
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "cp1254": "Windows-1254",
    "cp1251": "Windows-1251",
    "cp1253": "Windows-1253",
    "cp1257": "Windows-1257",
    "cp1258": "Windows-1258",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "gb18030": "GB18030",
    "cp950": "Big5",
    "big5hkscs": "Big5-HKSCS",
    "cp949": "EUC-KR",
    "cp874": "Windows-874",
    "cp850": "DOS 850",
    "cp437": "DOS 437",
    "mac_roman": "Mac Roman",
    "iso8859-2": "ISO 8859-2",
    "iso8859-15": "ISO 8859-15",
}

#: Encodings with several bytes a letter: a file that is not written in one of them hardly ever fits it.
_SEVERAL_BYTES = {"cp932", "euc_jp", "gb18030", "cp950", "big5hkscs", "cp949"}

#: Encodings with one byte a letter that are usual enough for the detector's answer to count.
_TRUSTED = {"cp1252", "cp1250", "cp1254", "cp1251", "cp1253", "cp874"}

#: Encodings of Latin letters, of which most bytes mean letters in each.
_LATIN = {"cp1250", "cp1254"}

#: A sign outside of ASCII between two letters, and control characters of Latin-1, which a wrong encoding reads.
_SIGN_IN_A_WORD = re.compile(r"[^\W\d_][^\w\x00-\x7f’‘·‐–\u0300-\u036f\u0e00-\u0e7f][^\W\d_]|[\x80-\x9f]")

#: A word with Latin letters and letters of another alphabet, such as "Cafι" or "Wei腛urst".
_TWO_SCRIPTS_IN_A_WORD = re.compile(
    r"[A-Za-z][\u0370-\u04ff\u0e00-\u0e7f]|[\u0370-\u04ff\u0e00-\u0e7f][A-Za-z]|[a-z][\u3040-\u9fff\uac00-\ud7af][a-z]"
)

#: Letters of Windows-1252 that hardly any name of a dish has, and that other encodings have for usual letters.
_RARE_WESTERN = re.compile(r"[ðþýÐÞÝ]|[^\W\d_][¹²³][^\W\d_]")

#: Answers of the detector that a larger encoding of the same family stands for.
_LARGER = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "cp950",
    "iso8859-7": "cp1253",
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding of a file.

    Args:
        codec: Name that Python knows.
        guessed: Name that people know, where nothing in the file declares the encoding; empty for UTF-8 and UTF-16.
    """

    codec: str
    guessed: str = ""


def find_encoding(raw: BinaryIO, field: str, header_of: Callable[[str], Sequence[str]]) -> Encoding:
    """Finds the encoding of a text file.

    The whole file is read once as UTF-8. Where the file is not UTF-8, a detector sees the lines with letters outside of
    ASCII. An encoding counts only if it can read these lines. The encoding wins under which the header has the most
    known names of columns with all their marks; between encodings of one byte a letter, the language of the header
    decides before the detector, which sees too few words in a file of sales.

    Args:
        raw: The opened file, which is read from its beginning.
        field: Field of the request that violations name.
        header_of: Function that answers the names of the columns in the beginning of a file.

    Raises:
        InvalidInput: No encoding fits the file.
    """
    raw.seek(0)
    begin = raw.read(_BEGIN_BYTES)
    for mark, codec in _MARKS.items():
        if begin.startswith(mark):
            return Encoding(codec)
    if wide := _utf16_without_mark(begin):
        return Encoding(wide)
    if _is_utf8(raw):
        return Encoding("utf-8")
    begin, sample = _begin_and_sample(raw)
    detected = _detected(sample)
    first = [detected] if detected in _SEVERAL_BYTES | _TRUSTED else []
    if detected in _LATIN and _reads_words("cp1252", sample) and not _RARE_WESTERN.search(sample.decode("cp1252")):
        first = ["cp1252"]  # by far the most usual, and the detector guesses between these from a handful of words
    candidates = [
        codec for codec in dict.fromkeys([*first, *ENCODINGS, detected]) if codec and _reads_words(codec, sample)
    ]
    if not _SEVERAL_BYTES.intersection(candidates) and _lines_of_utf8(sample) >= _LEAST_LINES_OF_UTF8:
        description = (
            "some lines are written in UTF-8 and others are not, as where files of two programs were joined; save each "
            "of them as UTF-8 and join them again"
        )
        raise InvalidInput([Violation(field, description)])
    if not candidates:
        raise InvalidInput(
            [Violation(field, "expected text in UTF-8; the encoding is not recognised; save the file as UTF-8")]
        )

    def evidence(codec: str) -> tuple[int, bool, bool]:
        header = header_of(begin.decode(codec, errors="replace"))
        is_detected = codec == detected and codec in _SEVERAL_BYTES
        return exact_names(header), is_detected, codec == encoding_of_the_language(header)

    best = max(candidates, key=evidence)  # the first of equals
    return Encoding(best, ENCODINGS.get(best, best))


def _utf16_without_mark(begin: bytes) -> str:
    """The codec of a file in which every second byte is zero, as in UTF-16 without a byte-order mark; "" for others."""
    even, odd = begin[0::2], begin[1::2]
    half = len(even) // 2
    if half and odd.count(0) > half and not even.count(0):
        return "utf-16-le"
    if half and even.count(0) > half and not odd.count(0):
        return "utf-16-be"
    return ""


def _is_utf8(raw: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    raw.seek(0)
    try:
        while block := raw.read(_BLOCK_BYTES):
            if not block.isascii() or decoder.getstate()[0]:
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _begin_and_sample(raw: BinaryIO) -> tuple[bytes, bytes]:
    """The first lines of a file, and the distinct lines with bytes outside of ASCII, as many as the detector gets."""
    raw.seek(0)
    begin = raw.read(_BEGIN_BYTES)
    raw.seek(0)
    lines: dict[bytes, None] = {}
    length = 0
    while length < _SAMPLE_BYTES and (line := raw.readline(_BLOCK_BYTES)):
        if not line.isascii() and line not in lines:
            lines[line] = None
            length += len(line)
    return begin.rpartition(b"\n")[0] or begin, b"".join(lines)


def _lines_of_utf8(sample: bytes) -> int:
    """The number of lines with letters outside of ASCII that are UTF-8, as hardly any line of another encoding is."""
    count = 0
    for line in sample.splitlines():
        with contextlib.suppress(UnicodeDecodeError):
            line.decode("utf-8")
            count += 1
    return count


def _detected(sample: bytes) -> str:
    answer = chardet.detect(sample)["encoding"]
    codec = codecs.lookup(answer).name if answer else ""
    return _LARGER.get(codec, codec)


def _reads_words(codec: str, sample: bytes) -> bool:
    """Whether the codec reads the sample without signs inside of words, such as "K„sesp„tzle"."""
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError:
        return False
    return not _SIGN_IN_A_WORD.search(text) and not _TWO_SCRIPTS_IN_A_WORD.search(text)
