"""Page tokens: a client that has read one page of a list sends the token of that page, and gets the next page.

A token names its list, and is Base64 with a checksum: clients must not read it, and a damaged one is recognised.
"""

import base64
import zlib
from dataclasses import astuple, dataclass

#: Bytes of the checksum before the content of a token.
_CHECKSUM_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PageToken:
    """The place of a page in a list.

    Args:
        listing: Name of the method that lists, such as "ListModels".
        store: name of the store whose things are listed; empty where the list is of no store.
        version: name of the version whose models are listed; empty where the list is of no version.
        position: name of the last entry of the page before; the page begins with the entry after it.
    """

    listing: str
    store: str = ""
    version: str = ""
    position: str


def written(token: PageToken) -> str:
    """The token as clients get it, without characters that a URL would have to escape."""
    content = "\n".join(astuple(token)).encode()
    return base64.urlsafe_b64encode(_checksum(content) + content).decode().rstrip("=")


def read(text: str) -> PageToken | None:
    """The token that a client sent.

    Args:
        text: Token as the client sent it.

    Returns:
        None where `written` cannot have made this text.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    checksum, content = data[:_CHECKSUM_BYTES], data[_CHECKSUM_BYTES:]
    if checksum != _checksum(content):
        return None
    # The position comes last: the name of a dish may hold anything, the other names no line break.
    match content.decode(errors="replace").split("\n", 3):
        case [listing, store, version, position]:
            return PageToken(listing=listing, store=store, version=version, position=position)
        case _:
            return None


def _checksum(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(_CHECKSUM_BYTES, "big")
