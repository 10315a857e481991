"""Finds words of several languages in the cells of sales files."""

import re
import unicodedata
from collections.abc import Iterable

#: Words that turn the meaning of a cell round, such as "not voided".
_NEGATIONS = frozenset(
    (
        "not",
        "non",
        "no",
        "never",
        "nicht",
        "kein",
        "keine",
        "niet",
        "geen",
        "pas",
        "nie",
        "não",
        "nao",
        "değil",
        "không",
        "не",
        "ikke",
        "inte",
        "icke",
        "ei",
        "nem",
        "δεν",
        "لم",
        "غير",
        "לא",
        "tidak",
        "bukan",
    )
)

#: Signs that turn the meaning of a cell round in scripts without blanks between words.
_NEGATING_SIGNS = ("未", "不", "無", "无", "なし", "안", "미", "ไม่")

#: First code point of the scripts that are searched by parts of words: Thai, and all scripts of East Asia.
_SCRIPTS_WITHOUT_BLANKS = re.compile(r"[\u0e00-\u0e7f\u2e80-\U0010ffff]")

_WORD = re.compile(r"[^\W_]+")


def words_of(cell: str) -> tuple[str, ...]:
    """The words of a cell in lower case, with composed accents and without marks between them.

    Args:
        cell: Text of the cell.
    """
    # The dot above stays behind where the Turkish capital İ becomes small.
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", cell).casefold().replace("\u0307", "")))


class Vocabulary:
    """Words and phrases that are searched for in cells.

    Args:
        entries: Words in lower case, and phrases of several words. A word or phrase in a script without blanks
            between words is found inside longer texts too.
    """

    def __init__(self, entries: Iterable[str]) -> None:
        self._phrases: set[tuple[str, ...]] = set()
        self._signs: set[str] = set()
        for entry in entries:
            if _SCRIPTS_WITHOUT_BLANKS.search(entry):
                self._signs.add("".join(words_of(entry)))
            else:
                self._phrases.add(words_of(entry))
        self._longest = max(map(len, self._phrases), default=0)

    def is_in(self, cell: str) -> bool:
        """Tells whether a cell has one of the words or phrases, and no word that turns the meaning round.

        Args:
            cell: Text of the cell.
        """
        words = words_of(cell)
        if not words or _NEGATIONS.intersection(words) or any(sign in cell for sign in _NEGATING_SIGNS):
            return False
        if self._signs and any(sign in "".join(words) for sign in self._signs):
            return True
        return any(
            words[first : first + length] in self._phrases
            for length in range(1, self._longest + 1)
            for first in range(len(words) - length + 1)
        )

    def is_all_of(self, cell: str) -> bool:
        """Tells whether a cell is one of the words or phrases and nothing else.

        Args:
            cell: Text of the cell.
        """
        words = words_of(cell)
        return bool(words) and (words in self._phrases or "".join(words) in self._signs)
