"""The settings of the processes, read from the environment and `.env`; a wrong value stops the start.

These settings say where a process finds its parts. The settings that decide forecasts are in
`shared.config.PipelineConfig`.
"""

import codecs
import datetime as dt
import difflib
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import fsspec
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, NoDecode, SettingsConfigDict

from shared.errors import InvalidInput

_LAST_PORT = 65535

#: A date whose day, month and year cannot be mistaken for each other.
_A_DAY = dt.date(2026, 11, 23)

#: Likeness (see difflib) from which on an unknown name is taken for a mistyped setting.
_SIMILAR = 0.8

#: Beginning of the names of the console's own variables.
_OF_THE_CONSOLE = "suschef_"

_WEB = ("http:", "https:")
_URL_PREFIX = re.compile(r"[a-z][a-z0-9+.-]+://[^/\s?#%]+(/[^\s?#%]*)?")


def _host_and_port(address: str) -> str:
    host, _, port = address.rpartition(":")
    if not host or re.search(r"\s", host) or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > _LAST_PORT:
        raise ValueError(f"expected host:port with a port up to {_LAST_PORT}, such as 127.0.0.1:50051")
    return address


def _redis_url(url: SecretStr) -> SecretStr:
    # Imported here, as redis-py takes a while to load and a process without Redis does not need it.
    from shared.messaging.redis_url import check_redis_url

    check_redis_url(url.get_secret_value())
    return url


def _with_driver(url: str) -> str:
    for protocol in re.findall(r"([A-Za-z0-9+.-]+)(?=::|://)", url):
        try:
            fsspec.get_filesystem_class(protocol)
        except ImportError as error:
            raise ValueError(f"the driver of {protocol}:// is missing: {error}") from error
    return url


def _pipeline_config(file: Path) -> Path:
    # Imported here, as pandas takes a while to load and a health check does not need it.
    from shared.config import PipelineConfig

    try:
        PipelineConfig.from_file(file)
    except InvalidInput as error:
        raise ValueError(error.message) from error
    return file


def _url_prefixes(value: object) -> object:
    prefixes = value.split() if isinstance(value, str) else value
    wrong = [prefix for prefix in prefixes if not _URL_PREFIX.fullmatch(prefix)] if isinstance(prefixes, list) else []
    if wrong:
        raise ValueError("expected URLs such as s3://bucket/sales/, separated by blanks")
    if isinstance(prefixes, list) and any(prefix.startswith(_WEB) for prefix in prefixes):
        # The driver of fsspec for http reports every failure as a missing file.
        raise ValueError("expected URLs of a storage such as s3://bucket/sales/; files are not read over http or https")
    return prefixes


def _date_format(value: str) -> str:
    try:
        read = dt.datetime.strptime(_A_DAY.strftime(value), value)  # noqa: DTZ007 -- a day has no offset
    except ValueError:
        read = None
    if read is None or read.date() != _A_DAY:
        raise ValueError(
            "expected a format of Python's strptime with day, month and year and without an offset, such as %d.%m.%Y"
        )
    return value


def _text_encoding(value: str) -> str:
    try:
        return codecs.lookup(value).name
    except LookupError as error:
        raise ValueError("expected an encoding that Python knows, such as utf-8, cp1252 or shift_jis") from error


Address = Annotated[str, AfterValidator(_host_and_port)]
DateFormat = Annotated[str, AfterValidator(_date_format)]
PipelineConfigFile = Annotated[Path, AfterValidator(_pipeline_config)]
RedisUrl = Annotated[SecretStr, AfterValidator(_redis_url)]
Storage = Annotated[str, AfterValidator(_with_driver)]
TextEncoding = Annotated[str, AfterValidator(_text_encoding)]
UrlPrefixes = Annotated[tuple[Storage, ...], NoDecode, BeforeValidator(_url_prefixes)]


