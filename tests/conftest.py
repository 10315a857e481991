"""Fixtures of all tests: the real data sets, and the running system with a client."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smartsuschef.client import ForecastClient
from tests.support.sales_files import FEW_DISHES, write_sales
from tests.support.stack import Stack, running_stack

REPOSITORY = Path(__file__).parents[1]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails the session in CI if a test was skipped: CI has everything that tests need."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("CI: skipped tests count as failed", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_sessionstart() -> None:
    """Restores the signals of Ctrl-C and of a closed terminal.

    A shell lets its background jobs ignore Ctrl-C, and nohup lets its command ignore a closed terminal. Every process
    that a test starts would inherit that.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Answers the folder of a real data set by its name, and skips the test if the folder is absent."""
    root = Path(os.environ.get("SUSCHEF_TEST_DATA", REPOSITORY.parent / "shared" / "data"))

    def folder(name: str) -> Path:
        if not (root / name).is_dir():
            pytest.skip(f"no real data in {root / name} (SUSCHEF_TEST_DATA names the folder of the data sets)")
        return root / name

    return folder


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Redis, two workers and both services, shared by all tests. Each test uses a store of its own."""
    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session")
def client(stack: Stack) -> Iterator[ForecastClient]:
    """A client that is connected to the running stack."""
    with ForecastClient(
        training_address=stack.training_address, inference_address=stack.inference_address
    ) as connected:
        yield connected


@pytest.fixture
def grilled_fish(stack: Stack, real_data: Callable[[str], Path]) -> str:
    """Puts the sales of a few dishes and their weather into the data root, and answers the name of the sales file."""
    source = real_data("grilled_fish")
    name = "grilled_fish/few_dishes.csv"
    target = stack.data / name
    if not target.exists():
        target.parent.mkdir()
        lines = (source / "raw_pos_export.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
        kept = [line for line in lines[1:] if any(f",{dish}," in line for dish in FEW_DISHES)]
        shutil.copy(source / "weather.csv", target.with_name("weather.csv"))
        target.write_text("".join([lines[0], *kept]), encoding="utf-8-sig")
    return name


@pytest.fixture
def sales_file(stack: Stack, request: pytest.FixtureRequest) -> Callable[..., str]:
    """Answers a function that writes a generated sales file into the data root and answers the name of the file.

    The history is short unless a test asks for more: then only the baseline is fitted, and a run is quick.
    """

    def write(*, dishes: int = 3, days: int = 50, seed: int = 1) -> str:
        name = f"{request.node.name.replace('[', '_').replace(']', '')}.csv"
        write_sales(stack.data / name, dishes=dishes, days=days, seed=seed)
        return name

    return write
