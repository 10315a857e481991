"""A typed client of the forecasting services, for other Python services and for the console `suschef`.

    with ForecastClient(inference_address="forecasts:50051") as client:
        answer = client.predict(store="north", dishes=["Grilled carp"], horizon_days=7)

Every method takes plain Python values and returns messages of `smartsuschef.forecast.v1`. A call that fails raises
`ForecastServiceError`. An argument that its request cannot hold, such as a text for a number, raises the same error
with the code INVALID_ARGUMENT and with the name of the argument among the violations.
"""

from smartsuschef.client.async_client import AsyncForecastClient
from smartsuschef.client.channels import RetryPolicy
from smartsuschef.client.errors import FieldViolation, ForecastServiceError
from smartsuschef.client.health import ServiceHealth
from smartsuschef.client.paging import AsyncPager, Pager
from smartsuschef.client.resume import ResumePolicy
from smartsuschef.client.sync_client import ForecastClient
from smartsuschef.client.watching import AsyncWatch, Watch
from smartsuschef.forecast.v1.forecast_pb2 import Location
from smartsuschef.forecast.v1.inference_pb2 import (
    GetModelResponse,
    ListModelsResponse,
    Model,
    PortionCosts,
    PredictResponse,
    SalesDay,
    WatchModelsResponse,
    WeatherDay,
)
from smartsuschef.forecast.v1.training_pb2 import (
    GroupMember,
    ImportSalesResponse,
    ListStoresResponse,
    ListTrainingsResponse,
    ListVersionsResponse,
    ModelVersion,
    SalesEvent,
    SalesPreview,
    SalesRow,
    TrainingProgress,
    TrainingRun,
)

__all__ = [
    "AsyncForecastClient",
    "AsyncPager",
    "AsyncWatch",
    "FieldViolation",
    "ForecastClient",
    "ForecastServiceError",
    "GetModelResponse",
    "GroupMember",
    "ImportSalesResponse",
    "ListModelsResponse",
    "ListStoresResponse",
    "ListTrainingsResponse",
    "ListVersionsResponse",
    "Location",
    "Model",
    "ModelVersion",
    "Pager",
    "PortionCosts",
    "PredictResponse",
    "ResumePolicy",
    "RetryPolicy",
    "SalesDay",
    "SalesEvent",
    "SalesPreview",
    "SalesRow",
    "ServiceHealth",
    "TrainingProgress",
    "TrainingRun",
    "Watch",
    "WatchModelsResponse",
    "WeatherDay",
]
