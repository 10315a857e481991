"""Fields that many requests have: the store, and the size and the token of a page."""

import unicodedata

import pytest

from shared.errors import InvalidInput
from shared.rpc.page_tokens import PageToken, written
from shared.rpc.validation import Violations

OF_HARBOUR = PageToken(listing="ListModels", store="harbour", version="v7", position="Soup")


@pytest.mark.parametrize(("asked", "given"), [(0, 100), (1, 1), (1000, 1000), (1001, 1000), (2**31 - 1, 1000)])
def test_a_page_size_over_the_limit_is_lowered_to_the_limit(asked: int, given: int) -> None:
    violations = Violations()

    assert violations.page_size(asked) == given
    assert not violations.found


def test_a_negative_page_size_is_refused() -> None:
    violations = Violations()

    violations.page_size(-1)

    assert [violation.field for violation in violations.found] == ["page_size"]


@pytest.mark.parametrize("version", ["", "v7"])
def test_a_token_continues_its_list(version: str) -> None:
    violations = Violations()

    assert violations.page_token(written(OF_HARBOUR), "ListModels", "harbour", version) == OF_HARBOUR
    violations.raise_if_any()


def test_no_token_is_the_first_page() -> None:
    first = Violations().page_token("", "ListModels", "harbour", "v7")

    assert first == PageToken(listing="ListModels", store="harbour", version="v7", position="")


@pytest.mark.parametrize(
    ("listing", "store", "version"),
    [("ListVersions", "harbour", ""), ("ListModels", "market", ""), ("ListModels", "harbour", "v8")],
)
def test_a_token_of_another_list_store_or_version_is_refused(listing: str, store: str, version: str) -> None:
    violations = Violations()

    violations.page_token(written(OF_HARBOUR), listing, store, version)

    with pytest.raises(InvalidInput, match="page_token: the token continues ListModels of store harbour in version v7"):
        violations.raise_if_any()


def test_a_damaged_token_is_refused() -> None:
    violations = Violations()

    violations.page_token(written(OF_HARBOUR)[1:], "ListModels", "harbour")

    with pytest.raises(InvalidInput, match="page_token: expected the next_page_token of the page before"):
        violations.raise_if_any()


@pytest.mark.parametrize(
    ("value", "store"),
    [
        ("", "default"),
        ("harbour", "harbour"),
        ("Lower  Manhattan ", "Lower Manhattan"),
        (unicodedata.normalize("NFD", "Zürich"), "Zürich"),
        ("..", ".."),
        ("a/b", "a/b"),
    ],
)
def test_the_name_of_a_store_is_read_in_its_one_form(value: str, store: str) -> None:
    violations = Violations()

    assert violations.store(value) == store
    violations.raise_if_any()


@pytest.mark.parametrize("value", ["a" * 65, "a\nb", " "])
def test_a_name_that_is_none_is_a_violation_and_not_the_default_store(value: str) -> None:
    violations = Violations()

    assert violations.store(value) != "default"
    assert [violation.field for violation in violations.found] == ["store"]
    assert "1 to 64 printable characters" in violations.found[0].description


def test_a_page_token_continues_the_list_of_a_store_that_is_typed_in_another_way() -> None:
    violations = Violations()
    first = violations.page_token("", "ListVersions", violations.store("Zürich"))
    token = written(PageToken(listing=first.listing, store=first.store, version="", position="v7"))

    again = violations.page_token(token, "ListVersions", violations.store(unicodedata.normalize("NFD", "Zürich")))

    violations.raise_if_any()
    assert again.position == "v7"
