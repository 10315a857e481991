"""The manifest of a version: the champion and the artifact of each dish, the configuration, place and warnings."""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.config import FEATURE_SCHEMA, PipelineConfig
from shared.errors import UnservableVersion
from shared.notices import Notice
from shared.restaurant.holiday_names import HolidayNames
from shared.restaurant.place import Place

#: A count that fits into the int32 of the contract.
_Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FiguresEntry(_Frozen):
    """Backtest figures of one candidate; `BacktestFigures` in the contract has the units."""

    forecaster: str
    mae: float
    wape: float | None
    mase: float | None
    bias: float | None
    folds: _Count
    days: _Count
    pinball: float | None = None
    coverage_80: float | None = None
    expected_mae: float | None = None


class HorizonEntry(_Frozen):
    """Backtest figures of a champion for one number of days ahead; `HorizonFigures` in the contract has the units."""

    days_ahead: _Count
    mae: float
    wape: float | None
    bias: float | None
    days: _Count
    mase: float | None = None
    pinball: float | None = None
    coverage_80: float | None = None


class FoldEntry(_Frozen):
    """Error of a champion in one fold of its backtest.

    Args:
        cutoff: Last day whose sales the champion knew.
        absolute_error: Sum of the absolute errors of the days, in units.
        sold: Units sold on the days.
        days: Number of open days that were forecast.
    """

    cutoff: dt.date
    absolute_error: float
    sold: float
    days: _Count


class DishEntry(_Frozen):
    """The champion of one dish.

    Args:
        champion: Name of the forecaster; "blend" where several forecasters are combined.
        weights: Weight of each forecaster of the champion, by name; the weights add up to 1.
        artifact: Digest of the stored `DishModel`.
        trees: Digest of the stored `PooledTrees` that the champion needs; empty where it needs none.
        figures: Backtest figures of every candidate, those of the champion first.
        folds: Errors of the champion by fold.
        horizons: Backtest figures of the champion by days ahead.
        history_start: Day of the dish's first sale.
        history_end: Last day whose sales the champion knew.
        history_days: Number of open days from the first sale to the last known day.
        trained_version: Name of the version that trained the champion; later versions may share it.
    """

    champion: str
    weights: dict[str, float]
    artifact: str
    trees: str = ""
    figures: tuple[FiguresEntry, ...]
    folds: tuple[FoldEntry, ...] = ()
    horizons: tuple[HorizonEntry, ...] = ()
    history_start: dt.date
    history_end: dt.date
    history_days: _Count
    trained_version: str


