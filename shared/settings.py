"""Process settings from the environment and `.env`; a wrong value stops the start with its name and what was expected.

The settings of models and features are not here but in `shared.config.PipelineConfig`: those decide what a model is,
these only where a process finds its parts.
"""

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

#: Whose day, month and year cannot be taken for each other.
_A_DAY = dt.date(2026, 11, 23)

#: From which likeness on (see difflib) an unknown name is a setting mistyped.
_SIMILAR = 0.8

#: Begins the names of the console's variables.
_OF_THE_CONSOLE = "suschef_"

_WEB = ("http:", "https:")
_URL_PREFIX = re.compile(r"[a-z][a-z0-9+.-]+://[^/\s?#%]+(/[^\s?#%]*)?")


def _host_and_port(address: str) -> str:
    host, _, port = address.rpartition(":")
    if not host or re.search(r"\s", host) or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > _LAST_PORT:
        raise ValueError(f"expected host:port with a port up to {_LAST_PORT}, such as 127.0.0.1:50051")
    return address


def _redis_url(url: SecretStr) -> SecretStr:
    # Only where there is one: it loads redis-py, which takes a while.
    from shared.messaging.redis_url import check_redis_url

    check_redis_url(url.get_secret_value())
    return url


def _with_driver(url: str) -> str:
    for protocol in re.findall(r"([A-Za-z0-9+.-]+)(?=::|://)", url):
        try:
            fsspec.get_filesystem_class(protocol)
        except ImportError as error:
            raise ValueError(f"cannot be reached: {error}") from error
    return url


def _pipeline_config(file: Path) -> Path:
    # Only where there is one: it loads pandas, which a health check can do without.
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
        # Their driver calls whatever goes wrong a file that is not there.
        raise ValueError("expected URLs of a storage such as s3://bucket/sales/; files are not read over http or https")
    return prefixes


def _date_format(value: str) -> str:
    try:
        read = dt.datetime.strptime(_A_DAY.strftime(value), value)  # noqa: DTZ007 -- a day has no offset
    except ValueError:
        read = None
    if read is None or read.date() != _A_DAY:
        raise ValueError("expected day, month and year as Python writes formats, without an offset, such as %d.%m.%Y")
    return value


Address = Annotated[str, AfterValidator(_host_and_port)]
DateFormat = Annotated[str, AfterValidator(_date_format)]
PipelineConfigFile = Annotated[Path, AfterValidator(_pipeline_config)]
RedisUrl = Annotated[SecretStr, AfterValidator(_redis_url)]
Storage = Annotated[str, AfterValidator(_with_driver)]
UrlPrefixes = Annotated[tuple[Storage, ...], NoDecode, BeforeValidator(_url_prefixes)]


