"""Finds names of dishes that look alike: the same dish may have been typed in several ways. Nothing is merged."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence

#: Letters that a name must have before one other letter makes it alike: "Tea" and "Pea" are two dishes.
_LETTERS_MIN = 6

#: Endings of a plural, which the last word of a name may lack.
_PLURALS = ("es", "s", "n", "en", "i", "x")

#: Stands for a letter that may be missing or another one. No name has this character.
_ANY = "\0"


def similar_names(dishes: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Groups of names that differ only in capitals, blanks, accents, signs, one letter or the plural.

    Names whose digits differ are not alike: "Menu 1" and "Menu 2" are two dishes. Neither are names of scripts in which
    one sign is a word.

    Args:
        dishes: Names of all dishes.

    Returns:
        Sorted groups of at least two names each.
    """
    groups = _Groups(dishes)
    first: dict[str, str] = {}
    for dish in dishes:
        for key in _keys(dish):
            groups.join(first.setdefault(key, dish), dish)
    return groups.of_several()


class _Groups:
    """Sets of names that are joined step by step."""

    def __init__(self, names: Sequence[str]) -> None:
        self._leader = {name: name for name in names}

    def join(self, one: str, other: str) -> None:
        """Makes one group of the groups of two names."""
        self._leader[self._leader_of(other)] = self._leader_of(one)

    def of_several(self) -> tuple[tuple[str, ...], ...]:
        """The sorted groups of at least two names."""
        groups: dict[str, list[str]] = defaultdict(list)
        for name in self._leader:
            groups[self._leader_of(name)].append(name)
        return tuple(sorted(tuple(sorted(group)) for group in groups.values() if len(group) > 1))

    def _leader_of(self, name: str) -> str:
        while self._leader[name] != name:
            name = self._leader[name]
        return name


def _keys(dish: str) -> Iterator[str]:
    """Texts of which two names that look alike share one."""
    apart = unicodedata.normalize("NFKD", dish.casefold())
    letters = "".join(character for character in apart if character.isalnum())
    yield letters or dish
    yield _singular(letters)
    if len(letters) < _LETTERS_MIN or not all(_is_alphabetic(letter) or letter.isdigit() for letter in letters):
        return
    for position, letter in enumerate(letters):
        if letter.isalpha():
            # A letter in place of another, and a letter that one of the names lacks.
            yield f"{letters[:position]}{_ANY}{letters[position + 1 :]}"
            yield f"{letters[:position]}{letters[position + 1 :]}"


def _singular(letters: str) -> str:
    ending = next((each for each in _PLURALS if letters.endswith(each) and len(letters) > len(each) + 2), "")
    return letters[: len(letters) - len(ending)]


def _is_alphabetic(letter: str) -> bool:
    """Whether a letter belongs to a script in which a word has several letters, such as Latin and Cyrillic."""
    return unicodedata.name(letter, "").startswith(("LATIN", "GREEK", "CYRILLIC"))
