"""Small plots made of block characters."""

_HEIGHTS = "▁▂▃▄▅▆▇█"
_WIDTHS = "▏▎▍▌▋▊▉█"


def column(value: float, maximum: float) -> str:
    """One character whose height is the share of the maximum; blank for zero, never blank for more than zero."""
    if value <= 0 or maximum <= 0:
        return " "
    return _HEIGHTS[_step(value / maximum, len(_HEIGHTS))]


def bar(value: float, maximum: float, width: int) -> str:
    """A bar to the right, up to `width` characters long, exact to an eighth of one."""
    if value <= 0 or maximum <= 0:
        return ""
    eighths = _step(value / maximum, width * len(_WIDTHS)) + 1
    full, rest = divmod(eighths, len(_WIDTHS))
    return _WIDTHS[-1] * full + (_WIDTHS[rest - 1] if rest else "")


def _step(share: float, steps: int) -> int:
    """The index of the step that a share of 0 to 1 belongs to."""
    return max(0, min(steps - 1, round(share * steps) - 1))
