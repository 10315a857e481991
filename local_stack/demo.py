"""Shows the product: `python -m local_stack.demo` starts everything, trains a restaurant, forecasts and stops all.

The demonstration has a Redis, ports, folders and settings of its own, and disturbs no other stack on the machine. It
reads only those settings of the environment and of `.env` that describe the user's sales file.
"""

import argparse
import contextlib
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from rich.console import Console
from rich.markup import escape

from local_stack.child import exit_on_stop_signals, running_child
from local_stack.demo_sales import WrongSales, check_sales, load_sales_settings
from local_stack.environment import isolated_environment
from local_stack.one_at_a_time import AlreadyRunning, one_at_a_time
from local_stack.processes import running_processes
from local_stack.redis_binary import NoRedisServer, find_redis_server
from local_stack.sample import SAMPLE_COUNTRY, write_sample
from shared.names import DEFAULT_STORE
from shared.restaurant.calendar import country_is_known

FOLDER = Path("var/demo")
INFERENCE = "smartsuschef.forecast.v1.InferenceService"
TRAINING = "smartsuschef.forecast.v1.TrainingService"

#: Seconds that the services have to start. A start takes some seconds, and the first start on a slow disk far longer.
_START_SECONDS = 120.0
#: Seconds between two looks at whether the stack still lives.
_LOOK_SECONDS = 2.0
#: Lines of the log that are shown after a failure: about one screen.
_LOG_LINES_SHOWN = 25

#: Exit code of the console for a wrong request.
_WRONG_USE = 2


class DemoFailed(Exception):
    """A step of the demonstration failed; the message says which."""


class Refused(Exception):
    """A service refused the request; the console has already printed the reason."""


