"""Resume tokens of streams: whose events, and the sequence number of the last one that was received."""

#: Digits of the longest sequence number that a stream can reach.
_LONGEST = 12


def parse_resume_token(token: str) -> tuple[str, int | None]:
    """What stands before the last dot, and the number after it; None where that is none."""
    source, _, number = token.rpartition(".")
    is_number = number.isascii() and number.isdigit() and len(number) <= _LONGEST
    return source, int(number) if is_number else None
