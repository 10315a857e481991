"""The names of stores: a name has one form, and each form has one folder."""

import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shared.names import PLAIN_NAME
from shared.store_names import folder_of, is_store_name, store_in_data, store_name, store_of

#: A busy machine must not fail a test.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

#: The printable character of four bytes in UTF-8 with the highest number: the worst case of a folder.
HIGHEST = "\U000e01ef"


@st.composite
def store_names(draw: st.DrawFn) -> str:
    """Names of stores in their one form."""
    text = draw(
        st.one_of(
            st.text(max_size=64),
            st.text(alphabet="abcXYZ019 =._-%/\\:'éÉ店😀", max_size=64),
            st.text(alphabet=HIGHEST + "a", min_size=60, max_size=64),
        )
    )
    printable = "".join(character for character in text if character.isprintable())
    name = store_in_data(printable)
    return name if is_store_name(name) else "Zürich"


@unhurried
@given(store_names())
@example("..")
@example("=a")
@example("a=b")
@example("%41")
@example("CURRENT")
@example("\N{GRINNING FACE}" * 64)
def test_a_folder_gives_back_the_name_of_its_store(name: str) -> None:
    folder = folder_of(name)

    assert store_of(folder) == name
    assert folder.isascii()
    assert len(folder) <= 255
    assert "/" not in folder
    assert folder.strip(".")


@unhurried
@given(store_names(), store_names())
@example("Zürich", "zürich")
@example("a b", "a=w=b")
@example("Lower Manhattan", "lower manhattan")
def test_two_names_have_two_folders_also_where_a_file_system_ignores_case(one: str, other: str) -> None:
    both_plain = PLAIN_NAME.fullmatch(one) and PLAIN_NAME.fullmatch(other)
    if one != other and not both_plain:
        assert folder_of(one).lower() != folder_of(other).lower()


@unhurried
@given(st.from_regex(PLAIN_NAME, fullmatch=True))
def test_a_plain_name_is_its_own_folder(name: str) -> None:
    assert store_name(name) == name
    assert folder_of(name) == name
    assert store_of(name) == name


@pytest.mark.parametrize("length", range(1, 65))
def test_the_longest_names_of_the_highest_characters_fit_into_the_name_of_a_folder(length: int) -> None:
    # Runs of one to 64 characters, with a character between them that is no part of a run.
    name = ((HIGHEST * length + "a") * 64)[:64]

    assert is_store_name(name)
    assert len(folder_of(name)) <= 255


@pytest.mark.parametrize(
    ("store", "folder"),
    [("Zürich", "=1np530=rich"), ("Lower Manhattan", "=24=ower=l84zx=anhattan"), ("..", "=uig4u="), ("a/b", "a=1b=b")],
)
def test_the_folders_of_stores_that_were_published_are_found_for_ever(store: str, folder: str) -> None:
    assert folder_of(store) == folder


@pytest.mark.parametrize(
    "folder", ["", ".", "..", "a b", "=", "==", "=0=a", "=2p=", "=2P=", "a=01b=b", "=zzzzzzzzz=", "=a=", ".tmp=1b="]
)
def test_other_folders_are_of_no_store(folder: str) -> None:
    assert store_of(folder) is None


@unhurried
@given(st.text(max_size=100))
def test_the_one_form_of_a_name_stays_as_it_is(text: str) -> None:
    name = store_in_data(text)

    assert store_in_data(name) == name
    assert not name or not name.isprintable() or len(name) > 64 or store_name(name) == name


@pytest.mark.parametrize(
    ("typed", "store"),
    [
        (unicodedata.normalize("NFD", "Zürich"), "Zürich"),
        ("  Lower \N{NO-BREAK SPACE} Manhattan ", "Lower Manhattan"),
        ("南京路店\N{ZERO WIDTH SPACE}", "南京路店"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}\N{IDEOGRAPHIC SPACE}1", "A 1"),
        ("é" * 64, "é" * 64),
        (unicodedata.normalize("NFD", "é" * 64), "é" * 64),
    ],
)
def test_names_that_are_typed_in_two_ways_are_one_store(typed: str, store: str) -> None:
    assert store_name(typed) == store


@pytest.mark.parametrize(
    ("given_name", "told"),
    [
        ("", "got an empty name"),
        (" \N{NO-BREAK SPACE}", "got nothing but blanks"),
        ("\N{ZERO WIDTH SPACE}", "got nothing but blanks"),
        ("a" * 65, "got 65 characters"),
        ("a" * 5000, "got 5,000 characters"),
        ("a\nb", r"got the character U\+000A"),
        ("harbour\n", r"got the character U\+000A"),
        ("\x1b[31mred", r"got the character U\+001B"),
        ("a\x1f", r"got the character U\+001F"),
        ("a\N{LINE SEPARATOR}b", r"got the character U\+2028 LINE SEPARATOR"),
        ("a\ue000b", r"got the character U\+E000"),
        ("a\U000e0041b", r"got the character U\+E0041 TAG LATIN CAPITAL LETTER A"),
        ("a\u0378b", r"got the character U\+0378"),
        ("a\udc80b", r"got the character U\+DC80"),
    ],
)
def test_a_name_that_nobody_can_read_is_refused_with_the_reason(given_name: str, told: str) -> None:
    with pytest.raises(ValueError, match=f"^expected a name of 1 to 64 printable characters, {told}$"):
        store_name(given_name)


def test_a_line_break_in_the_cell_of_a_table_counts_as_a_blank() -> None:
    assert store_in_data("Lower\n\tManhattan ") == "Lower Manhattan"
