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
    """The view as a terminal of so many columns shows it, without colours."""
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    console.print(view)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return [line.rstrip() for line in text.splitlines()]


def view_after(events: int) -> RunView:
    """The view after so many events of the run, 30 seconds after its first."""
    began = run_events()[0].time.seconds
    view = RunView(lambda: datetime.fromtimestamp(began + 30, UTC))
    for event in run_events()[:events]:
        view.apply(event)
    return view


def test_a_run_that_no_worker_has_begun_waits() -> None:
    lines = rendered(view_after(1))
    assert lines[0] == "Training north  run run-7  waiting for a worker"
    assert lines[1].endswith("planning  30 s")


def test_dishes_under_way_are_shown_with_their_time() -> None:
    lines = rendered(view_after(5))
    assert lines[1].endswith("0/3 dishes  30 s")
    assert [line.split() for line in lines[2:]] == [
        ["▸", "Grilled", "carp", "27", "s"],
        ["▸", "鳗鱼", "eel", "26", "s"],
    ]


def test_finished_dishes_are_shown_with_their_champions_the_last_first() -> None:
    lines = rendered(view_after(9))
    assert lines[0].endswith("PROGRESS")
    assert [" ".join(line.split()) for line in lines[2:]] == [
        "✓ Grilled carp hybrid, MAE 3.21, WAPE 18.2%",
        "✗ Squid every sale is on one day",
        "✓ 鳗鱼 eel baseline, history too short to test",
    ]


def test_without_a_connection_no_clock_goes_on_but_that_of_the_outage() -> None:
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
def test_long_names_give_way_to_figures(name: str, width: int) -> None:
    view = view_after(9)
    finished = run_events()[8]
    finished.dish = name
    view.apply(finished)
    assert rendered(view, width)[2].endswith("…  hybrid, MAE 3.21, WAPE 18.2%")


def test_the_long_reason_of_a_failure_gives_way_to_names() -> None:
    view = view_after(9)
    failed = run_events()[7]
    failed.dish_error.message = "the sales of this dish cannot be learned from " * 3
    view.apply(failed)
    lines = rendered(view, 60)
    assert lines[2].startswith("✗  Squid         the sales of")
    assert lines[3].startswith("✓  Grilled carp  hybrid")


def test_in_a_narrow_terminal_whether_a_dish_failed_is_seen_all_the_same() -> None:
    assert [line[0] for line in rendered(view_after(9), width=40)[2:]] == ["✓", "✗", "✓"]


def test_the_view_stays_small_however_many_dishes_there_are() -> None:
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


def test_columns_rise_with_the_value_and_only_nothing_is_blank() -> None:
    assert "".join(column(value, 8) for value in range(9)) == " ▁▂▃▄▅▆▇█"
    assert column(0.001, 8) == "▁"
    assert column(0, 0) == " "


def test_bars_are_exact_to_an_eighth() -> None:
    assert bar(1, 1, 4) == "████"
    assert bar(1, 2, 4) == "██"
    assert bar(5, 32, 4) == "▋"
    assert bar(0.0001, 1, 4) == "▏"
    assert bar(0, 1, 4) == ""


def test_durations_are_as_exact_as_a_person_needs() -> None:
    assert [duration(seconds) for seconds in (0.44, 9.96, 12.4, 59.6, 125, 3780)] == [
        "0.4 s",
        "10 s",
        "12 s",
        "1 min 00 s",
        "2 min 05 s",
        "1 h 03 min",
    ]


def test_a_share_that_is_none_but_for_rounding_is_none() -> None:
    assert percent(5.63923e-17) == "0.0%"
    assert percent(1 - 1e-12) == "100.0%"
    assert [percent(share) for share in (0, 0.00002, 0.182, 0.99999, 1, 2.5)] == [
        *("0.0%", "0.002%", "18.2%", "99.999%", "100.0%", "250.0%")
    ]


def test_one_is_counted_as_one() -> None:
    assert [counted(count, "day") for count in (0, 1, 2, 1234)] == ["0 days", "1 day", "2 days", "1,234 days"]


def test_the_version_is_that_of_the_package(server: ScriptedServer) -> None:
    result = suschef(server, "--version")
    assert (result.exit_code, result.stdout) == (0, f"suschef {version('smartsuschef-client')}\n")


def test_the_client_brings_in_nothing_but_grpc_and_the_contract() -> None:
    script = (
        "import sys, smartsuschef.client, smartsuschef.client.console.app\n"
        "heavy = {'shared', 'inference_service', 'training_service', 'pandas', 'numpy', 'pydantic', 'redis'}\n"
        "sys.stdout.write(' '.join(sorted(heavy & set(sys.modules))))\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "client"), str(ROOT / "protos")])}
    found = subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True, text=True)
    assert found.stdout == ""
