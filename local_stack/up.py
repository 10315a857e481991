"""Runs the whole system until Ctrl-C: `python -m local_stack.up`."""

import shlex
import sys
from contextlib import nullcontext
from pathlib import Path

from local_stack.child import exit_on_stop_signals
from local_stack.demo_sales import load_sales_settings
from local_stack.environment import LocalEnvironment, local_environment, reachable
from local_stack.one_at_a_time import AlreadyRunning, one_at_a_time
from local_stack.processes import running_processes
from local_stack.settings_check import WrongSetting
from shared.settings import InferenceSettings, TrainingSettings, load_settings
from smartsuschef.client.channels import DEFAULT_INFERENCE_ADDRESS, DEFAULT_TRAINING_ADDRESS

FOLDER = Path("var")

#: Country in the commands to try, where COUNTRY is not set.
_COUNTRY = "DE"


def main(*, patience_seconds: float | None = None) -> None:
    """Prepares folders and environment, prints what a user can do, and runs everything until somebody stops it.

    Exits with 2 if a setting is wrong or a port is in use, with 130 after Ctrl-C, and otherwise with the status of the
    process that ended first.

    Args:
        patience_seconds: Seconds that a process has for its orderly stop; None means the default of the manager.
    """
    exit_on_stop_signals()
    training, inference = load_settings(TrainingSettings), load_settings(InferenceSettings)
    try:
        local = local_environment(FOLDER, training, inference)
        # Two redis-servers on the same files would spoil the files, even with different ports.
        with one_at_a_time(FOLDER / "redis.lock", "stack") if local.own_redis else nullcontext():
            status = _run(local, training, patience_seconds)
    except (WrongSetting, AlreadyRunning) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from error
    sys.exit(status)


def _run(local: LocalEnvironment, training: TrainingSettings, patience_seconds: float | None) -> int:
    """Runs the stack until one of its processes ends, and returns the status of that process."""
    sys.stdout.write(welcome(local, training, load_sales_settings().country))
    sys.stdout.flush()
    with running_processes(local.variables, own_redis=local.own_redis, patience_seconds=patience_seconds) as manager:
        status = manager.wait()
    if status:
        sys.stderr.write(
            "Remove the cause, which is shown above, and run `make up` again: trainings go on where they stood.\n"
        )
    return status


def welcome(local: LocalEnvironment, settings: TrainingSettings, country: str = "") -> str:
    """Returns the text that says what runs at which address, and which commands to try.

    Args:
        local: The environment of the stack, with its addresses.
        settings: The settings of the training service, with the folders of models and sales.
        country: Code of the country of the restaurant; empty where COUNTRY is not set.
    """
    redis = "a redis-server of its own" if local.own_redis else "the Redis of REDIS_URL"
    sales = settings.data_root / settings.sales_csv
    sample = f".venv/bin/python -m local_stack.sample {shlex.quote(str(settings.data_root))}"
    offer = "" if sales.is_file() else f"  A sample restaurant:   {sample}\n"
    country = shlex.quote(country or _COUNTRY)
    training, inference = reachable(local.training_address), reachable(local.inference_address)
    to_training = "" if training == DEFAULT_TRAINING_ADDRESS else f" --training-address {training}"
    to_inference = "" if inference == DEFAULT_INFERENCE_ADDRESS else f" --inference-address {inference}"
    return f"""
SmartSusChef forecasting on this machine, with {redis}. Ctrl-C stops everything.

  training service   {local.training_address}      models  {settings.model_dir}
  inference service  {local.inference_address}      sales   {sales}{"" if sales.is_file() else "  (not there yet)"}

{offer}  How sales are read:    .venv/bin/suschef check --country {country}{to_training}
  Train and watch:       .venv/bin/suschef train --country {country}{to_training}
  Forecast:              .venv/bin/suschef predict{to_inference}
  Without our client:    grpcurl -plaintext {inference} list

"""


if __name__ == "__main__":
    main()