class CommonSettings(BaseSettings):
    """What both services and the workers need."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True)

    redis_url: RedisUrl | None = Field(
        default=None,
        description="Redis for runs, messages and announcements: redis://, rediss:// or unix://",
    )
    redis_prefix: str = Field(
        default="suschef", pattern=r"^[A-Za-z0-9._-]{1,64}$", description="Begins the name of every key in Redis"
    )
    model_dir: Storage = Field(
        default="./var/models", min_length=1, description="The model registry: a folder, or a URL that fsspec knows"
    )
    model_signing_key: SecretStr | None = Field(
        default=None, description="Signs manifests (HMAC-SHA256); once set, unsigned versions are refused"
    )
    weather_service: Literal["open-meteo", "none"] = Field(
        default="open-meteo", description="Who is asked for the weather at places whose coordinates are known"
    )
    weather_archive_url: str = Field(
        default="https://archive-api.open-meteo.com/v1/archive", min_length=1, description="Weather of the past"
    )
    weather_forecast_url: str = Field(
        default="https://api.open-meteo.com/v1/forecast", min_length=1, description="Weather of the next days"
    )
    weather_cache_dir: Path = Field(default=Path("./var/weather"), description="Where the weather of the past is kept")
    weather_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = Field(
        default=5.0, description="Longest time of one attempt to ask for the weather"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="Least level logged")
    log_format: Literal["console", "json"] = Field(
        default="console", description="For people, or one JSON object a line"
    )
    shutdown_grace_seconds: Annotated[float, Field(ge=0, le=300)] = Field(
        default=20.0, description="Time that requests in flight get to finish on SIGTERM"
    )

    @property
    def signing_key(self) -> bytes | None:
        """The key of MODEL_SIGNING_KEY."""
        return self.model_signing_key.get_secret_value().encode() if self.model_signing_key else None


class InferenceSettings(CommonSettings):
    """What the inference service needs on top."""

    inference_address: Address = Field(
        default="127.0.0.1:50051", description="Where the inference service listens, host:port"
    )
    inference_metrics_address: Address | None = Field(
        default=None, description="Where Prometheus may ask the inference service for its metrics, host:port"
    )
    model_poll_seconds: Annotated[float, Field(gt=0, le=3600)] = Field(
        default=5.0, description="How often the registry is looked at, beside announcements over Redis"
    )
    watch_heartbeat_seconds: Annotated[float, Field(gt=0, le=30)] = Field(
        default=20.0, description="Longest silence on a WatchModels stream"
    )


class TrainingSettings(CommonSettings):
    """What the training service and its workers need on top."""

    training_address: Address = Field(
        default="127.0.0.1:50052", description="Where the training service listens, host:port"
    )
    training_metrics_address: Address | None = Field(
        default=None, description="Where Prometheus may ask the training service for its metrics, host:port"
    )
    data_root: Path = Field(default=Path("./var/data"), description="The only folder that sales files are read from")
    data_urls: UrlPrefixes = Field(
        default=(), description="Beginnings of URLs under which sales files may be read too, separated by blanks"
    )
    sales_csv: str = Field(
        default="sales.csv", min_length=1, description="Sales file, of these, where a request names none"
    )
    sales_date_column: str | None = Field(default=None, description="Column of the date; unset: recognised")
    sales_dish_column: str | None = Field(default=None, description="Column of the dish; unset: recognised")
    sales_quantity_column: str | None = Field(default=None, description="Column of the units sold; unset: recognised")
    sales_store_column: str | None = Field(default=None, description="Column of the store; unset: recognised")
    sales_date_format: DateFormat | None = Field(
        default=None, description="Format of the dates, such as %d.%m.%Y; unset: recognised"
    )
    sales_database_url: SecretStr | None = Field(
        default=None, description="Database that sales are read from first: mysql://, postgresql:// or sqlite:///"
    )
    sales_query: str = Field(default="", description="SQL of the sales, for another schema: date, dish, quantity")
    weather_query: str = Field(default="", description="SQL of the weather: date and columns of weather")
    place_query: str = Field(default="", description="SQL of a store's place: latitude, longitude, country")
    stores_query: str = Field(default="", description="SQL of all stores: one column")
    database_timeout_seconds: Annotated[float, Field(gt=0, le=3600)] = Field(
        default=120.0, description="Longest time of one statement of the database"
    )
    geocoder_url: str = Field(
        default="https://nominatim.openstreetmap.org",
        pattern=r"^(none|https?://.+)$",
        description="Nominatim that finds addresses, or none: the fallback place then stands in for every address",
    )
    geocoder_user_agent: str = Field(
        default="smartsuschef-forecast", min_length=1, description="Says who asks, with a way to reach you"
    )
    geocoder_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = Field(
        default=5.0, description="Longest time of one attempt to find an address"
    )
    work_dir: Path = Field(
        default=Path("./var/runs"), description="Workspace of runs, shared by all workers (EFS where there are several)"
    )
    pipeline_config: PipelineConfigFile | None = Field(
        default=None, description="JSON file with the fields of PipelineConfig that differ from their defaults"
    )
    run_retention_hours: Annotated[float, Field(gt=0, le=24 * 30)] = Field(
        default=24.0, description="How long a run is kept after its end"
    )
    versions_kept: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=10, description="Versions that the registry keeps for a store"
    )
    worker_processes: Annotated[int, Field(ge=0, le=256)] = Field(
        default=0, description="Processes of a worker, each training one dish at a time; 0: one per core"
    )
    run_messages_at_once: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=16, description="Dishes of one run that wait or are trained at a time; runs of others come in between"
    )
    dish_time_limit_seconds: Annotated[float, Field(ge=10, le=24 * 3600)] = Field(
        default=900.0, description="Longest time one training message may take before it is tried again"
    )
    message_max_retries: Annotated[int, Field(ge=0, le=20)] = Field(
        default=3, description="How often a message is tried again after an infrastructure error"
    )
    worker_heartbeat_seconds: Annotated[float, Field(ge=5, le=3600)] = Field(
        default=30.0, description="Silence after which a worker counts as dead and its messages go to others"
    )

    def require_redis_url(self) -> str:
        """The Redis URL.

        Raises:
            SystemExit: where it is not set; training cannot work without it.
        """
        if self.redis_url is None:
            sys.exit(
                "REDIS_URL: not set; training needs a Redis, such as redis://127.0.0.1:6379/0 ('make up' brings one)"
            )
        return self.redis_url.get_secret_value()


S = TypeVar("S", bound=CommonSettings)


def load_settings(kind: type[S]) -> S:
    """Reads settings from the environment and `.env`.

    Raises:
        SystemExit: (status 2) when a value is wrong or a name in `.env` is mistyped, with every wrong name and what was
            expected; or when `.env` is not UTF-8.
    """
    try:
        wrong = _mistyped_names()
    except UnicodeDecodeError as error:
        raise _told(["  .env: expected text in UTF-8; save the file as UTF-8"]) from error
    try:
        settings = kind()
    except ValidationError as error:
        wrong += [_describe(kind, str(e["loc"][0]), e["msg"], e["input"]) for e in error.errors()]
    else:
        if not wrong:
            return settings
    raise _told(wrong)


def _told(wrong: Sequence[str]) -> SystemExit:
    """Writes what is wrong, and answers what ends the process."""
    lines = ["Wrong settings:", *wrong, "Every setting is listed in .env.example and in docs/settings.md."]
    sys.stderr.write("\n".join(lines) + "\n")
    return SystemExit(2)


def _mistyped_names() -> list[str]:
    """What is wrong with the names in `.env`; those that resemble no setting may belong to other programs."""
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
