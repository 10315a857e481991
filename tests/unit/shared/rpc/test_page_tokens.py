"""Page tokens: a token gives back what it was written of, and any other text gives none."""

import base64
import zlib

import pytest

from shared.rpc.page_tokens import PageToken, read, written

TOKEN = PageToken(listing="ListModels", store="harbour", version="v7", position="Crème brûlée\n/ 冰粉")


def test_a_token_is_read_as_it_was_written() -> None:
    assert read(written(TOKEN)) == TOKEN


def test_a_token_needs_no_escape_in_a_url() -> None:
    assert written(TOKEN).replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("text", ["", "?", "soup", "ü", "A" * 5, "QUJD\n", written(TOKEN)[:-2], "x" + written(TOKEN)])
def test_a_text_that_is_no_token_is_recognised(text: str) -> None:
    assert read(text) is None


def test_every_changed_character_is_recognised() -> None:
    token = written(TOKEN)

    for position, character in enumerate(token[:-1]):
        changed = token[:position] + ("A" if character != "A" else "B") + token[position + 1 :]
        assert read(changed) is None


@pytest.mark.parametrize("content", [b"", b"\xff", b"soup", b"ListModels\nharbour\nv7"])
def test_a_right_checksum_does_not_make_a_token_of_other_content(content: bytes) -> None:
    assert read(base64.urlsafe_b64encode(zlib.crc32(content).to_bytes(4, "big") + content).decode()) is None
