"""The events of a run of three dishes, as the training service streams them."""

from google.protobuf.timestamp_pb2 import Timestamp

from smartsuschef.forecast.v1.forecast_pb2 import BacktestFigures, DishError, Warning
from smartsuschef.forecast.v1.training_pb2 import (
    PROGRESS_KIND_ACCEPTED,
    PROGRESS_KIND_DISH_FAILED,
    PROGRESS_KIND_DISH_FINISHED,
    PROGRESS_KIND_DISH_STARTED,
    PROGRESS_KIND_FINISHED,
    PROGRESS_KIND_PLANNED,
    PROGRESS_KIND_PUBLISHING,
    PROGRESS_KIND_STARTED,
    RUN_STATE_PENDING,
    RUN_STATE_PROGRESS,
    RUN_STATE_PUBLISHING,
    RUN_STATE_STARTED,
    RUN_STATE_SUCCEEDED,
    DataReport,
    DishResult,
    Outlier,
    ProgressKind,
    RunState,
    SimilarNames,
    SkippedDish,
    TrainingProgress,
    TrainingResult,
    WeatherWorth,
)

RUN_ID = "run-7"
VERSION = "20261123-081602-a1b2"

CARP = DishResult(
    dish="Grilled carp",
    champion="hybrid",
    candidates=[
        BacktestFigures(forecaster="hybrid", mae=3.21, wape=0.182, mase=0.71, bias=-0.021, folds=3, days=42),
        BacktestFigures(forecaster="prophet", mae=3.60, wape=0.204, mase=0.80, folds=3, days=42),
        BacktestFigures(forecaster="baseline", mae=4.05, wape=0.230, mase=0.90, folds=3, days=42),
    ],
    history_days=402,
    seconds=6.5,
)
EEL = DishResult(dish="鳗鱼 eel", champion="baseline", history_days=12, seconds=0.1)
SQUID = DishError(dish="Squid", reason="TRAINING_FAILED", message="every sale is on one day")
RESULT = TrainingResult(
    version=VERSION,
    published=True,
    results_table=[CARP, EEL],
    trained_dishes=[CARP.dish, EEL.dish],
    skipped_dishes=[SkippedDish(dish="Tea", reason="HAS_MODEL", message="it has a model")],
    errors=[SQUID],
    data_report=DataReport(
        sales_source="sales.csv",
        rows=1234,
        first_day="2025-10-01",
        last_day="2026-11-22",
        dishes=4,
        closed_days=12,
        weather_source="weather.csv",
        rows_added_up=3,
        filled_days=40,
        unfinished_rows=7,
        short=[EEL.dish],
        outlier_days=1,
        outliers=[Outlier(dish=CARP.dish, date="2026-02-14", quantity=90, usual=11, line=417)],
        similar_names=[SimilarNames(names=["Squid", "squid"])],
    ),
    weather_worth=WeatherWorth(wape_with=0.21, wape_without=0.234, days=84),
    warnings=[Warning(reason="FALLBACK_LOCATION", message="no place was given; Shanghai, China is used")],
)


def run_events(last: RunState = RUN_STATE_SUCCEEDED, message: str = "") -> list[TrainingProgress]:
    """Returns eleven events with the tokens "t1" to "t11".

    Args:
        last: The state in which the run ends.
        message: The message of the last event.
    """
    steps: list[tuple[ProgressKind, RunState, TrainingProgress]] = [
        (PROGRESS_KIND_ACCEPTED, RUN_STATE_PENDING, TrainingProgress()),
        (PROGRESS_KIND_STARTED, RUN_STATE_STARTED, TrainingProgress()),
        (PROGRESS_KIND_PLANNED, RUN_STATE_PROGRESS, TrainingProgress(total=3)),
        (PROGRESS_KIND_DISH_STARTED, RUN_STATE_PROGRESS, TrainingProgress(total=3, dish=CARP.dish)),
        (PROGRESS_KIND_DISH_STARTED, RUN_STATE_PROGRESS, TrainingProgress(total=3, dish=EEL.dish)),
        (
            PROGRESS_KIND_DISH_FINISHED,
            RUN_STATE_PROGRESS,
            TrainingProgress(total=3, current=1, dish=EEL.dish, dish_result=EEL),
        ),
        (PROGRESS_KIND_DISH_STARTED, RUN_STATE_PROGRESS, TrainingProgress(total=3, current=1, dish=SQUID.dish)),
        (
            PROGRESS_KIND_DISH_FAILED,
            RUN_STATE_PROGRESS,
            TrainingProgress(total=3, current=2, dish=SQUID.dish, dish_error=SQUID),
        ),
        (
            PROGRESS_KIND_DISH_FINISHED,
            RUN_STATE_PROGRESS,
            TrainingProgress(total=3, current=3, dish=CARP.dish, dish_result=CARP),
        ),
        (PROGRESS_KIND_PUBLISHING, RUN_STATE_PUBLISHING, TrainingProgress(total=3, current=3)),
        (
            PROGRESS_KIND_FINISHED,
            last,
            TrainingProgress(
                total=3, current=3, message=message, result=RESULT if last == RUN_STATE_SUCCEEDED else TrainingResult()
            ),
        ),
    ]
    events = []
    for sequence, (kind, state, event) in enumerate(steps, start=1):
        common = TrainingProgress(
            run_id=RUN_ID,
            store="north",
            sequence=sequence,
            kind=kind,
            state=state,
            time=Timestamp(seconds=1_795_421_760 + sequence),
            resume_token=f"t{sequence}",
        )
        common.MergeFrom(event)
        events.append(common)
    return events
