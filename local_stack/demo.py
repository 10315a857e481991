"""`python -m local_stack.demo` shows the product: starts everything, trains a restaurant, forecasts, stops everything.

It is self-contained: a Redis, ports, folders and settings of its own, whatever else is set (in the environment or in
`.env`) or running on the machine.
"""

import argparse
import contextlib
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from rich.console import Console
from rich.markup import escape

from local_stack.child import exit_on_stop_signals, running_child
from local_stack.environment import isolated_environment
from local_stack.one_at_a_time import AlreadyRunning, one_at_a_time
from local_stack.processes import running_processes
from local_stack.redis_binary import NoRedisServer, find_redis_server
from local_stack.sample import SAMPLE_COUNTRY, write_sample
from shared.errors import InvalidInput
from shared.names import DEFAULT_STORE
from shared.restaurant.calendar import country_is_known
from training_service.sources.files.reading import SalesColumns, StoreNotInFile, read_sales_file

FOLDER = Path("var/demo")
INFERENCE = "smartsuschef.forecast.v1.InferenceService"
TRAINING = "smartsuschef.forecast.v1.TrainingService"

#: A start takes some seconds, the first one on a slow disk longer.
_START_SECONDS = 120.0
_LOOK_SECONDS = 2.0
_LOG_LINES_SHOWN = 25

#: With which the console ends where a request is wrong.
_WRONG_USE = 2


class DemoFailed(Exception):
    """Something did not work; the message says what."""


class Refused(Exception):
    """What the user gave is wrong; why has been told."""


def main() -> None:
    """Runs the demonstration.

    Exits with 0, 1 if something failed, 2 for wrong use or a wrong file, 130 after Ctrl-C.
    """
    arguments = _parse_arguments()
    console = Console()
    exit_on_stop_signals()
    try:
        # Beside the folder, which is made anew.
        with one_at_a_time(FOLDER.with_suffix(".lock"), "demonstration"):
            _run(console, arguments.sales, arguments.country, arguments.store)
    except SystemExit:
        console.print("\nInterrupted; everything is stopped.")
        raise
    except Refused:
        if arguments.sales is not None and arguments.store == DEFAULT_STORE and needs_store(arguments.sales):
            console.print("Of a file of several restaurants, STORE=name takes one.")
        sys.exit(_WRONG_USE)
    except (DemoFailed, NoRedisServer, AlreadyRunning) as error:
        console.print(f"\n[red]The demonstration failed:[/red] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(1)


def needs_store(sales: Path) -> bool:
    """Whether a sales file is refused because it is that of several restaurants, of which none is named."""
    try:
        read_sales_file(sales, DEFAULT_STORE, SalesColumns())
    except InvalidInput as error:
        return isinstance(error, StoreNotInFile)
    return False


def _run(console: Console, sales: Path | None, country: str, store: str) -> None:
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
    environment = isolated_environment(FOLDER, data_root)
    with _stack(environment, console) as stack:
        _suschef(environment, "train", "--store", store, "--source", source, "--country", country)
        console.print("\n[bold]The forecast of the 14 days after the last sale[/bold]")
        _wait_until_serving(stack, environment["INFERENCE_ADDRESS"], INFERENCE)
        _suschef(environment, "predict", "--store", store)
    console.print(
        f"\nEverything is stopped. The models and logs of this demonstration are in {FOLDER}. [bold]make up[/bold] "
        "keeps a system running that knows none of them: it has models of its own, and reads var/data/sales.csv.",
        highlight=False,
        soft_wrap=True,
    )


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description="Train a restaurant and forecast its dishes.")
    parser.add_argument("--sales", type=Path, help="a sales file; without it a sample restaurant is made")
    parser.add_argument("--country", default="", help="whose public holidays apply, such as CN")
    parser.add_argument("--store", default="", help="the restaurant, where the file has several")
    arguments = parser.parse_args()
    arguments.store = arguments.store or DEFAULT_STORE
    if arguments.sales is not None:
        arguments.sales = arguments.sales.expanduser().resolve()
        if not arguments.sales.is_file():
            is_folder = arguments.sales.is_dir()
            parser.error(f"{arguments.sales} is a folder" if is_folder else f"there is no file {arguments.sales}")
        if arguments.sales.is_relative_to(FOLDER.resolve()):
            parser.error(
                f"every demonstration makes {FOLDER} anew: copy {arguments.sales.name} to another folder first"
            )
        if not arguments.country:
            parser.error("a sales file needs its country for the public holidays, such as COUNTRY=CN")
    arguments.country = (arguments.country or SAMPLE_COUNTRY).upper()
    if not country_is_known(arguments.country):
        parser.error(f"no public holidays are known for COUNTRY={arguments.country}; expected a code such as CN or DE")
    return arguments


@contextlib.contextmanager
def _stack(environment: dict[str, str], console: Console) -> Iterator["subprocess.Popen[bytes]"]:
    """The running system; nothing of it remains afterwards."""
    with (
        (FOLDER / "stack.log").open("wb") as log,
        # In the folder that was just made: there is no `.env`.
        running_processes(environment, own_redis=True, log=log, folder=FOLDER) as stack,
    ):
        try:
            with console.status("Starting Redis, the workers and both services …"):
                _wait_until_serving(stack, environment["TRAINING_ADDRESS"], TRAINING)
                _wait_until_serving(stack, environment["INFERENCE_ADDRESS"], "")
            yield stack
        except DemoFailed:
            # Now: what the processes say while they are stopped would hide what they said before.
            _show_log(console)
            raise
        finally:
            console.print("Stopping …")


def _wait_until_serving(stack: "subprocess.Popen[bytes]", address: str, service: str) -> None:
    """Waits until a service serves, for as long as the stack lives."""
    deadline = time.monotonic() + _START_SECONDS
    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        while stack.poll() is None and time.monotonic() < deadline:
            if _is_serving(stub, service):
                return
    raise DemoFailed(f"{service or 'the inference service'} did not get ready at {address}")


def _is_serving(stub: health_pb2_grpc.HealthStub, service: str) -> bool:
    """Waits a little for a service to serve."""
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
