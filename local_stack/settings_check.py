"""Finds settings that a local stack cannot run with, before anything is started."""

import errno
import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from shared.rpc.listening import listen
from shared.settings import InferenceSettings, TrainingSettings


class WrongSetting(Exception):
    """The stack cannot run with a setting; the message names the setting, the reason and what to do."""


def check_addresses(training: TrainingSettings, inference: InferenceSettings) -> None:
    """Checks that all servers can listen, by listening on all of their addresses at the same time for a moment.

    Args:
        training: The settings of the training service, with its addresses.
        inference: The settings of the inference service, with its addresses.

    Raises:
        WrongSetting: An address is in use, or belongs to another machine, or two servers have the same port.
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


def _is_writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK)


def prepare_folders(training: TrainingSettings, *, is_writable: Callable[[Path], bool] = _is_writable) -> None:
    """Makes the folders that the processes write to.

    Args:
        training: The settings of the training service, which name the folders.
        is_writable: Returns whether this process may write into a folder.

    Raises:
        WrongSetting: A folder cannot be made or written, or the folder of the sales files does not exist.
    """
    written = {"WORK_DIR": training.work_dir, "WEATHER_CACHE_DIR": training.weather_cache_dir}
    # A model_dir with a scheme, such as s3://, is no folder.
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
        if not is_writable(folder):
            raise WrongSetting(f"{name}: {folder} cannot be written: let this user write there, or set another folder")
