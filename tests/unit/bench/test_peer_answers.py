"""The answers of the other forecasters are kept, and asked for again only when something has changed."""

import sys
from pathlib import Path

import pytest

from bench.accuracy.dataset import read_series
from bench.accuracy.ours import Task
from bench.accuracy.peer_answers import Peers
from shared.config import PipelineConfig
from shared.restaurant.place import Place
from tests.support.sales_files import write_sales

# A program in place of the other forecasters: its answer to each task is the number of its calls.
PROGRAM = """
import json, sys
from pathlib import Path
folder, answers = map(Path, sys.argv[1:])
calls = Path(__file__).with_name("calls")
count = int(calls.read_text()) + 1 if calls.exists() else 1
calls.write_text(str(count))
for task in folder.glob("*.csv"):
    (answers / f"{task.stem}.json").write_text(json.dumps({"call": count}))
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "program.py"
    file.write_text(PROGRAM)
    return file


@pytest.fixture
def tasks(tmp_path: Path) -> list[Task]:
    """Two cutoffs of one restaurant."""
    write_sales(tmp_path / "sales.csv", dishes=1, days=100)
    [series] = read_series(tmp_path, stores=1)
    return [Task(series, cutoff, Place(country="DE"), PipelineConfig()) for cutoff in series.cutoffs(2)]


def test_an_answer_is_used_again_for_the_same_sales_only(program: Path, tasks: list[Task], tmp_path: Path) -> None:
    peers = Peers(Path(sys.executable), tmp_path / "kept", program)

    assert peers.answers(tasks[1:]) == [{"call": 1}]
    assert peers.answers(tasks) == [{"call": 2}, {"call": 1}]
    assert peers.answers(tasks) == [{"call": 2}, {"call": 1}]


def test_another_program_is_asked_again(program: Path, tasks: list[Task], tmp_path: Path) -> None:
    peers = Peers(Path(sys.executable), tmp_path / "kept", program)
    peers.answers(tasks)
    program.write_text(PROGRAM + "# with another forecaster\n")

    assert peers.answers(tasks) == [{"call": 2}, {"call": 2}]


def test_a_program_that_fails_ends_the_benchmark(program: Path, tasks: list[Task], tmp_path: Path) -> None:
    program.write_text("raise SystemExit(3)")

    with pytest.raises(SystemExit, match="ended with an error"):
        Peers(Path(sys.executable), tmp_path / "kept", program).answers(tasks)
