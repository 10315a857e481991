"""Tests of the live view of a run, of the plots, and of how the console formats figures."""

import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest
from rich.console import Console

from smartsuschef.client.console.output import counted, duration, percent
from smartsuschef.client.console.plots import bar, column
from smartsuschef.client.console.progress import RunView
from tests.unit.client.console import suschef
from tests.unit.client.run_events import run_events
from tests.unit.client.scripted_server import ScriptedServer

ROOT = Path(__file__).parents[3]


def rendered(view: RunView, width: int = 80) -> list[str]:
    """Returns the lines of a view in a terminal with a certain width, without colours."""
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    console.print(view)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return [line.rstrip() for line in text.splitlines()]


def view_after(events: int) -> RunView:
    """Returns the view after a number of events, 30 seconds after the first event."""
    began = run_events()[0].time.seconds
    view = RunView(lambda: datetime.fromtimestamp(began + 30, UTC))
    for event in run_events()[:events]:
        view.apply(event)
    return view


def test_a_run_without_a_worker_is_shown_as_waiting() -> None:
    lines = rendered(view_after(1))
    assert lines[0] == "Training north  run run-7  waiting for a worker"
    assert lines[1].endswith("planning  30 s")


def test_dishes_in_training_are_shown_with_their_duration() -> None:
    lines = rendered(view_after(5))
    assert lines[1].endswith("0/3 dishes  30 s")
    assert [line.split() for line in lines[2:]] == [
        ["▸", "Grilled", "carp", "27", "s"],
        ["▸", "鳗鱼", "eel", "26", "s"],
    ]


def test_finished_dishes_are_shown_with_their_champions_newest_first() -> None:
    lines = rendered(view_after(9))
    assert lines[0].endswith("PROGRESS")
    assert [" ".join(line.split()) for line in lines[2:]] == [
        "✓ Grilled carp hybrid, MAE 3.21, WAPE 18.2%",
        "✗ Squid every sale is on one day",
        "✓ 鳗鱼 eel baseline, history too short to test",
    ]


def test_without_a_connection_only_the_duration_of_the_outage_goes_on() -> None:
    began = run_events()[0].time.seconds
    seconds = 30
    view = RunView(lambda: datetime.fromtimestamp(began + seconds, UTC))
    for event in run_events()[:5]:
        view.apply(event)
    view.lose_connection()
    seconds = 50
    lines = rendered(view)
    assert lines[0] == "Training north  run run-7"
    assert lines[1].endswith("0/3 dishes  30 s")
    assert [line.split()[-2:] for line in lines[2:4]] == [["27", "s"], ["26", "s"]]
    assert lines[4] == "connection lost 20 s ago, trying again"
    view.lose_connection()
    assert rendered(view)[4] == "connection lost 20 s ago, trying again"
    view.apply(run_events()[5])
    assert rendered(view)[0].endswith("PROGRESS")
    assert not any("lost" in line for line in rendered(view))


@pytest.mark.parametrize(("name", "width"), [("Cheese spaetzle with onions", 50), ("Grilled trout " * 6, 80)])
def test_long_names_are_shortened_so_that_figures_fit(name: str, width: int) -> None:
    view = view_after(9)
    finished = run_events()[8]
    finished.dish = name
    view.apply(finished)
    assert rendered(view, width)[2].endswith("…  hybrid, MAE 3.21, WAPE 18.2%")


def test_the_long_reason_of_a_failure_is_shortened_so_that_names_fit() -> None:
    view = view_after(9)
    failed = run_events()[7]
    failed.dish_error.message = "the sales of this dish cannot be learned from " * 3
    view.apply(failed)
    lines = rendered(view, 60)
    assert lines[2].startswith("✗  Squid         the sales of")
    assert lines[3].startswith("✓  Grilled carp  hybrid")


def test_a_narrow_terminal_shows_which_dish_failed() -> None:
    assert [line[0] for line in rendered(view_after(9), width=40)[2:]] == ["✓", "✗", "✓"]


def test_the_view_stays_small_with_many_dishes() -> None:
    view = view_after(3)
    finished, started = run_events()[8], run_events()[3]
    for number in range(40):
        finished.dish = started.dish = f"Dish {number}"
        if number < 20:
            view.apply(finished)
        else:
            view.apply(started)
    lines = rendered(view)
    assert len(lines) == 13
    assert " ".join(lines[6].split()) == "and 16 more"


def test_columns_grow_with_the_value_and_only_zero_is_blank() -> None:
    assert "".join(column(value, 8) for value in range(9)) == " ▁▂▃▄▅▆▇█"
    assert column(0.001, 8) == "▁"
    assert column(0, 0) == " "


def test_bars_are_exact_to_an_eighth() -> None:
    assert bar(1, 1, 4) == "████"
    assert bar(1, 2, 4) == "██"
    assert bar(5, 32, 4) == "▋"
    assert bar(0.0001, 1, 4) == "▏"
    assert bar(0, 1, 4) == ""


def test_durations_are_rounded_for_people() -> None:
    assert [duration(seconds) for seconds in (0.44, 9.96, 12.4, 59.6, 125, 3780)] == [
        "0.4 s",
        "10 s",
        "12 s",
        "1 min 00 s",
        "2 min 05 s",
        "1 h 03 min",
    ]


def test_percentages_hide_rounding_errors_and_keep_small_shares() -> None:
    assert percent(5.63923e-17) == "0.0%"
    assert percent(1 - 1e-12) == "100.0%"
    assert [percent(share) for share in (0, 0.00002, 0.182, 0.99999, 1, 2.5)] == [
        *("0.0%", "0.002%", "18.2%", "99.999%", "100.0%", "250.0%")
    ]


def test_one_thing_is_counted_in_the_singular() -> None:
    assert [counted(count, "day") for count in (0, 1, 2, 1234)] == ["0 days", "1 day", "2 days", "1,234 days"]


def test_the_console_prints_the_version_of_the_package(server: ScriptedServer) -> None:
    result = suschef(server, "--version")
    assert (result.exit_code, result.stdout) == (0, f"suschef {version('smartsuschef-client')}\n")


def test_the_client_imports_no_code_of_the_services() -> None:
    script = (
        "import sys, smartsuschef.client, smartsuschef.client.console.app\n"
        "heavy = {'shared', 'inference_service', 'training_service', 'pandas', 'numpy', 'pydantic', 'redis'}\n"
        "sys.stdout.write(' '.join(sorted(heavy & set(sys.modules))))\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "client"), str(ROOT / "protos")])}
    found = subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True, text=True)
    assert found.stdout == ""