def main(command_line: Sequence[str] | None = None) -> None:
    """Runs the demonstration.

    Exits with 0, with 1 if a step failed, with 2 for wrong use or a wrong file, and with 130 after Ctrl-C.

    Args:
        command_line: The arguments; None means those of this process.
    """
    arguments = _parse_arguments(command_line)
    console = Console()
    exit_on_stop_signals()
    try:
        # The lock file lies beside the folder, because every demonstration deletes the folder.
        with one_at_a_time(FOLDER.with_suffix(".lock"), "demonstration"):
            _run(console, arguments)
    except SystemExit:
        console.print("\nInterrupted; everything is stopped.")
        raise
    except Refused:
        sys.exit(_WRONG_USE)
    except (DemoFailed, NoRedisServer, AlreadyRunning) as error:
        console.print(f"\n[red]The demonstration failed:[/red] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(1)


def _run(console: Console, arguments: argparse.Namespace) -> None:
    sales, store = arguments.sales, arguments.store
    find_redis_server()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    if sales is None:
        data_root, source = FOLDER / "data", "sales.csv"
        written = write_sample(data_root)
        console.print(f"[bold]A sample restaurant[/bold] is in {data_root}: {written}", highlight=False, soft_wrap=True)
    else:
        data_root, source = sales.parent, sales.name
        console.print(f"[bold]The sales[/bold] of {escape(str(sales))}", highlight=False, soft_wrap=True)
    environment = {**isolated_environment(FOLDER, data_root), **arguments.variables}
    with _stack(environment, console) as stack:
        asked = ("--store", store, "--source", source, "--country", arguments.country)
        console.print("\n[bold]How the sales are read[/bold]")
        _suschef(environment, "check", *asked, "--no-advice")
        console.print()
        _suschef(environment, "train", *asked)
        console.print("\n[bold]The forecast of the 14 days after the last sale[/bold]")
        _wait_until_serving(stack, environment["INFERENCE_ADDRESS"], INFERENCE)
        _suschef(environment, "predict", "--store", store)
    console.print(
        f"\nEverything is stopped. The models and logs of this demonstration are in {FOLDER}. [bold]make up[/bold] "
        "keeps another system running, which has models of its own and reads var/data/sales.csv.",
        highlight=False,
        soft_wrap=True,
    )


def _parse_arguments(command_line: Sequence[str] | None) -> argparse.Namespace:
    # `make demo` turns its parameters into these options, and a user knows only the parameters.
    parser = argparse.ArgumentParser(
        prog="make demo",
        usage="make demo [SALES=file.csv COUNTRY=CN STORE=name]",
        description="Train a restaurant and forecast its dishes.",
    )
    parser.add_argument("--sales", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--country", default="", help=argparse.SUPPRESS)
    parser.add_argument("--store", default="", help=argparse.SUPPRESS)
    arguments = parser.parse_args(command_line)
    arguments.store = arguments.store or DEFAULT_STORE
    arguments.variables = {}
    if arguments.sales is not None:
        try:
            arguments.country, arguments.variables = _checked_sales(arguments)
        except WrongSales as error:
            parser.exit(_WRONG_USE, f"{error}\n")
    arguments.country = (arguments.country or SAMPLE_COUNTRY).upper()
    if not country_is_known(arguments.country):
        parser.error(_unknown(arguments.country))
    return arguments


def _unknown(country: str) -> str:
    return f"no public holidays are known for COUNTRY={country}; expected a code such as CN or DE"


def _checked_sales(arguments: argparse.Namespace) -> tuple[str, Mapping[str, str]]:
    """Checks the user's sales file, and returns its country and the variables that describe the file to the services.

    Raises:
        WrongSales: The file is absent, unreadable or wrong, or its country is not given.
    """
    sales = arguments.sales = arguments.sales.expanduser().resolve()
    if not sales.is_file():
        raise WrongSales(f"SALES: {sales} is a folder" if sales.is_dir() else f"SALES: there is no file {sales}")
    if sales.is_relative_to(FOLDER.resolve()):
        raise WrongSales(f"SALES: every demonstration deletes {FOLDER}: copy {sales.name} to another folder first")
    settings = load_sales_settings()
    country = (arguments.country or settings.country).upper()
    if not country:
        raise WrongSales("COUNTRY: a sales file needs a country for the public holidays: add COUNTRY=CN, say")
    if not country_is_known(country):
        raise WrongSales(_unknown(country))
    check_sales(sales, arguments.store, country, settings)
    return country, settings.variables()


@contextlib.contextmanager
def _stack(environment: dict[str, str], console: Console) -> Iterator["subprocess.Popen[bytes]"]:
    """Runs the system while the `with` block lasts; all processes have ended when the block is left."""
    with (
        (FOLDER / "stack.log").open("wb") as log,
        # The folder is new, so it has no file `.env`.
        running_processes(environment, own_redis=True, log=log, folder=FOLDER) as stack,
    ):
        try:
            with console.status("Starting Redis, the workers and both services …"):
                _wait_until_serving(stack, environment["TRAINING_ADDRESS"], TRAINING)
                _wait_until_serving(stack, environment["INFERENCE_ADDRESS"], "")
            yield stack
        except DemoFailed:
            # The log is shown before the stop, because the stop adds lines that would push the cause out of view.
            _show_log(console)
            raise
        finally:
            console.print("Stopping …")


def _wait_until_serving(stack: "subprocess.Popen[bytes]", address: str, service: str) -> None:
    """Waits until a service serves, as long as the stack lives.

    Raises:
        DemoFailed: The stack ended, or the service did not serve in time.
    """
    deadline = time.monotonic() + _START_SECONDS
    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        while stack.poll() is None and time.monotonic() < deadline:
            if _is_serving(stub, service):
                return
    raise DemoFailed(f"{service or 'the inference service'} did not get ready at {address}")


def _is_serving(stub: health_pb2_grpc.HealthStub, service: str) -> bool:
    """Waits for a few seconds, and returns whether the service serves."""
    request = health_pb2.HealthCheckRequest(service=service)
    try:
        answers = stub.Watch(request, timeout=_LOOK_SECONDS, wait_for_ready=True)
        return any(answer.status == health_pb2.HealthCheckResponse.SERVING for answer in answers)
    except grpc.RpcError as error:
        if error.code() in (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAVAILABLE):
            return False
        raise


def _suschef(environment: dict[str, str], *arguments: str) -> None:
    console_command = [sys.executable, "-c", "from smartsuschef.client.console.app import main; main()", *arguments]
    with running_child(console_command, environment, stop_with=signal.SIGTERM) as suschef:
        status = suschef.wait()
    if status == _WRONG_USE:
        raise Refused
    if status:
        raise DemoFailed(f"suschef {arguments[0]} ended with exit code {status}")


def _show_log(console: Console) -> None:
    log = FOLDER / "stack.log"
    if log.is_file():
        lines = log.read_text(errors="replace").splitlines()[-_LOG_LINES_SHOWN:]
        console.print(f"\nThe end of {log}:", highlight=False)
        console.print("\n".join(f"  {line}" for line in lines), highlight=False, markup=False, soft_wrap=True)


if __name__ == "__main__":
    main()