class Manifest(_Frozen):
    """One immutable version of a store's models.

    Args:
        store: Name of the store.
        version: Name of the version.
        created: Moment at which the run was created, in UTC.
        run_id: Id of the run that made the version.
        parent: Name of the version that was live when the run was planned; empty where there was none.
        config: All fields of the `PipelineConfig`, as JSON has them.
        fingerprint: Digest of the configuration and the feature schema, as `fingerprint` makes it.
        place: Place of the restaurant; its holidays were learnt.
        context: Digest of the stored `StoreContext`.
        dishes: Champion of each dish, by name of the dish.
        holiday_names: Names under which holidays were learnt; None in a manifest of release 0.1.
        warnings: Warnings that every forecast of this version repeats.
    """

    store: str
    version: str
    created: dt.datetime
    run_id: str
    parent: str = ""
    config: dict[str, Any]
    fingerprint: str
    place: Place
    context: str
    dishes: dict[str, DishEntry]
    holiday_names: HolidayNames | None = None
    warnings: tuple[Notice, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _as_written_today(cls, fields: Any) -> Any:
        """The fields of a manifest that release 0.1 wrote, so that the version is still listed."""
        if not isinstance(fields, dict):
            return fields
        known = {name: value for name, value in fields.items() if name != "weather_columns"}
        if isinstance(known.get("warnings"), list):
            known["warnings"] = [_warning_as_written_today(warning) for warning in known["warnings"]]
        return known

    @property
    def digests(self) -> set[str]:
        """The digests of all artifacts that belong to this version."""
        entries = self.dishes.values()
        return {self.context, *(e.artifact for e in entries), *(e.trees for e in entries if e.trees)}

    def servable_config(self) -> PipelineConfig:
        """The configuration to serve with.

        Raises:
            UnservableVersion: the version was trained with settings, features or names of holidays that this process
                does not have in the same sense.
        """
        config = checked_config(self.config, self.fingerprint, f"version {self.version}")
        if self.holiday_names is None:
            raise UnservableVersion(
                f"version {self.version} does not tell under which names it learnt holidays; train again with this "
                f"release"
            )
        change = self.holiday_names.change_here(self.place.calendar)
        if change:
            raise UnservableVersion(
                f"version {self.version} learnt holidays under the names of {change}; train again with this release, "
                f"or install the version of the package that it was trained with"
            )
        return config


def _warning_as_written_today(warning: Any) -> Any:
    """A stored warning; release 0.1 wrote the reason and the message as a pair."""
    return dict(zip(("reason", "message"), warning, strict=True)) if isinstance(warning, list) else warning


def checked_config(stored: Mapping[str, Any], known: str, what: str) -> PipelineConfig:
    """Reads a stored configuration, if its settings and features mean the same here.

    Args:
        stored: Fields of the configuration, as JSON has them.
        known: Fingerprint of the fields when they were stored.
        what: Name of the thing that the configuration belongs to, for the message.

    Raises:
        UnservableVersion: this release does not know a setting, or computes other features.
    """
    try:
        config = PipelineConfig.model_validate(stored)
    except ValidationError as error:
        details = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise UnservableVersion(
            f"{what} has a configuration that this release does not know ({details}); train again with this release"
        ) from error
    # The fingerprint is that of the stored fields: a setting that came later has its default and changes nothing.
    here = fingerprint(stored)
    if here != known:
        raise UnservableVersion(
            f"{what} was trained with other features than this code computes (fingerprint {known[:12]}…, here "
            f"{here[:12]}…); train again with this release"
        )
    return config


def fingerprint(config: Mapping[str, Any]) -> str:
    """The digest of a configuration and the feature schema of this release: SHA-256 in hexadecimal digits.

    Args:
        config: All fields of a `PipelineConfig`, as JSON has them.
    """
    text = json.dumps(config, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{FEATURE_SCHEMA}:{text}".encode()).hexdigest()


def encode_manifest(manifest: Manifest, signing_key: bytes | None) -> bytes:
    """Makes the JSON that the registry stores.

    Args:
        manifest: Manifest to store.
        signing_key: Key of the HMAC-SHA256 that signs the manifest; None leaves it unsigned.
    """
    content = manifest.model_dump(mode="json")
    document: dict[str, Any] = {"manifest": content}
    if signing_key:
        document["signature"] = _signature(content, signing_key)
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False).encode()


def decode_manifest(data: bytes, store: str, version: str, signing_key: bytes | None) -> Manifest:
    """Reads a manifest from the JSON that `encode_manifest` made.

    Args:
        data: Stored JSON.
        store: Name of the store that the manifest must belong to: nobody can put one manifest in the place of another.
        version: Name of the version that the manifest must belong to.
        signing_key: Key that the manifest must be signed with; None accepts any manifest.

    Raises:
        UnservableVersion: the manifest cannot be read, belongs to another version, or does not have the signature.
    """
    try:
        document = json.loads(data)
        content: Mapping[str, Any] = document["manifest"]
        if signing_key and not hmac.compare_digest(
            str(document.get("signature", "")), _signature(content, signing_key)
        ):
            raise UnservableVersion(
                f"manifest of version {version} has no valid signature: it was not written by this system's training",
                reason="BAD_SIGNATURE",
            )
        manifest = Manifest.model_validate(content)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnservableVersion(f"manifest of version {version} cannot be read: {error}") from error
    if (manifest.store, manifest.version) != (store, version):
        raise UnservableVersion(
            f"the manifest stored as version {version} of store {store} is that of version {manifest.version} of "
            f"store {manifest.store}"
        )
    return manifest


def _signature(content: Mapping[str, Any], signing_key: bytes) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(signing_key, text.encode(), hashlib.sha256).hexdigest()
