"""The examples in Go and Java compile against stubs that are generated from the protos of this repository.

They are not run: the versions of grpc and protobuf that Debian packages for Go do not fit together at run time.
"""

import os
import shutil
import subprocess
from pathlib import Path

import google.rpc
import pytest

ROOT = Path(__file__).parents[2]
PROTOS = sorted(str(path) for path in (ROOT / "protos" / "smartsuschef" / "forecast" / "v1").glob("*.proto"))
#: Where Debian's packages of Go libraries and of Java archives lie.
GO_PATH, JAVA_ARCHIVES = Path("/usr/share/gocode"), Path("/usr/share/java")
JAVA_PLUGIN = "/usr/bin/grpc_java_plugin"
#: Seconds that a compiler may take on a busy machine.
PATIENCE = 280


def need(*programs: str | Path) -> None:
    """Skips the test where a program or a folder of its toolchain is missing."""
    missing = [str(part) for part in programs if shutil.which(part) is None and not Path(part).is_dir()]
    if missing:
        pytest.skip(f"not compiled: {', '.join(missing)} missing (.ci/run names Debian's packages)")


def run(*command: str, cwd: Path = ROOT, **environment: str) -> None:
    """Runs a compiler, which must succeed."""
    ended = subprocess.run(
        command,
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_go_example_compiles(tmp_path: Path) -> None:
    need("go", "protoc", "protoc-gen-go", "protoc-gen-go-grpc", GO_PATH / "src" / "google.golang.org" / "grpc")
    sources = tmp_path / "src"
    (sources / "app").mkdir(parents=True)
    run("protoc", f"-I{ROOT / 'protos'}", f"--go_out={sources}", f"--go-grpc_out={sources}", *PROTOS)
    shutil.copy(ROOT / "examples" / "go" / "main.go", sources / "app")

    # Debian's libraries lie in a GOPATH, which Go reads without modules only.
    path = f"{tmp_path}:{GO_PATH}"
    run("go", "build", "-o", "example", ".", cwd=sources / "app", HOME=str(tmp_path), GO111MODULE="off", GOPATH=path)


def test_the_java_example_compiles(tmp_path: Path) -> None:
    need("javac", "protoc", JAVA_PLUGIN)
    sources = tmp_path / "sources"
    sources.mkdir()
    commons = Path(next(iter(google.rpc.__path__))).parents[1]
    run(
        "protoc",
        f"-I{ROOT / 'protos'}",
        f"-I{commons}",
        f"--plugin=protoc-gen-grpc-java={JAVA_PLUGIN}",
        f"--java_out={sources}",
        f"--grpc-java_out={sources}",
        *PROTOS,
        str(commons / "google" / "rpc" / "status.proto"),
        str(commons / "google" / "rpc" / "error_details.proto"),
    )

    class_path = ":".join(str(archive) for archive in sorted(JAVA_ARCHIVES.glob("*.jar")))
    example = str(ROOT / "examples" / "java" / "Forecasts.java")
    files = [*map(str, sorted(sources.rglob("*.java"))), example]
    run("javac", "-nowarn", "-d", str(tmp_path / "classes"), "-cp", class_path, *files)
