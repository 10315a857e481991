"""Draws small plots with block characters."""

_HEIGHTS = "▁▂▃▄▅▆▇█"
_WIDTHS = "▏▎▍▌▋▊▉█"


def column(value: float, maximum: float) -> str:
    """Draws a value as one character of eight heights.

    Args:
        value: The value; 0 or less is blank, and more than 0 is never blank.
        maximum: The value with the full height.
    """
    if value <= 0 or maximum <= 0:
        return " "
    return _HEIGHTS[_step(value / maximum, len(_HEIGHTS))]


def bar(value: float, maximum: float, width: int) -> str:
    """Draws a value as a horizontal bar, exact to an eighth of a character.

    Args:
        value: The value; 0 or less is empty, and more than 0 is never empty.
        maximum: The value with the full width.
        width: The full width in characters.
    """
    if value <= 0 or maximum <= 0:
        return ""
    eighths = _step(value / maximum, width * len(_WIDTHS)) + 1
    full, rest = divmod(eighths, len(_WIDTHS))
    return _WIDTHS[-1] * full + (_WIDTHS[rest - 1] if rest else "")


def _step(share: float, steps: int) -> int:
    """Returns the index of the step to which a share from 0 to 1 belongs."""
    return max(0, min(steps - 1, round(share * steps) - 1))
