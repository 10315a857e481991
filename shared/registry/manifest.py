"""The manifest of a version: which champion serves which dish, from which artifact, under which configuration."""

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

#: What a count of the contract (int32) can hold.
_Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FiguresEntry(_Frozen):
    """Backtest figures of one candidate; see `BacktestFigures` in the contract for units."""

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
    """How far the champion of a dish was off so many days ahead; see `HorizonFigures` in the contract."""

    days_ahead: _Count
    mae: float
    wape: float | None
    bias: float | None
    days: _Count
    # Manifests of earlier releases are still listed; they lack these.
    mase: float | None = None
    pinball: float | None = None
    coverage_80: float | None = None


class FoldEntry(_Frozen):
    """How far the champion of a dish was off in one fold of its backtest.

    Args:
        cutoff: the last day known.
        absolute_error: sum over the days, units.
        sold: units on these days.
        days: open days that were forecast.
    """

    cutoff: dt.date
    absolute_error: float
    sold: float
    days: _Count


class DishEntry(_Frozen):
    """The champion of one dish.

    Args:
        champion: the forecaster, "blend" where several are combined.
        weights: of the forecasters that make the champion; they add up to 1.
        artifact: digest of the stored `DishModel`.
        trees: digest of the stored `PooledTrees` that it needs, or empty.
        figures: of every candidate, the champion's first.
        folds, horizons: of its backtest.
        history_start, history_end: first sale and last day known.
        history_days: open days in between.
        trained_version: the version that trained it; later ones may share it.
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
        store, version: what it is.
        created: when, in UTC.
        run_id: the training that made it.
        parent: the version that was current then, or empty.
        config: all fields of the `PipelineConfig`.
        fingerprint: of that configuration and the feature schema.
        place: whose holidays were learnt.
        context: digest of the stored `StoreContext`.
        dishes: by name.
        holiday_names: names of the holidays that were learnt; None in a manifest of release 0.1.
        warnings: what every forecast of this version repeats.
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
        """Of every artifact that belongs to this version."""
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
    """A stored configuration, if this code has its settings and features in the same sense.

    Args:
        stored: its fields, as JSON has them.
        known: their fingerprint when they were stored.
        what: was stored with it, for people.

    Raises:
        UnservableVersion: it has not.
    """
    try:
        config = PipelineConfig.model_validate(stored)
    except ValidationError as error:
        details = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise UnservableVersion(f"{what} has a configuration unknown here ({details})") from error
    # Over the fields as they were stored: a setting that came later has its default, and changes nothing.
    here = fingerprint(stored)
    if here != known:
        raise UnservableVersion(
            f"{what} was trained with other features than this code computes (fingerprint {known[:12]}…, here "
            f"{here[:12]}…); train again with this release"
        )
    return config


def fingerprint(config: Mapping[str, Any]) -> str:
    """Identifies a configuration together with the feature schema of this code: SHA-256 in hexadecimal digits.

    Args:
        config: all fields of a `PipelineConfig`, as JSON has them.
    """
    text = json.dumps(config, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{FEATURE_SCHEMA}:{text}".encode()).hexdigest()


def encode_manifest(manifest: Manifest, signing_key: bytes | None) -> bytes:
    """JSON for the registry, with an HMAC-SHA256 over the manifest where there is a key."""
    content = manifest.model_dump(mode="json")
    document: dict[str, Any] = {"manifest": content}
    if signing_key:
        document["signature"] = _signature(content, signing_key)
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False).encode()


def decode_manifest(data: bytes, store: str, version: str, signing_key: bytes | None) -> Manifest:
    """The inverse of `encode_manifest`.

    Args:
        data: what is stored.
        store, version: that it must be of, so that nobody can put one in another's place.
        signing_key: as for `encode_manifest`.

    Raises:
        UnservableVersion: it cannot be read, is that of another version, or there is a key and its signature does not
            fit.
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
