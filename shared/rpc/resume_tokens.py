"""Resume tokens: a client that lost a stream sends the token of the last event that arrived, and gets the events after.

A token is `<source>.<sequence>`. The source is whatever numbers the events: a run, or a process.
"""

#: Digits of the longest sequence number that a stream can reach; a longer one was never ours.
_MOST_DIGITS = 12


def resume_token(source: str, sequence: int) -> str:
    """The token of one event.

    Args:
        source: Name of what numbers the events: the id of a run, or of a process.
        sequence: Number of the event: 1, 2, 3 … within its source; 0 stands for the time before the first event.
    """
    return f"{source}.{sequence}"


def sequence_of(token: str, source: str) -> int | None:
    """The sequence number in a token.

    Args:
        token: The token as a client sent it.
        source: Name of what numbers the events now.

    Returns:
        None where the token is of another source, or is no token.
    """
    found, _, number = token.rpartition(".")
    is_number = number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS
    return int(number) if is_number and found == source else None
