"""Tests of the wheel that a backend installs: one name, `smartsuschef`, with types and without server code."""

import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartsuschef.forecast.v1 import inference_pb2
from tests.unit.client.scripted_server import ScriptedServer

ROOT = Path(__file__).parents[2]

#: The application of a backend that has packages of its own called `client` and `shared`. Its argument is the address
#: of an inference service.
APPLICATION = """
import sys

from client import OWN as own_client
from shared import OWN as own_shared
from smartsuschef.client import ForecastClient
from smartsuschef.forecast.v1.inference_pb2 import PredictResponse


def ask(suschef: ForecastClient) -> PredictResponse:
    return suschef.predict(store="north", dishes=["Grilled carp"])


with ForecastClient(inference_address=sys.argv[1]) as suschef:
    print(own_client, own_shared, ask(suschef).version)
"""

#: What mypy must find in the application, were the client not typed.
WRONG_CALLS = """
from smartsuschef.client import ForecastClient


def ask(suschef: ForecastClient) -> str:
    return suschef.predict(store=7)
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheels of the client, by what they were made from: its folder, or its source distribution."""
    made = {}
    for source, arguments in {"sdist": [], "folder": ["--wheel"]}.items():
        folder = tmp_path_factory.mktemp(source)
        build(ROOT / "client", folder, *arguments)
        [made[source]] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def backend_python(built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a new virtual environment in which the wheel of the client is installed."""
    environment = tmp_path_factory.mktemp("backend") / ".venv"
    python = environment / "bin" / "python"
    uv("venv", "--python", sys.executable, str(environment))
    uv("pip", "install", "--offline", "--no-deps", "--python", str(python), str(built["sdist"]))
    # gRPC and protobuf come from the environment of this test, without a network. A path in a .pth file is not searched
    # for further .pth files, so the sources of this repository stay invisible.
    [packages] = environment.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return python


@pytest.fixture
def backend(tmp_path: Path) -> Path:
    """The folder of a backend with an application and with packages that are called as folders of this repository."""
    for name in ("client", "shared"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f'OWN = "own {name}"\n')
    (tmp_path / "app.py").write_text(APPLICATION)
    return tmp_path


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    scripted = ScriptedServer()
    scripted.start()
    yield scripted
    scripted.stop()


def test_the_wheel_of_the_client_brings_one_name_and_no_server_code(built: dict[str, Path]) -> None:
    names = contents(built["sdist"])
    assert {name.split("/")[0] for name in names} == {"smartsuschef"}
    assert {name.split("/")[1] for name in names} == {"client", "forecast", "py.typed"}
    assert {"smartsuschef/client/py.typed", "smartsuschef/forecast/v1/inference_pb2_grpc.py"} <= names.keys()
    # A package with an __init__.py would hide all other distributions with a part of `smartsuschef`.
    assert "smartsuschef/__init__.py" not in names


def test_the_folder_and_the_source_distribution_give_the_same_wheel(built: dict[str, Path]) -> None:
    assert contents(built["folder"]) == contents(built["sdist"])


def test_a_client_without_its_stubs_is_not_built(tmp_path: Path) -> None:
    copied = tmp_path / "client"
    copied.mkdir()
    for name in ("pyproject.toml", "hatch_build.py", "README.md"):
        (copied / name).write_bytes((ROOT / "client" / name).read_bytes())
    (copied / "smartsuschef" / "client").mkdir(parents=True)
    with pytest.raises(subprocess.CalledProcessError) as failed:
        build(copied, tmp_path / "out", "--wheel")
    assert "build the client inside a clone of the repository" in failed.value.stderr


def test_the_wheel_of_the_services_brings_no_client(tmp_path: Path) -> None:
    # The build of an image has only these files; see .dockerignore.
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if line.startswith("!"):
            copy(ROOT / line[1:], tmp_path / "image" / line[1:])
    build(tmp_path / "image", tmp_path / "built", "--wheel")
    [wheel] = (tmp_path / "built").glob("*.whl")
    names = contents(wheel)
    assert {name.split("/")[0] for name in names} == {"inference_service", "shared", "smartsuschef", "training_service"}
    assert {name.split("/")[1] for name in names if name.startswith("smartsuschef/")} == {"forecast", "py.typed"}
    # Files without which the services do not run, though they are not Python.
    assert "training_service/runs/lua/create_runs.lua" in names


def test_the_dependencies_of_an_image_are_installed_without_its_packages(tmp_path: Path) -> None:
    for image in ("inference", "training"):
        dockerfile = (ROOT / "docker" / f"{image}.Dockerfile").read_text()
        [files] = re.findall(r"^COPY (.+) \./$", dockerfile, re.MULTILINE)
        for name in files.split():
            copy(ROOT / name, tmp_path / image / name)
        build(tmp_path / image, tmp_path / f"{image}-built", "--wheel")
        [wheel] = (tmp_path / f"{image}-built").glob("*.whl")
        assert contents(wheel) == {}


def test_both_distributions_have_the_same_license() -> None:
    assert (ROOT / "client" / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


def test_both_distributions_have_the_same_version() -> None:
    versions = {
        tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"]["version"]
        for folder in (".", "client")
    }
    assert len(versions) == 1


def test_a_backend_with_packages_of_the_same_names_calls_a_service(
    backend_python: Path, backend: Path, server: ScriptedServer
) -> None:
    server.on("Predict", inference_pb2.PredictResponse(version="v7"))
    told = output([str(backend_python), "app.py", server.address], backend)
    assert told == "own client own shared v7\n"
    [received] = server.received["Predict"]
    assert received.request.store == "north"


def test_a_regular_package_called_smartsuschef_hides_the_client_unless_it_extends_its_path(
    backend_python: Path, backend: Path
) -> None:
    own = backend / "smartsuschef" / "__init__.py"
    own.parent.mkdir()
    own.touch()
    find = [str(backend_python), "-c", "from importlib.util import find_spec; print(find_spec('smartsuschef.client'))"]
    assert output(find, backend) == "None\n"
    own.write_text("from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n")
    assert output(find, backend).startswith("ModuleSpec(name='smartsuschef.client'")


def test_the_calls_of_a_backend_are_type_checked(backend_python: Path, backend: Path) -> None:
    (backend / "wrong.py").write_text(WRONG_CALLS)
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(backend_python), "app.py", "wrong.py"],
        cwd=backend,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "app.py" not in checked.stdout
    assert 'Argument "store" to "predict" of "ForecastClient" has incompatible type "int"' in checked.stdout
    assert "Found 2 errors in 1 file" in checked.stdout


def test_the_script_of_the_console_is_installed(backend_python: Path, backend: Path) -> None:
    told = output([str(backend_python.with_name("suschef")), "--version"], backend)
    assert told.startswith("suschef ")


def build(project: Path, folder: Path, *arguments: str) -> None:
    """Builds a project with the packages of this environment; without arguments a sdist, and a wheel from that."""
    to = ["--no-build-isolation", "--python", sys.executable, "--out-dir", str(folder)]
    uv("build", *to, *arguments, str(project))


def copy(source: Path, target: Path) -> None:
    """Copies a file or a folder, and makes the folders above the target."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)


def uv(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "uv", *arguments], check=True, capture_output=True, text=True, timeout=120)


def output(command: list[str], folder: Path) -> str:
    """What a command prints that runs in a folder, without a PYTHONPATH."""
    ended = subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def contents(wheel: Path) -> dict[str, bytes]:
    """The files that a wheel installs, by name, without its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}