class CommonSettings(BaseSettings):
    """The settings of both services and of the workers."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True)

    redis_url: RedisUrl | None = Field(
        default=None,
        description="URL of the Redis for runs, messages and announcements: redis://, rediss:// or unix://",
    )
    redis_prefix: str = Field(
        default="suschef", pattern=r"^[A-Za-z0-9._-]{1,64}$", description="Beginning of the name of every key in Redis"
    )
    model_dir: Storage = Field(
        default="./var/models", min_length=1, description="Model registry: a folder, or a URL that fsspec knows"
    )
    model_signing_key: SecretStr | None = Field(
        default=None, description="Key that signs manifests (HMAC-SHA256); with a key, unsigned versions are refused"
    )
    weather_service: Literal["open-meteo", "none"] = Field(
        default="open-meteo", description="Weather service for places with known coordinates"
    )
    weather_archive_url: str = Field(
        default="https://archive-api.open-meteo.com/v1/archive",
        min_length=1,
        description="URL of the service for the weather of the past",
    )
    weather_forecast_url: str = Field(
        default="https://api.open-meteo.com/v1/forecast",
        min_length=1,
        description="URL of the service for the weather of the next days",
    )
    weather_cache_dir: Path = Field(
        default=Path("./var/weather"), description="Folder in which the weather of the past is kept"
    )
    weather_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = Field(
        default=5.0, description="Longest time of one request to the weather service, in seconds"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least level of the log"
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="Form of the log: for people, or one JSON object a line"
    )
    shutdown_grace_seconds: Annotated[float, Field(ge=0, le=300)] = Field(
        default=20.0, description="Seconds in which open requests may finish after SIGTERM"
    )

    @property
    def signing_key(self) -> bytes | None:
        """The bytes of MODEL_SIGNING_KEY; None where it is not set."""
        return self.model_signing_key.get_secret_value().encode() if self.model_signing_key else None


class InferenceSettings(CommonSettings):
    """The settings of the inference service."""

    inference_address: Address = Field(
        default="127.0.0.1:50051", description="Address on which the inference service listens, host:port"
    )
    inference_metrics_address: Address | None = Field(
        default=None, description="Address on which Prometheus reads the metrics, host:port; unset: none"
    )
    model_poll_seconds: Annotated[float, Field(gt=0, le=3600)] = Field(
        default=5.0, description="Seconds between two looks at the registry; announcements are heard at once"
    )
    prepared_forecasts_mb: Annotated[int, Field(ge=0, le=100_000)] = Field(
        default=128,
        description="Memory for forecasts that are made once and handed out again, in MiB; 0: every call computes",
    )
    watch_heartbeat_seconds: Annotated[float, Field(gt=0, le=30)] = Field(
        default=20.0, description="Longest silence on a WatchModels stream, in seconds"
    )


class TrainingSettings(CommonSettings):
    """The settings of the training service and of its workers."""

    training_address: Address = Field(
        default="127.0.0.1:50052", description="Address on which the training service listens, host:port"
    )
    training_metrics_address: Address | None = Field(
        default=None, description="Address on which Prometheus reads the metrics, host:port; unset: none"
    )
    data_root: Path = Field(default=Path("./var/data"), description="The only folder from which sales files are read")
    data_urls: UrlPrefixes = Field(
        default=(), description="Beginnings of URLs of further sales files, separated by blanks"
    )
    sales_csv: str = Field(default="sales.csv", min_length=1, description="Sales file of requests that name none")
    sales_date_column: str | None = Field(
        default=None, description="Name of the column with the date; unset: recognised"
    )
    sales_dish_column: str | None = Field(
        default=None, description="Name of the column with the dish; unset: recognised"
    )
    sales_quantity_column: str | None = Field(
        default=None, description="Name of the column with the units sold; unset: recognised"
    )
    sales_store_column: str | None = Field(
        default=None, description="Name of the column with the store, or none; unset: recognised"
    )
    sales_date_format: DateFormat | None = Field(
        default=None, description="Format of the dates, such as %d.%m.%Y; unset: recognised"
    )
    sales_sheet: str | None = Field(
        default=None, description="Name of the sheet of a workbook that has the sales; unset: recognised"
    )
    sales_encoding: TextEncoding | None = Field(
        default=None, description="Encoding of sales files that are text, such as cp1252; unset: recognised"
    )
    sales_database_url: SecretStr | None = Field(
        default=None, description="Database from which sales are read first: mysql://, postgresql:// or sqlite:///"
    )
    sales_query: str = Field(default="", description="SQL that reads the sales of another schema: date, dish, quantity")
    weather_query: str = Field(default="", description="SQL that reads the weather: date and weather columns")
    place_query: str = Field(
        default="", description="SQL that reads the place of a store: latitude, longitude, country"
    )
    events_query: str = Field(default="", description="SQL that reads named days: date, name, last_date, dish")
    school_holidays_query: str = Field(
        default="", description="SQL that reads school holidays: start_date, end_date, name, country, subdivision"
    )
    stores_query: str = Field(default="", description="SQL that reads the names of all stores: one column")
    database_timeout_seconds: Annotated[float, Field(gt=0, le=3600)] = Field(
        default=120.0, description="Longest time of one statement of the database, in seconds"
    )
    geocoder_url: str = Field(
        default="https://nominatim.openstreetmap.org",
        pattern=r"^(none|https?://.+)$",
        description="Geocoder (Nominatim) that finds addresses; with none, addresses are not looked up",
    )
    geocoder_user_agent: str = Field(
        default="smartsuschef-forecast",
        min_length=1,
        description="Name that the geocoder sees, with a way to reach you",
    )
    geocoder_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = Field(
        default=5.0, description="Longest time of one request to the geocoder, in seconds"
    )
    work_dir: Path = Field(
        default=Path("./var/runs"), description="Folder with the workspaces of runs, shared by all workers"
    )
    pipeline_config: PipelineConfigFile | None = Field(
        default=None, description="JSON file with the fields of PipelineConfig that differ from their defaults"
    )
    run_retention_hours: Annotated[float, Field(gt=0, le=24 * 30)] = Field(
        default=24.0, description="Hours for which a run is kept after its end"
    )
    versions_kept: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=10, description="Number of versions that the registry keeps of each store"
    )
    worker_processes: Annotated[int, Field(ge=0, le=256)] = Field(
        default=0, description="Number of processes of a worker, each with one dish at a time; 0: one for each core"
    )
    run_messages_at_once: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=16, description="Number of messages of one run that wait or are worked on at a time"
    )
    dish_time_limit_seconds: Annotated[float, Field(ge=10, le=24 * 3600)] = Field(
        default=900.0, description="Longest time of one message, in seconds; afterwards the message is tried again"
    )
    message_max_retries: Annotated[int, Field(ge=0, le=20)] = Field(
        default=3, description="Number of times that a message is tried again after an error of the machine"
    )
    worker_heartbeat_seconds: Annotated[float, Field(ge=5, le=3600)] = Field(
        default=30.0,
        description="Seconds of silence after which a worker counts as dead, and its messages go to others",
    )

    def require_redis_url(self) -> str:
        """The URL of Redis, without which training cannot work.

        Raises:
            SystemExit: REDIS_URL is not set.
        """
        if self.redis_url is None:
            sys.exit(
                "REDIS_URL: not set; training needs a Redis, such as redis://127.0.0.1:6379/0 ('make up' brings one)"
            )
        return self.redis_url.get_secret_value()


S = TypeVar("S", bound=CommonSettings)


def load_settings(kind: type[S]) -> S:
    """Reads the settings from the environment and `.env`; the environment wins.

    Args:
        kind: Class of the settings to read.

    Raises:
        SystemExit: A value is wrong, a name in `.env` is mistyped, or `.env` is not UTF-8. The status is 2. Standard
            error lists every mistake with what was expected.
    """
    try:
        wrong = _mistyped_names()
    except UnicodeDecodeError as error:
        raise _stopped(["  .env: expected text in UTF-8; save the file as UTF-8"]) from error
    try:
        settings = kind()
    except ValidationError as error:
        wrong += [_describe(kind, str(e["loc"][0]), e["msg"], e["input"]) for e in error.errors()]
    else:
        if not wrong:
            return settings
    raise _stopped(wrong)


def _stopped(wrong: Sequence[str]) -> SystemExit:
    """Writes all mistakes to standard error, and returns the exception that ends the process."""
    lines = ["Wrong settings:", *wrong, "Every setting is listed in .env.example and in docs/settings.md."]
    sys.stderr.write("\n".join(lines) + "\n")
    return SystemExit(2)


def _mistyped_names() -> list[str]:
    """One line for each mistyped name in `.env`. Names that resemble no setting may belong to other programs."""
    known = set(InferenceSettings.model_fields) | set(TrainingSettings.model_fields)
    wrong = []
    for name in DotEnvSettingsSource(CommonSettings).env_vars:
        nearest = difflib.get_close_matches(name, known, n=1, cutoff=_SIMILAR)
        if nearest and name not in known and not name.startswith(_OF_THE_CONSOLE):
            wrong.append(f"  {name.upper()} in .env: no such setting; did you mean {nearest[0].upper()}?")
    return wrong


def _describe(kind: type[CommonSettings], name: str, message: str, value: object) -> str:
    is_secret = "Secret" in str(kind.model_fields[name].annotation)
    return f"  {name.upper()}: {message}" + ("" if is_secret else f" (got {value!r})")
