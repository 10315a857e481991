"""Draws the result of a benchmark as a picture."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

_OURS, _OTHERS = "#1b7837", "#9e9e9e"


def draw(report: Mapping[str, Any], target: Path) -> None:
    """Draws the WAPE of all forecasters, overall and by day ahead.

    Args:
        report: Report of `bench.accuracy`, with the forecaster of the best WAPE first.
        target: Path of the PNG file.
    """
    rows = report["forecasters"][::-1]
    ours = next(iter(report["wape_by_horizon"]))
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(12, 4.5), width_ratios=(1, 1.3))
    colours = [_OURS if row["forecaster"] == ours else _OTHERS for row in rows]
    bars = left.barh([row["forecaster"] for row in rows], [row["wape"] for row in rows], color=colours)
    left.bar_label(bars, fmt="%.3f", padding=3)
    left.set_xlim(0, max(row["wape"] for row in rows) * 1.15)
    left.set_title(f"{report['data']}: WAPE over {report['horizon_days']} days, less is better")
    left.spines[["top", "right"]].set_visible(False)
    for name, values in report["wape_by_horizon"].items():
        days = range(1, len(values) + 1)
        style = {"color": _OURS, "linewidth": 2.5, "zorder": 3} if name == ours else {"linewidth": 1.0, "alpha": 0.7}
        right.plot(days, values, label=name, **style)
    right.set_title("WAPE by days ahead")
    right.set_xlabel("days ahead")
    right.legend(fontsize="small", ncols=2)
    right.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(target, dpi=110)
    pyplot.close(figure)
