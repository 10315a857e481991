"""Settings: read from the environment and `.env`, checked all at once, and documented."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shared.settings import CommonSettings, InferenceSettings, TrainingSettings, load_settings

REPOSITORY = Path(__file__).parents[3]
ALL = {name.upper() for kind in (InferenceSettings, TrainingSettings) for name in kind.model_fields}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ALL:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def refused(kind: type[CommonSettings], capsys: pytest.CaptureFixture[str]) -> str:
    """The text on standard error when wrong settings stop the start."""
    with pytest.raises(SystemExit) as caught:
        load_settings(kind)
    assert caught.value.code == 2
    return capsys.readouterr().err


def test_a_process_without_settings_has_the_defaults() -> None:
    settings = load_settings(TrainingSettings)

    assert settings.redis_url is None
    assert settings.training_address == "127.0.0.1:50052"


def test_all_wrong_values_are_listed_with_what_was_expected(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INFERENCE_ADDRESS", "nowhere")
    monkeypatch.setenv("MODEL_POLL_SECONDS", "soon")
    monkeypatch.setenv("LOG_LEVEL", "LOUD")

    told = refused(InferenceSettings, capsys)
    assert re.search(r"INFERENCE_ADDRESS: .*expected host:port.*got 'nowhere'", told)
    assert re.search(r"MODEL_POLL_SECONDS: .*valid number.*got 'soon'", told)
    assert re.search(r"LOG_LEVEL: .*'DEBUG', 'INFO', 'WARNING' or 'ERROR'.*got 'LOUD'", told)


@pytest.mark.parametrize("address", ["127.0.0.1", ":50051", "127.0.0.1:99999", "my host:50051", "[::1]:port"])
def test_an_address_nobody_can_listen_on_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFERENCE_ADDRESS", address)

    with pytest.raises(SystemExit):
        load_settings(InferenceSettings)


def test_the_value_of_a_wrong_secret_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDIS_URL", "http://user:hunter2@redis")

    told = refused(CommonSettings, capsys)
    assert "REDIS_URL" in told
    assert "redis://" in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost:abc",
        "redis://localhost:99999",
        "redis://[::1",
        "redis://:hunter2/more@host",
        "redis://:2222/hunter2@host",
        "redis://:2222?hunter2@host",
        "redis://:2222#hunter2@host",
        "unix://:2222/hunter2@/run/redis.sock",
        "redis://localhost/first",
        "redis://localhost/0?colour=hunter2",
        "rediss://localhost/0?ssl_cert_reqs=hunter2",
    ],
)
@pytest.mark.parametrize("kind", [InferenceSettings, TrainingSettings])
def test_a_wrong_url_of_redis_is_refused_without_showing_any_of_its_parts(
    kind: type[CommonSettings], url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDIS_URL", url)

    told = refused(kind, capsys)
    assert "REDIS_URL: Value error, expected redis://" in told
    assert "hunter2" not in told
    assert "2222" not in told


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost",
        "redis://127.0.0.1:6379/0",
        "redis://[::1]:6379/15",
        "rediss://user:p%2Fw@host:6380/1?ssl_cert_reqs=none",
        "redis://:p@w@host/?socket_timeout=5",
        "unix://:secret@/run/redis.sock?db=1",
    ],
)
def test_every_form_of_url_that_redis_py_knows_is_accepted(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", url)

    assert load_settings(TrainingSettings).require_redis_url() == url


@pytest.mark.parametrize("content", ["SALES_CSV=Verkäufe.csv\n".encode("latin-1"), b"\xff\xfeS\x00"])
def test_a_file_of_settings_in_another_encoding_is_refused(content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    Path(".env").write_bytes(content)

    assert ".env: expected text in UTF-8; save the file as UTF-8" in refused(TrainingSettings, capsys)


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("SALES_CSV=from-file.csv\nVERSIONS_KEPT=3\n")
    monkeypatch.setenv("SALES_CSV", "from-environment.csv")

    settings = load_settings(TrainingSettings)

    assert settings.sales_csv == "from-environment.csv"
    assert settings.versions_kept == 3


def test_training_cannot_start_without_redis(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="REDIS_URL"):
        load_settings(TrainingSettings).require_redis_url()


def test_the_example_lists_every_setting_with_its_default() -> None:
    example = (REPOSITORY / ".env.example").read_text()
    listed = dict(re.findall(r"^([A-Z_]+)=(.*)$", example, re.MULTILINE))

    assert set(listed) == ALL
    Path(".env").write_text(example)
    for kind in (InferenceSettings, TrainingSettings):
        assert load_settings(kind) == kind.model_construct()


def test_the_page_of_settings_lists_every_setting() -> None:
    table = re.findall(r"^\| `([A-Z_]+)` \|", (REPOSITORY / "docs" / "settings.md").read_text(), re.MULTILINE)

    assert set(table) == ALL
    assert len(table) == len(ALL)


def test_urls_are_separated_by_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_URLS", "s3://bucket/sales/  memory://other")

    assert load_settings(TrainingSettings).data_urls == ("s3://bucket/sales/", "memory://other")


@pytest.mark.parametrize("urls", ["sales/", "s3://", "s3://bucket/?x=1", '["s3://bucket/"]', "s3://bucket/ sales"])
def test_a_text_that_is_no_url_of_a_storage_is_refused(urls: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_URLS", urls)

    with pytest.raises(SystemExit):
        load_settings(TrainingSettings)


@pytest.mark.parametrize("date_format", ["%d.%m.%Y", "%m/%d/%y", "%Y-%m-%d %H:%M:%S", "%d. %B %Y", "%Y %j"])
def test_a_date_format_with_day_month_and_year_is_accepted(date_format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALES_DATE_FORMAT", date_format)

    assert load_settings(TrainingSettings).sales_date_format == date_format


@pytest.mark.parametrize("date_format", ["%Q", "%d.%m.", "%m/%Y", "%d.%m.%Y %", "dd.mm.yyyy", "%Y-%m-%dT%H:%M:%S%z"])
def test_a_date_format_without_day_month_and_year_is_refused(
    date_format: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SALES_DATE_FORMAT", date_format)

    told = refused(TrainingSettings, capsys)
    assert "SALES_DATE_FORMAT: Value error, expected a format of Python's strptime" in told


@pytest.mark.parametrize("urls", ["https://files.example/sales/", "s3://bucket/ http://files.example/"])
def test_sales_files_are_not_read_from_web_servers(
    urls: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_URLS", urls)

    assert re.search(r"DATA_URLS: .*expected URLs.*s3://", refused(TrainingSettings, capsys))


@pytest.mark.parametrize("name", ["MODEL_DIR", "DATA_URLS"])
@pytest.mark.parametrize(
    ("url", "told"), [("gs://bucket/models", "install gcsfs"), ("nosuch://bucket", "Protocol not known: nosuch")]
)
def test_a_storage_without_its_driver_is_refused_at_the_start(
    name: str, url: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, url)

    assert re.search(rf"{name}: .*{told}.*got", refused(TrainingSettings, capsys))


@pytest.mark.parametrize(
    ("name", "known"),
    [("REDISURL", "REDIS_URL"), ("models_dir", "MODEL_DIR"), ("INFERENCE_ADRESS", "INFERENCE_ADDRESS")],
)
def test_a_mistyped_name_in_the_file_is_refused_with_the_right_name(
    name: str, known: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(".env").write_text(f"{name}=hunter2\nREDIS_PREFIX=mine\n")

    told = refused(TrainingSettings, capsys)
    assert f"{name.upper()} in .env: no such setting; did you mean {known}?" in told
    assert "hunter2" not in told


def test_settings_of_other_programs_in_the_file_are_passed_over() -> None:
    Path(".env").write_text(
        "AWS_ACCOUNT_ID=1\nIMAGE_TAG=7\nSUSCHEF_TRAINING_ADDRESS=a:1\nINFERENCE_ADDRESS=b:1\nREDIS_PREFIX=mine\n"
    )

    assert load_settings(TrainingSettings).redis_prefix == "mine"


@pytest.mark.parametrize("process", ["training_service", "training_service.worker", "local_stack.up"])
def test_a_faulty_pipeline_config_stops_every_process_that_uses_it_at_the_start(process: str, tmp_path: Path) -> None:
    (tmp_path / "pipeline.json").write_text('{"lags": [0], "colour": "red"}')
    environment = {
        **os.environ,
        "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'protos'}:{REPOSITORY / 'client'}",
        "PIPELINE_CONFIG": "pipeline.json",
        "REDIS_URL": "redis://127.0.0.1:1",
    }

    ended = subprocess.run(
        [sys.executable, "-m", process], env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert re.search(r"PIPELINE_CONFIG: .*lags.*greater than or equal to 1.*colour.*not permitted", ended.stderr)
    assert not (tmp_path / "var").exists()
