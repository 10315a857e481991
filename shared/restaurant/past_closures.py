"""Tells the closed days of a history that a weekly closing day explains from the closed days that stand out."""

import numpy as np

from shared.arrays import BoolArray, IntArray

#: Number of days from which on a closure covers every weekday, and so tells nothing about a weekly closing day.
WHOLE_WEEK = 7

#: Number of weeks before and after a closed day in which its weekday is compared.
_WEEKS_AROUND = 4


def closure_lengths(closed: BoolArray) -> IntArray:
    """The length of the closure that each day belongs to, in days; 0 for an open day.

    Args:
        closed: Whether the restaurant was closed on each of n consecutive days, shape (n,).

    Returns:
        Lengths, shape (n,).
    """
    result = np.zeros(len(closed), dtype=np.int64)
    changes = np.flatnonzero(np.diff(np.concatenate([[False], closed, [False]]).astype(np.int8)))
    for first, end in zip(changes[::2], changes[1::2], strict=True):
        result[first:end] = end - first
    return result


def out_of_line(closed: BoolArray, lengths: IntArray) -> BoolArray:
    """Whether a day was closed although its weekday was mostly open in the weeks before and after.

    Weeks within a closure of a whole week or longer are skipped: the weeks beyond the closure are compared instead.

    Args:
        closed: Whether the restaurant was closed on each of n consecutive days, shape (n,).
        lengths: Result of `closure_lengths` for these days, shape (n,).

    Returns:
        True for each day that stands out, shape (n,).
    """
    result = np.zeros(len(closed), dtype=np.bool_)
    for weekday in range(min(7, len(closed))):
        days = np.arange(weekday, len(closed), 7)
        telling = days[lengths[days] < WHOLE_WEEK]
        opened = np.concatenate([[0], np.cumsum(~closed[telling])])
        asked = days[closed[days]]
        position = np.searchsorted(telling, asked)
        after = np.searchsorted(telling, asked, side="right")
        first = np.maximum(position - _WEEKS_AROUND, 0)
        last = np.minimum(after + _WEEKS_AROUND, len(telling))
        number = position - first + last - after
        number_open = opened[position] - opened[first] + opened[last] - opened[after]
        result[asked] = (number > 0) & (2 * number_open >= number)
    return result
