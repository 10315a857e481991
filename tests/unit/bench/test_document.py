"""The program `bench.accuracy.document` writes the results of the benchmarks into docs/accuracy.md."""

import json
import re
from pathlib import Path

import pytest

from bench.accuracy import document

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a copy of the document and a report of one data set."""
    report = {
        "data": "yaz",
        "date": "2026-11-28",
        "horizon_days": 14,
        "versions": {"numpy": "2.4.6"},
        "cutoffs": ["default 2015-08-15", "default 2015-08-29"],
        "dishes": ["soup"],
        "reported_mae": 4.89,
        "experienced_mae": 4.94,
        "mean_weights": {"pooled": 0.6, "smoothing": 0.4},
        "forecasters": [
            {
                "forecaster": "SmartSusChef",
                "wape": 0.2726,
                "mase": None,
                "bias": -0.046,
                "wape_and_bias": 0.3186,
                "pinball": 0.0824,
                "coverage_80": 0.806,
                "cpu_seconds_per_dish": 1.41,
            }
        ],
    }
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "accuracy.md").write_text((REPOSITORY / "docs" / "accuracy.md").read_text())
    results = tmp_path / "var" / "bench"
    results.mkdir(parents=True)
    (results / "accuracy-yaz.json").write_text(json.dumps(report))
    (results / "accuracy-yaz.png").write_bytes(b"picture")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_results_replace_the_figures_and_leave_the_text_around_them(folder: Path) -> None:
    before = (folder / "docs" / "accuracy.md").read_text()

    document.main()

    after = (folder / "docs" / "accuracy.md").read_text()
    assert "| SmartSusChef | 0.2726 |  | -4.6% | 0.3186 | 0.0824 | 80.6% | 1.41 |" in after
    assert "grilled_fish.png" not in after
    assert after.split("<!-- figures: begin -->")[0] == before.split("<!-- figures: begin -->")[0]
    assert after.split("<!-- figures: end -->")[1] == before.split("<!-- figures: end -->")[1]
    assert (folder / "docs" / "accuracy-yaz.png").read_bytes() == b"picture"


def test_the_committed_page_has_the_sentences_that_the_program_writes(folder: Path) -> None:
    committed = (folder / "docs" / "accuracy.md").read_text()

    document.main()

    written = (folder / "docs" / "accuracy.md").read_text()
    for sentence in (r"Expected MAE .*MAE: ", r"Mean weights of .*: ", r"Our packages: ", r"measured on "):
        [pattern] = {re.sub(r"[\d.]+", "0", found) for found in re.findall(sentence, written)}
        assert {re.sub(r"[\d.]+", "0", found) for found in re.findall(sentence, committed)} >= {pattern}


def test_derived_sets_stand_in_one_table_with_the_real_sets_and_their_results_before(folder: Path) -> None:
    results = folder / "var" / "bench"
    report = json.loads((results / "accuracy-yaz.json").read_text())
    (results / "accuracy-sparse.json").write_text(json.dumps(report | {"data": "sparse"}))
    (results / "before").mkdir()
    report["forecasters"][0]["wape"] = 0.2900
    (results / "before" / "accuracy-sparse.json").write_text(json.dumps(report | {"data": "sparse"}))

    document.main()

    written = (folder / "docs" / "accuracy.md").read_text()
    assert "| yaz | 0.2726 |  |" in written
    assert "| sparse | 0.2726 | 0.2900 |" in written
    assert "- `sparse`: `yaz`, each dish thinned" in written


def test_without_results_the_program_says_which_benchmark_to_run(folder: Path) -> None:
    (folder / "var" / "bench" / "accuracy-yaz.json").unlink()

    with pytest.raises(SystemExit, match="make bench-accuracy"):
        document.main()
