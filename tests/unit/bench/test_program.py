"""The program `bench.accuracy` measures any folder with sales."""

import json
import subprocess
import sys
from pathlib import Path

from tests.support.sales_files import write_sales


def bench(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs the benchmark without the other forecasters, which need an environment of their own."""
    return subprocess.run(
        [sys.executable, "-m", "bench.accuracy", *arguments], capture_output=True, text=True, check=False
    )


def test_the_benchmark_of_a_folder_prints_a_table_and_writes_a_report_and_a_picture(tmp_path: Path) -> None:
    write_sales(tmp_path / "sales.csv", dishes=2, days=100)

    done = bench("--data", str(tmp_path), "--country", "DE", "--cutoffs", "1", "--output", str(tmp_path / "out"))

    assert done.returncode == 0, done.stderr
    assert "SmartSusChef" in done.stdout
    report = json.loads((tmp_path / "out" / f"accuracy-{tmp_path.name}.json").read_text())
    assert 0 < report["forecasters"][0]["wape"] < 0.5
    assert len(report["wape_by_horizon"]["SmartSusChef"]) == 14
    assert [(row["dish"], row["absolute"].keys()) for row in report["errors"]] == [
        ("dish-0", {"SmartSusChef"}),
        ("dish-1", {"SmartSusChef"}),
    ]
    assert (tmp_path / "out" / f"accuracy-{tmp_path.name}.png").read_bytes().startswith(b"\x89PNG")


def test_the_benchmark_of_new_dishes_has_a_row_for_each_length_of_history(tmp_path: Path) -> None:
    write_sales(tmp_path / "sales.csv", dishes=2, days=100)

    done = bench(
        *("--new-dishes", "--data", str(tmp_path), "--country", "DE"),
        *("--cutoffs", "1", "--output", str(tmp_path / "out")),
    )

    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "out" / f"new-dishes-{tmp_path.name}.json").read_text())
    assert [row["days_of_history"] for row in report["new_dishes"]] == [14, 21, 28]
    assert all(row["dishes"] == 2 for row in report["new_dishes"])


def test_wrong_arguments_and_unreadable_sales_end_the_benchmark_with_a_message(tmp_path: Path) -> None:
    missing = bench("--data", str(tmp_path), "--country", "DE")
    write_sales(tmp_path / "sales.csv", dishes=1, days=100)
    unknown = bench("--data", str(tmp_path), "--country", "Germany")
    (tmp_path / "sales.csv").write_text("date,dish,sales\n2026-01-01,soup,many\n")
    unreadable = bench("--data", str(tmp_path), "--country", "DE")

    assert (missing.returncode, unknown.returncode, unreadable.returncode) == (2, 2, 1)
    assert "there is no file" in missing.stderr
    assert "COUNTRY=DE" in unknown.stderr
    assert "line" in unreadable.stderr
    assert not any("Traceback" in each.stderr for each in (missing, unknown, unreadable))


def test_a_set_that_does_not_exist_is_named_with_those_that_do() -> None:
    done = bench("--derived", "--sets", "sparse", "sprase")

    assert done.returncode == 2
    assert "kiel_bakery" in done.stderr
    assert done.stderr.rstrip().endswith("got sprase")
