"""The wheel that a backend installs brings one name of its own, typed, and nothing of the services."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: A backend with folders of its own that are called as ours are, type-checked against the installed client.
BACKEND = """
from client import OWN as client_own
from shared import OWN as shared_own
from smartsuschef.client import ForecastClient
from smartsuschef.forecast.v1.inference_pb2 import PredictResponse

def ask(suschef: ForecastClient) -> PredictResponse:
    return suschef.predict(store="north")

assert (client_own, shared_own) == ("client", "shared")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client's wheel, made through its source distribution as package tools do."""
    folder = tmp_path_factory.mktemp("wheel")
    command = ["uv", "build", "--quiet", "--no-build-isolation", "--python", sys.executable, "--out-dir", str(folder)]
    subprocess.run([sys.executable, "-m", *command, str(ROOT / "client")], check=True)
    [built] = folder.glob("*.whl")
    return built


def test_the_wheel_of_the_client_brings_one_name_and_no_server_code(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert top == {"smartsuschef"}
    assert {name.split("/")[1] for name in names if name.startswith("smartsuschef/")} == {
        "client",
        "forecast",
        "py.typed",
    }
    assert "smartsuschef/client/py.typed" in names
    assert "smartsuschef/forecast/v1/inference_pb2_grpc.py" in names


def test_a_backend_with_folders_of_the_same_names_imports_the_client(wheel: Path, tmp_path: Path) -> None:
    installed, backend = tmp_path / "installed", tmp_path / "backend"
    zipfile.ZipFile(wheel).extractall(installed)
    for name in ("client", "shared"):
        (backend / name).mkdir(parents=True)
        (backend / name / "__init__.py").write_text(f"OWN = {name!r}\n")
    (backend / "app.py").write_text(BACKEND)
    code = f"import sys; sys.path[:] = [p for p in sys.path if not p.startswith({str(ROOT)!r}) or 'site-packages' in p]"
    run = f"{code}; sys.path[:0] = [{str(backend)!r}, {str(installed)!r}]; import runpy; runpy.run_path('app.py')"
    subprocess.run([sys.executable, "-c", run], cwd=backend, check=True, timeout=60)

    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--allow-any-generics", "app.py"],
        cwd=backend,
        env={"MYPYPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
