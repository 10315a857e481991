"""Names and numbers in messages: the first of them, and how many more there are."""

from collections.abc import Sequence


def enumerated(shown: Sequence[str], total: int) -> str:
    """`a, b and 3 more`.

    Args:
        shown: the first ones, as they are to stand there.
        total: how many there are.
    """
    more = f" and {total - len(shown)} more" if total > len(shown) else ""
    return f"{', '.join(shown)}{more}"
