"""Resume tokens: a token gives back its sequence number, and any other text gives none."""

import pytest

from shared.rpc.resume_tokens import resume_token, sequence_of


@pytest.mark.parametrize("source", ["20261130-120000-000000-0123abcd", "4f2a", "a.b", ""])
@pytest.mark.parametrize("sequence", [0, 1, 10**12 - 1])
def test_a_token_gives_its_sequence_number_back(source: str, sequence: int) -> None:
    assert sequence_of(resume_token(source, sequence), source) == sequence


def test_a_token_of_another_source_has_no_sequence_number() -> None:
    assert sequence_of(resume_token("4f2a", 7), "9c1b") is None


@pytest.mark.parametrize("number", [None, "", "-1", "1.5", " 7", "\u0667", "9" * 13])
def test_what_is_no_token_has_no_sequence_number(number: str | None) -> None:
    assert sequence_of("4f2a" if number is None else f"4f2a.{number}", "4f2a") is None
