"""What would keep the processes of a local stack from running: it is told before anything is started."""

import errno
import os
from contextlib import ExitStack
from pathlib import Path

from shared.rpc.listening import listen
from shared.settings import InferenceSettings, TrainingSettings


class WrongSetting(Exception):
    """The stack cannot run with a setting; the message says with which and why."""


def check_addresses(training: TrainingSettings, inference: InferenceSettings) -> None:
    """Finds out whether all servers could listen, by listening everywhere at the same time for a moment.

    Raises:
        WrongSetting: on one of the addresses nobody can listen, or somebody does.
    """
    addresses = {
        "TRAINING_ADDRESS": training.training_address,
        "INFERENCE_ADDRESS": inference.inference_address,
        "TRAINING_METRICS_ADDRESS": training.training_metrics_address,
        "INFERENCE_METRICS_ADDRESS": inference.inference_metrics_address,
    }
    ours: dict[str, str] = {}
    with ExitStack() as listening:
        for name, address in addresses.items():
            if address is None:
                continue
            port = address.rpartition(":")[2]
            try:
                listening.enter_context(listen(address))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise WrongSetting(f"{name}: cannot listen on {address}: {error.strerror}") from error
                if port in ours:
                    raise WrongSetting(
                        f"{ours[port]} and {name} both have the port {port}: set them to different ones"
                    ) from error
                raise WrongSetting(
                    f"{name}: {address} is in use: is the stack running already? Stop it, or set another port"
                ) from error
            ours[port] = name


def prepare_folders(training: TrainingSettings) -> None:
    """Makes the folders that the processes write to.

    Raises:
        WrongSetting: one of them cannot be, or the folder of the sales files is not where it is said to be.
    """
    written = {"WORK_DIR": training.work_dir, "WEATHER_CACHE_DIR": training.weather_cache_dir}
    # Else it is no folder.
    if "://" not in training.model_dir:
        written["MODEL_DIR"] = Path(training.model_dir)
    if training.data_root == type(training).model_fields["data_root"].default:
        written["DATA_ROOT"] = training.data_root
    elif not training.data_root.is_dir():
        raise WrongSetting(f"DATA_ROOT: there is no folder {training.data_root}")
    for name, folder in written.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WrongSetting(f"{name}: {folder} cannot be made: {error.strerror}") from error
        if not os.access(folder, os.W_OK):
            raise WrongSetting(f"{name}: {folder} cannot be written")
