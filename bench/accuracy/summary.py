"""Summarises the reports of several sets: our forecasts beside the best other forecaster of each set, and our goals."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

OURS = "SmartSusChef"

#: Goals of each set: the largest size of the bias, the 80 % interval's coverage, and how far the expected MAE may lie
#: from the measured one, all as shares.
BIAS_MAX = 0.05
COVERAGE = (0.76, 0.84)
PROMISE_MAX = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class SetResult:
    """The result of one set.

    Args:
        data: Name of the set.
        wape: Our WAPE.
        wape_and_bias: Our WAPE plus the size of our bias.
        bias: Our bias, a share of the sales.
        coverage: Share of the days in our 80 % interval.
        promise: Expected MAE over measured MAE.
        best: Name of the other forecaster with the lowest WAPE; None without other forecasters.
        best_wape: WAPE of that forecaster.
        best_wape_and_bias: The lowest WAPE plus size of the bias of any other forecaster.
        wape_before: Our WAPE in an earlier benchmark of the set.
    """

    data: str
    wape: float
    wape_and_bias: float
    bias: float
    coverage: float
    promise: float
    best: str | None
    best_wape: float | None
    best_wape_and_bias: float | None
    wape_before: float | None

    @property
    def ratio(self) -> float | None:
        """Our WAPE over that of the best other forecaster."""
        return None if self.best_wape is None else self.wape / self.best_wape

    @property
    def keeps(self) -> tuple[bool, bool, bool]:
        """Whether the set keeps the goals of the bias, the coverage and the expected MAE."""
        return (
            abs(self.bias) < BIAS_MAX,
            COVERAGE[0] <= self.coverage <= COVERAGE[1],
            abs(self.promise - 1) <= PROMISE_MAX,
        )


def results(reports: Sequence[Mapping[str, Any]], before: Mapping[str, Mapping[str, Any]]) -> list[SetResult]:
    """The result of each set.

    Args:
        reports: Reports of `bench.accuracy`.
        before: Reports of an earlier benchmark, by the name of the set; empty if there was none.
    """
    found = []
    for report in reports:
        ours, others = _divided(report)
        best = min(others, key=lambda row: float(row["wape"]), default=None)
        earlier = before.get(report["data"])
        found.append(
            SetResult(
                data=report["data"],
                wape=ours["wape"],
                wape_and_bias=ours["wape_and_bias"],
                bias=ours["bias"],
                coverage=ours["coverage_80"],
                promise=report["reported_mae"] / report["experienced_mae"],
                best=best["forecaster"] if best else None,
                best_wape=best["wape"] if best else None,
                best_wape_and_bias=min((row["wape_and_bias"] for row in others), default=None),
                wape_before=_divided(earlier)[0]["wape"] if earlier else None,
            )
        )
    return found


def earlier_reports(folder: Path) -> dict[str, dict[str, Any]]:
    """The reports of an earlier benchmark in a folder, by the name of the set."""
    reports = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("accuracy-*.json"))]
    return {report["data"]: report for report in reports}


def _divided(report: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """The row of our forecasts, and the rows of the others."""
    rows = report["forecasters"]
    return next(row for row in rows if row["forecaster"] == OURS), [row for row in rows if row["forecaster"] != OURS]


HEADINGS = (
    "set",
    "WAPE",
    "before",
    "best other",
    "its WAPE",
    "ratio",
    "WAPE + size of bias",
    "best other's",
    "bias",
    "coverage of 80 %",
    "expected / measured MAE",
)


def rows(sets: Sequence[SetResult]) -> list[tuple[str, ...]]:
    """The cells under HEADINGS, one row for each set."""
    return [
        (
            each.data,
            _cell(each.wape),
            _cell(each.wape_before),
            each.best or "",
            _cell(each.best_wape),
            _cell(each.ratio, ".3f"),
            _cell(each.wape_and_bias),
            _cell(each.best_wape_and_bias),
            _cell(each.bias, "+.1%"),
            _cell(each.coverage, ".1%"),
            _cell(each.promise, ".2f"),
        )
        for each in sets
    ]


def sentences(sets: Sequence[SetResult]) -> list[str]:
    """What the sets say together."""
    found = []
    compared = [each for each in sets if each.ratio is not None]
    if compared:
        worst = max(compared, key=lambda each: each.ratio or 0.0)
        scores = [each.wape_and_bias / each.best_wape_and_bias for each in compared if each.best_wape_and_bias]
        mean = _mean([each.ratio for each in compared])
        found += [
            f"WAPE over that of the best other forecaster of each set: {mean:.3f} in the geometric mean, "
            f"{worst.ratio:.3f} on the worst set ({worst.data}).",
            f"WAPE + size of bias over the lowest of the others: {_mean(scores):.3f} in the geometric mean.",
        ]
    earlier = [each.wape / each.wape_before for each in sets if each.wape_before]
    if earlier:
        found.append(f"WAPE over the WAPE before: {_mean(earlier):.3f} in the geometric mean of {len(earlier)} sets.")
    bias, coverage, promise = (sum(each.keeps[goal] for each in sets) for goal in range(3))
    twice = sum(not 0.5 <= each.promise <= 2 for each in sets)
    low, high = COVERAGE
    found.append(
        f"Of {len(sets)} sets, {bias} have a bias under {BIAS_MAX:.0%}, {coverage} a coverage of {low:.0%} to "
        f"{high:.0%}, and {promise} an expected MAE within {PROMISE_MAX:.0%} of the measured one "
        f"({twice} off by more than twice)."
    )
    return found


def _mean(ratios: Sequence[float | None]) -> float:
    """The geometric mean."""
    return float(np.exp(np.mean(np.log(np.array(ratios, dtype=np.float64)))))


def _cell(value: float | None, form: str = ".4f") -> str:
    return "" if value is None else format(value, form)
