"""Tests that settings which a local stack cannot run with are refused before anything is started."""

import socket
from pathlib import Path

import pytest

from local_stack.settings_check import WrongSetting, check_addresses, prepare_folders
from shared.settings import InferenceSettings, TrainingSettings
from tests.support.stack import free_port


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_port_in_use_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        training = TrainingSettings(training_address=f"127.0.0.1:{taken.getsockname()[1]}")

        with pytest.raises(WrongSetting, match=r"TRAINING_ADDRESS: .* is in use"):
            check_addresses(training, InferenceSettings(inference_address="127.0.0.1:0"))


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "[::]"])  # noqa: S104 -- compared with
def test_two_services_with_the_same_port_are_refused(host: str) -> None:
    port = free_port()
    training = TrainingSettings(training_address=f"127.0.0.1:{port}")

    with pytest.raises(WrongSetting, match=f"TRAINING_ADDRESS and INFERENCE_ADDRESS .* port {port}"):
        check_addresses(training, InferenceSettings(inference_address=f"{host}:{port}"))


def test_metrics_with_the_port_of_a_service_are_refused() -> None:
    address = f"127.0.0.1:{free_port()}"
    training = TrainingSettings(training_address=address, training_metrics_address=address)

    with pytest.raises(WrongSetting, match="TRAINING_ADDRESS and TRAINING_METRICS_ADDRESS"):
        check_addresses(training, InferenceSettings(inference_address="127.0.0.1:0"))


@pytest.mark.parametrize(
    ("address", "cause"), [("8.8.8.8:50051", "Cannot assign"), ("no-such-host.invalid:50051", "not known|resolution")]
)
def test_an_address_of_another_machine_is_refused_with_the_cause(address: str, cause: str) -> None:
    with pytest.raises(WrongSetting, match=rf"INFERENCE_ADDRESS: cannot listen on {address}: .*({cause})"):
        check_addresses(TrainingSettings(training_address="127.0.0.1:0"), InferenceSettings(inference_address=address))


def test_the_default_folders_are_made(tmp_path: Path) -> None:
    prepare_folders(TrainingSettings())

    assert {path.name for path in (tmp_path / "var").iterdir()} == {"data", "runs", "models", "weather"}


@pytest.mark.parametrize("name", ["work_dir", "model_dir", "weather_cache_dir"])
def test_a_folder_that_cannot_be_made_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(WrongSetting, match=rf"{name.upper()}: .*file/x cannot be made: Not a directory"):
        prepare_folders(TrainingSettings.model_validate({name: str(tmp_path / "file" / "x")}))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"WORK_DIR: .* cannot be written"):
        # Root may write everywhere, and these tests may run as root.
        prepare_folders(TrainingSettings(work_dir=tmp_path), is_writable=lambda folder: folder != tmp_path)


def test_models_outside_the_file_system_need_no_folder(tmp_path: Path) -> None:
    prepare_folders(TrainingSettings(model_dir="memory://models"))

    assert not (tmp_path / "memory:").exists()


def test_a_data_root_that_does_not_exist_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"DATA_ROOT: there is no folder .*/nope"):
        prepare_folders(TrainingSettings(data_root=tmp_path / "nope"))

    assert not (tmp_path / "nope").exists()
