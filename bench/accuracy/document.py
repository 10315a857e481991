"""`make docs-accuracy` writes the latest results of the benchmarks into `docs/accuracy.md`, between two markers.

With results of an earlier release in `var/bench/before`, the table of all sets has a column of them.
"""

import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.accuracy.dataset import REAL_DATA
from bench.accuracy.derived import DERIVED
from bench.accuracy.summary import HEADINGS, earlier_reports, results, rows, sentences

_RESULTS = Path("var/bench")
_DOCUMENT = Path("docs/accuracy.md")
_BEGIN, _END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"


def main() -> None:
    """Rewrites the document. Exits with 1 if there are no results."""
    reports, derived = _results("accuracy", REAL_DATA), _results("accuracy", DERIVED)
    if not reports:
        sys.exit(f"there are no results in {_RESULTS}: run 'make bench-accuracy' first")
    figures = "\n".join(
        [*_all_sets(reports, derived), *_accuracy(reports), *_new_dishes(_results("new-dishes", REAL_DATA))]
    )
    text = _DOCUMENT.read_text(encoding="utf-8")
    before, rest = text.split(_BEGIN)
    _, after = rest.split(_END)
    _DOCUMENT.write_text(f"{before}{_BEGIN}\n{figures}\n{_END}{after}", encoding="utf-8")
    for report in reports:
        name = f"accuracy-{report['data']}.png"
        shutil.copyfile(_RESULTS / name, _DOCUMENT.parent / name)


def _results(kind: str, names: Iterable[str]) -> list[dict[str, Any]]:
    """Results of the named sets. Other folders that were measured in between are left out of the document."""
    files = [_RESULTS / f"{kind}-{name}.json" for name in sorted(names)]
    return [json.loads(file.read_text(encoding="utf-8")) for file in files if file.is_file()]


def _all_sets(reports: list[dict[str, Any]], derived: list[dict[str, Any]]) -> Iterator[str]:
    """Lines of the table of all sets, with what the derived sets are."""
    if not derived:
        return
    sets = results([*reports, *derived], earlier_reports(_RESULTS / "before"))
    yield "### All sets\n"
    yield f"| {' | '.join(HEADINGS)} |"
    yield f"|{'---|' * len(HEADINGS)}"
    for cells in rows(sets):
        yield f"| {' | '.join(cells)} |"
    yield ""
    for sentence in sentences(sets):
        yield f"- {sentence}"
    yield "\nThe derived sets:\n"
    for report in derived:
        yield f"- `{report['data']}`: {DERIVED[report['data']].description}"
    yield ""


def _accuracy(reports: list[dict[str, Any]]) -> Iterator[str]:
    """Lines of the section of each data set, with its table and picture."""
    for report in reports:
        cutoffs = report["cutoffs"]
        yield f"### {report['data']}\n"
        yield (
            f"{len(report['dishes'])} dishes, {len(cutoffs)} cutoffs from {cutoffs[0].split()[-1]} to "
            f"{cutoffs[-1].split()[-1]}, {report['horizon_days']} days each; measured on {report['date']}.\n\n"
            f"Expected MAE (from the backtest of each training): {report['reported_mae']:.2f}; measured MAE: "
            f"{report['experienced_mae']:.2f} ({report['reported_mae'] / report['experienced_mae'] - 1:+.1%}).\n"
        )
        yield "| forecaster | WAPE | MASE | bias | WAPE + size of bias | pinball | coverage of 80 % | CPU s per dish |"
        yield "|---|---|---|---|---|---|---|---|"
        for row in report["forecasters"]:
            cells = (
                _cell(row["wape"], ".4f"),
                _cell(row["mase"], ".3f"),
                _cell(row["bias"], "+.1%"),
                _cell(row["wape_and_bias"], ".4f"),
                _cell(row["pinball"], ".4f"),
                _cell(row["coverage_80"], ".1%"),
                _cell(row["cpu_seconds_per_dish"], ".2f"),
            )
            yield f"| {' | '.join((row['forecaster'], *cells))} |"
        weights = ", ".join(f"{name} {weight:.0%}" for name, weight in report["mean_weights"].items())
        yield f"\nMean weights of the forecasters in our champions: {weights}.\n"
        yield f"![{report['data']}](accuracy-{report['data']}.png)\n"
    versions = ", ".join(f"{name} {version}" for name, version in reports[0]["versions"].items())
    yield f"Our packages: {versions}. Those of the others: [peers.txt](../bench/accuracy/peers.txt).\n"


def _new_dishes(reports: list[dict[str, Any]]) -> Iterator[str]:
    """Lines of the section on dishes with a shortened history."""
    if not reports:
        return
    yield "### New dishes\n"
    yield "| data | days of history | WAPE | WAPE of the mean of the known days | forecasts |"
    yield "|---|---|---|---|---|"
    for report in reports:
        for row in report["new_dishes"]:
            cells = (row["days_of_history"], f"{row['wape']:.4f}", f"{row['wape_of_mean']:.4f}", row["dishes"])
            yield f"| {report['data']} | {' | '.join(map(str, cells))} |"


def _cell(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


if __name__ == "__main__":
    main()
