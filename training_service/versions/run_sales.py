"""The sales of a run as its plan uses them.

A plan reads the sales itself. In a group the sales of all stores are read first, and lie in files until the plans.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from shared.config import PipelineConfig
from shared.notices import Notice
from training_service.learning.store_history import MIN_WEATHER_COVERAGE, StoreHistory, weather_coverage
from training_service.outcomes import DataReport
from training_service.runs.run_models import Run
from training_service.sources.sales_data import SalesData
from training_service.sources.sales_source import SalesSource
from training_service.versions.store_sales import read_store_sales

#: Reason of the warning that a weather column is known on too few days of the sales.
WEATHER_UNUSED = "WEATHER_UNUSED"


@dataclass(frozen=True, slots=True)
class RunSales:
    """The sales of a run.

    Args:
        history: Sales of the store, laid out by day, as the forecasters learn them.
        report: Report on the sales.
        warnings: What the caller should know about sales and weather.
    """

    history: StoreHistory
    report: DataReport
    warnings: Sequence[Notice]

    def to_payload(self) -> dict[str, Any]:
        """The record as plain values and arrays, to be stored in the workspace of the run."""
        return {
            "history": self.history.to_payload(),
            "report": self.report.model_dump(mode="json"),
            "warnings": [asdict(warning) for warning in self.warnings],
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "RunSales":
        """Reads what `to_payload` has written."""
        return cls(
            history=StoreHistory.from_payload(payload["history"]),
            report=DataReport.model_validate(payload["report"]),
            warnings=[Notice(**warning) for warning in payload["warnings"]],
        )


def read_run_sales(run: Run, source: SalesSource, config: PipelineConfig) -> RunSales:
    """Reads the sales of a run.

    Args:
        run: The run.
        source: Reads the sales and the weather.
        config: Columns of weather, and the hour after which a day is over.

    Raises:
        InvalidInput: The sales cannot be read, or no day of them is over.
        Unavailable: The sales or the weather do not answer.
    """
    request = run.request
    sales = read_store_sales(
        source,
        request.sales_data_source,
        request.store,
        request.place,
        request.warnings,
        config,
        keep_outliers=request.keep_outliers,
        events=request.events,
    )
    warnings = [*sales.data.warnings, *_unused_weather(sales.data, sales.history, config)]
    return RunSales(sales.history, sales.report, warnings)


def _unused_weather(data: SalesData, history: StoreHistory, config: PipelineConfig) -> list[Notice]:
    """The warning about weather columns that are known on too few days to be used."""
    coverage = {} if data.weather is None else weather_coverage(data.weather, history.dates, config)
    unused = [f"{name} ({share:.0%} of the days)" for name, share in coverage.items() if name not in history.weather]
    if not unused:
        return []
    message = (
        f"{data.weather_origin} has {', '.join(unused)} from {history.start} to {history.end}; the models do not use "
        f"weather that is known on less than {MIN_WEATHER_COVERAGE:.0%} of the days"
    )
    return [Notice(WEATHER_UNUSED, message)]
