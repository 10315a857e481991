"""The manifest of a version: the champion and the artifact of each dish, the configuration, place and warnings."""

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from shared.config import PipelineConfig
from shared.errors import UnservableVersion
from shared.notices import Notice
from shared.registry.fingerprint import checked_config
from shared.restaurant.holiday_names import HolidayNames
from shared.restaurant.place import Place

#: A count that fits into the int32 of the contract.
_Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FiguresEntry(_Frozen):
    """Backtest figures of one candidate for one dish.

    Args:
        forecaster: Name of the forecaster.
        mae: Mean absolute error, in units a day.
        wape: Sum of the absolute errors divided by the sum of the sales; None where nothing was sold.
        mase: MAE divided by the in-sample MAE of the seasonal naive forecast (7 days); None where the latter is zero.
        bias: Sum of forecasts minus sales, divided by the sum of the sales; above 0 means that too much was forecast.
        folds: Number of folds that were forecast.
        days: Number of open days that were scored in all folds.
        pinball: Mean pinball loss of the champion's quantiles 0.05, 0.1, … 0.95, in units; None for other candidates.
        coverage_80: Share of days whose sales lay between the champion's quantiles 0.1 and 0.9.
        expected_mae: MAE that is expected of the champion on the days after the history, in units a day.
    """

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
    """Backtest figures of a champion for one number of days ahead; see `FiguresEntry` for the figures.

    Args:
        days_ahead: Number of days after the cutoff; 1 is the day after.
        mae: See `FiguresEntry`.
        wape: See `FiguresEntry`.
        bias: See `FiguresEntry`.
        days: Number of open days that were scored, at most one of each fold.
        mase: See `FiguresEntry`.
        pinball: See `FiguresEntry`; None where the history of the store is too short for quantiles.
        coverage_80: See `FiguresEntry`; None where the history of the store is too short for quantiles.
    """

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

    @property
    def digests(self) -> set[str]:
        """The digests of all artifacts that belong to this version."""
        entries = self.dishes.values()
        return {self.context, *(e.artifact for e in entries), *(e.trees for e in entries if e.trees)}

    def servable_config(self) -> PipelineConfig:
        """The configuration to serve with.

        Raises:
            UnservableVersion: The version was trained with settings, features or names of holidays that this process
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
