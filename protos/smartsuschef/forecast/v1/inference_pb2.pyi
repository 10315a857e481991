import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from smartsuschef.forecast.v1 import forecast_pb2 as _forecast_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PredictView(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PREDICT_VIEW_UNSPECIFIED: _ClassVar[PredictView]
    PREDICT_VIEW_BASIC: _ClassVar[PredictView]
    PREDICT_VIEW_FULL: _ClassVar[PredictView]

class WeatherSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WEATHER_SOURCE_UNSPECIFIED: _ClassVar[WeatherSource]
    WEATHER_SOURCE_NONE: _ClassVar[WeatherSource]
    WEATHER_SOURCE_REQUEST: _ClassVar[WeatherSource]
    WEATHER_SOURCE_CLIMATOLOGY: _ClassVar[WeatherSource]
    WEATHER_SOURCE_MIXED: _ClassVar[WeatherSource]
    WEATHER_SOURCE_FORECAST: _ClassVar[WeatherSource]

class FeatureGroup(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FEATURE_GROUP_UNSPECIFIED: _ClassVar[FeatureGroup]
    FEATURE_GROUP_LEVEL_AND_TREND: _ClassVar[FeatureGroup]
    FEATURE_GROUP_WEEKDAY: _ClassVar[FeatureGroup]
    FEATURE_GROUP_SEASON: _ClassVar[FeatureGroup]
    FEATURE_GROUP_HOLIDAY: _ClassVar[FeatureGroup]
    FEATURE_GROUP_WEATHER: _ClassVar[FeatureGroup]
    FEATURE_GROUP_RECENT_SALES: _ClassVar[FeatureGroup]
    FEATURE_GROUP_RESIDUAL: _ClassVar[FeatureGroup]
    FEATURE_GROUP_LIMIT: _ClassVar[FeatureGroup]

class ModelEventKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODEL_EVENT_KIND_UNSPECIFIED: _ClassVar[ModelEventKind]
    MODEL_EVENT_KIND_SNAPSHOT: _ClassVar[ModelEventKind]
    MODEL_EVENT_KIND_CHANGE: _ClassVar[ModelEventKind]
    MODEL_EVENT_KIND_HEARTBEAT: _ClassVar[ModelEventKind]

class ModelState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODEL_STATE_UNSPECIFIED: _ClassVar[ModelState]
    MODEL_STATE_LOADING: _ClassVar[ModelState]
    MODEL_STATE_WARMING: _ClassVar[ModelState]
    MODEL_STATE_ACTIVE: _ClassVar[ModelState]
    MODEL_STATE_DRAINING: _ClassVar[ModelState]
    MODEL_STATE_FAILED: _ClassVar[ModelState]
PREDICT_VIEW_UNSPECIFIED: PredictView
PREDICT_VIEW_BASIC: PredictView
PREDICT_VIEW_FULL: PredictView
WEATHER_SOURCE_UNSPECIFIED: WeatherSource
WEATHER_SOURCE_NONE: WeatherSource
WEATHER_SOURCE_REQUEST: WeatherSource
WEATHER_SOURCE_CLIMATOLOGY: WeatherSource
WEATHER_SOURCE_MIXED: WeatherSource
WEATHER_SOURCE_FORECAST: WeatherSource
FEATURE_GROUP_UNSPECIFIED: FeatureGroup
FEATURE_GROUP_LEVEL_AND_TREND: FeatureGroup
FEATURE_GROUP_WEEKDAY: FeatureGroup
FEATURE_GROUP_SEASON: FeatureGroup
FEATURE_GROUP_HOLIDAY: FeatureGroup
FEATURE_GROUP_WEATHER: FeatureGroup
FEATURE_GROUP_RECENT_SALES: FeatureGroup
FEATURE_GROUP_RESIDUAL: FeatureGroup
FEATURE_GROUP_LIMIT: FeatureGroup
MODEL_EVENT_KIND_UNSPECIFIED: ModelEventKind
MODEL_EVENT_KIND_SNAPSHOT: ModelEventKind
MODEL_EVENT_KIND_CHANGE: ModelEventKind
MODEL_EVENT_KIND_HEARTBEAT: ModelEventKind
MODEL_STATE_UNSPECIFIED: ModelState
MODEL_STATE_LOADING: ModelState
MODEL_STATE_WARMING: ModelState
MODEL_STATE_ACTIVE: ModelState
MODEL_STATE_DRAINING: ModelState
MODEL_STATE_FAILED: ModelState

class SalesDay(_message.Message):
    __slots__ = ("dish", "date", "sales")
    DISH_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    SALES_FIELD_NUMBER: _ClassVar[int]
    dish: str
    date: str
    sales: float
    def __init__(self, dish: _Optional[str] = ..., date: _Optional[str] = ..., sales: _Optional[float] = ...) -> None: ...

class WeatherDay(_message.Message):
    __slots__ = ("date", "temperature_2m_max", "temperature_2m_min", "temperature_2m_mean", "relative_humidity_2m_mean", "precipitation_sum")
    DATE_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_2M_MAX_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_2M_MIN_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_2M_MEAN_FIELD_NUMBER: _ClassVar[int]
    RELATIVE_HUMIDITY_2M_MEAN_FIELD_NUMBER: _ClassVar[int]
    PRECIPITATION_SUM_FIELD_NUMBER: _ClassVar[int]
    date: str
    temperature_2m_max: float
    temperature_2m_min: float
    temperature_2m_mean: float
    relative_humidity_2m_mean: float
    precipitation_sum: float
    def __init__(self, date: _Optional[str] = ..., temperature_2m_max: _Optional[float] = ..., temperature_2m_min: _Optional[float] = ..., temperature_2m_mean: _Optional[float] = ..., relative_humidity_2m_mean: _Optional[float] = ..., precipitation_sum: _Optional[float] = ...) -> None: ...

class PredictRequest(_message.Message):
    __slots__ = ("store", "dishes", "start_date", "horizon_days", "recent_sales", "weather", "location", "quantiles", "version", "view", "service_level", "portion_costs", "open_dates", "closed_dates")
    STORE_FIELD_NUMBER: _ClassVar[int]
    DISHES_FIELD_NUMBER: _ClassVar[int]
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    HORIZON_DAYS_FIELD_NUMBER: _ClassVar[int]
    RECENT_SALES_FIELD_NUMBER: _ClassVar[int]
    WEATHER_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    QUANTILES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    SERVICE_LEVEL_FIELD_NUMBER: _ClassVar[int]
    PORTION_COSTS_FIELD_NUMBER: _ClassVar[int]
    OPEN_DATES_FIELD_NUMBER: _ClassVar[int]
    CLOSED_DATES_FIELD_NUMBER: _ClassVar[int]
    store: str
    dishes: _containers.RepeatedScalarFieldContainer[str]
    start_date: str
    horizon_days: int
    recent_sales: _containers.RepeatedCompositeFieldContainer[SalesDay]
    weather: _containers.RepeatedCompositeFieldContainer[WeatherDay]
    location: _forecast_pb2.Location
    quantiles: _containers.RepeatedScalarFieldContainer[float]
    version: str
    view: PredictView
    service_level: float
    portion_costs: PortionCosts
    open_dates: _containers.RepeatedScalarFieldContainer[str]
    closed_dates: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, store: _Optional[str] = ..., dishes: _Optional[_Iterable[str]] = ..., start_date: _Optional[str] = ..., horizon_days: _Optional[int] = ..., recent_sales: _Optional[_Iterable[_Union[SalesDay, _Mapping]]] = ..., weather: _Optional[_Iterable[_Union[WeatherDay, _Mapping]]] = ..., location: _Optional[_Union[_forecast_pb2.Location, _Mapping]] = ..., quantiles: _Optional[_Iterable[float]] = ..., version: _Optional[str] = ..., view: _Optional[_Union[PredictView, str]] = ..., service_level: _Optional[float] = ..., portion_costs: _Optional[_Union[PortionCosts, _Mapping]] = ..., open_dates: _Optional[_Iterable[str]] = ..., closed_dates: _Optional[_Iterable[str]] = ...) -> None: ...

class PortionCosts(_message.Message):
    __slots__ = ("wasted", "missed")
    WASTED_FIELD_NUMBER: _ClassVar[int]
    MISSED_FIELD_NUMBER: _ClassVar[int]
    wasted: float
    missed: float
    def __init__(self, wasted: _Optional[float] = ..., missed: _Optional[float] = ...) -> None: ...

class PredictResponse(_message.Message):
    __slots__ = ("store", "version", "weather_source", "forecasts", "errors", "warnings", "service_level", "forecast_time", "sales_age_days")
    STORE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    WEATHER_SOURCE_FIELD_NUMBER: _ClassVar[int]
    FORECASTS_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    SERVICE_LEVEL_FIELD_NUMBER: _ClassVar[int]
    FORECAST_TIME_FIELD_NUMBER: _ClassVar[int]
    SALES_AGE_DAYS_FIELD_NUMBER: _ClassVar[int]
    store: str
    version: str
    weather_source: WeatherSource
    forecasts: _containers.RepeatedCompositeFieldContainer[DishForecast]
    errors: _containers.RepeatedCompositeFieldContainer[_forecast_pb2.DishError]
    warnings: _containers.RepeatedCompositeFieldContainer[_forecast_pb2.Warning]
    service_level: float
    forecast_time: _timestamp_pb2.Timestamp
    sales_age_days: int
    def __init__(self, store: _Optional[str] = ..., version: _Optional[str] = ..., weather_source: _Optional[_Union[WeatherSource, str]] = ..., forecasts: _Optional[_Iterable[_Union[DishForecast, _Mapping]]] = ..., errors: _Optional[_Iterable[_Union[_forecast_pb2.DishError, _Mapping]]] = ..., warnings: _Optional[_Iterable[_Union[_forecast_pb2.Warning, _Mapping]]] = ..., service_level: _Optional[float] = ..., forecast_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sales_age_days: _Optional[int] = ...) -> None: ...

class DishForecast(_message.Message):
    __slots__ = ("dish", "champion", "history_end", "days")
    DISH_FIELD_NUMBER: _ClassVar[int]
    CHAMPION_FIELD_NUMBER: _ClassVar[int]
    HISTORY_END_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    dish: str
    champion: str
    history_end: str
    days: _containers.RepeatedCompositeFieldContainer[DayForecast]
    def __init__(self, dish: _Optional[str] = ..., champion: _Optional[str] = ..., history_end: _Optional[str] = ..., days: _Optional[_Iterable[_Union[DayForecast, _Mapping]]] = ...) -> None: ...

class DayForecast(_message.Message):
    __slots__ = ("date", "yhat", "prophet_yhat", "residual_hat", "quantiles", "closed", "contributions", "holidays", "prepare_quantity", "members")
    DATE_FIELD_NUMBER: _ClassVar[int]
    YHAT_FIELD_NUMBER: _ClassVar[int]
    PROPHET_YHAT_FIELD_NUMBER: _ClassVar[int]
    RESIDUAL_HAT_FIELD_NUMBER: _ClassVar[int]
    QUANTILES_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTIONS_FIELD_NUMBER: _ClassVar[int]
    HOLIDAYS_FIELD_NUMBER: _ClassVar[int]
    PREPARE_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    date: str
    yhat: float
    prophet_yhat: float
    residual_hat: float
    quantiles: _containers.RepeatedCompositeFieldContainer[Quantile]
    closed: bool
    contributions: _containers.RepeatedCompositeFieldContainer[Contribution]
    holidays: _containers.RepeatedScalarFieldContainer[str]
    prepare_quantity: int
    members: _containers.RepeatedCompositeFieldContainer[MemberForecast]
    def __init__(self, date: _Optional[str] = ..., yhat: _Optional[float] = ..., prophet_yhat: _Optional[float] = ..., residual_hat: _Optional[float] = ..., quantiles: _Optional[_Iterable[_Union[Quantile, _Mapping]]] = ..., closed: _Optional[bool] = ..., contributions: _Optional[_Iterable[_Union[Contribution, _Mapping]]] = ..., holidays: _Optional[_Iterable[str]] = ..., prepare_quantity: _Optional[int] = ..., members: _Optional[_Iterable[_Union[MemberForecast, _Mapping]]] = ...) -> None: ...

class MemberForecast(_message.Message):
    __slots__ = ("forecaster", "yhat", "weight")
    FORECASTER_FIELD_NUMBER: _ClassVar[int]
    YHAT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    forecaster: str
    yhat: float
    weight: float
    def __init__(self, forecaster: _Optional[str] = ..., yhat: _Optional[float] = ..., weight: _Optional[float] = ...) -> None: ...

class Quantile(_message.Message):
    __slots__ = ("level", "value")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    level: float
    value: float
    def __init__(self, level: _Optional[float] = ..., value: _Optional[float] = ...) -> None: ...

class Contribution(_message.Message):
    __slots__ = ("group", "value")
    GROUP_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    group: FeatureGroup
    value: float
    def __init__(self, group: _Optional[_Union[FeatureGroup, str]] = ..., value: _Optional[float] = ...) -> None: ...

class WatchModelsRequest(_message.Message):
    __slots__ = ("stores", "resume_token")
    STORES_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    stores: _containers.RepeatedScalarFieldContainer[str]
    resume_token: str
    def __init__(self, stores: _Optional[_Iterable[str]] = ..., resume_token: _Optional[str] = ...) -> None: ...

class WatchModelsResponse(_message.Message):
    __slots__ = ("kind", "time", "resume_token", "snapshot", "change")
    KIND_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    kind: ModelEventKind
    time: _timestamp_pb2.Timestamp
    resume_token: str
    snapshot: ModelSnapshot
    change: ModelChange
    def __init__(self, kind: _Optional[_Union[ModelEventKind, str]] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resume_token: _Optional[str] = ..., snapshot: _Optional[_Union[ModelSnapshot, _Mapping]] = ..., change: _Optional[_Union[ModelChange, _Mapping]] = ...) -> None: ...

class ModelSnapshot(_message.Message):
    __slots__ = ("live", "failed", "reset")
    LIVE_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    RESET_FIELD_NUMBER: _ClassVar[int]
    live: _containers.RepeatedCompositeFieldContainer[LiveVersion]
    failed: _containers.RepeatedCompositeFieldContainer[ModelChange]
    reset: bool
    def __init__(self, live: _Optional[_Iterable[_Union[LiveVersion, _Mapping]]] = ..., failed: _Optional[_Iterable[_Union[ModelChange, _Mapping]]] = ..., reset: _Optional[bool] = ...) -> None: ...

class LiveVersion(_message.Message):
    __slots__ = ("store", "version", "dishes", "active_time")
    STORE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DISHES_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    store: str
    version: str
    dishes: int
    active_time: _timestamp_pb2.Timestamp
    def __init__(self, store: _Optional[str] = ..., version: _Optional[str] = ..., dishes: _Optional[int] = ..., active_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ModelChange(_message.Message):
    __slots__ = ("store", "version", "state", "reason", "dishes")
    STORE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DISHES_FIELD_NUMBER: _ClassVar[int]
    store: str
    version: str
    state: ModelState
    reason: str
    dishes: int
    def __init__(self, store: _Optional[str] = ..., version: _Optional[str] = ..., state: _Optional[_Union[ModelState, str]] = ..., reason: _Optional[str] = ..., dishes: _Optional[int] = ...) -> None: ...

class ListModelsRequest(_message.Message):
    __slots__ = ("store", "version", "page_size", "page_token")
    STORE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    store: str
    version: str
    page_size: int
    page_token: str
    def __init__(self, store: _Optional[str] = ..., version: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListModelsResponse(_message.Message):
    __slots__ = ("version", "models", "next_page_token", "total_size")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SIZE_FIELD_NUMBER: _ClassVar[int]
    version: str
    models: _containers.RepeatedCompositeFieldContainer[Model]
    next_page_token: str
    total_size: int
    def __init__(self, version: _Optional[str] = ..., models: _Optional[_Iterable[_Union[Model, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total_size: _Optional[int] = ...) -> None: ...

class GetModelRequest(_message.Message):
    __slots__ = ("store", "dish", "version")
    STORE_FIELD_NUMBER: _ClassVar[int]
    DISH_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    store: str
    dish: str
    version: str
    def __init__(self, store: _Optional[str] = ..., dish: _Optional[str] = ..., version: _Optional[str] = ...) -> None: ...

class GetModelResponse(_message.Message):
    __slots__ = ("version", "model")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    version: str
    model: Model
    def __init__(self, version: _Optional[str] = ..., model: _Optional[_Union[Model, _Mapping]] = ...) -> None: ...

class Model(_message.Message):
    __slots__ = ("dish", "champion", "candidates", "history_start", "history_end", "history_days", "artifact_digest", "trained_version", "weights", "horizon_figures")
    class WeightsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    DISH_FIELD_NUMBER: _ClassVar[int]
    CHAMPION_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    HISTORY_START_FIELD_NUMBER: _ClassVar[int]
    HISTORY_END_FIELD_NUMBER: _ClassVar[int]
    HISTORY_DAYS_FIELD_NUMBER: _ClassVar[int]
    ARTIFACT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    TRAINED_VERSION_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    HORIZON_FIGURES_FIELD_NUMBER: _ClassVar[int]
    dish: str
    champion: str
    candidates: _containers.RepeatedCompositeFieldContainer[_forecast_pb2.BacktestFigures]
    history_start: str
    history_end: str
    history_days: int
    artifact_digest: str
    trained_version: str
    weights: _containers.ScalarMap[str, float]
    horizon_figures: _containers.RepeatedCompositeFieldContainer[HorizonFigures]
    def __init__(self, dish: _Optional[str] = ..., champion: _Optional[str] = ..., candidates: _Optional[_Iterable[_Union[_forecast_pb2.BacktestFigures, _Mapping]]] = ..., history_start: _Optional[str] = ..., history_end: _Optional[str] = ..., history_days: _Optional[int] = ..., artifact_digest: _Optional[str] = ..., trained_version: _Optional[str] = ..., weights: _Optional[_Mapping[str, float]] = ..., horizon_figures: _Optional[_Iterable[_Union[HorizonFigures, _Mapping]]] = ...) -> None: ...

class HorizonFigures(_message.Message):
    __slots__ = ("days_ahead", "mae", "wape", "bias", "days", "mase", "pinball", "coverage_80")
    DAYS_AHEAD_FIELD_NUMBER: _ClassVar[int]
    MAE_FIELD_NUMBER: _ClassVar[int]
    WAPE_FIELD_NUMBER: _ClassVar[int]
    BIAS_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    MASE_FIELD_NUMBER: _ClassVar[int]
    PINBALL_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_80_FIELD_NUMBER: _ClassVar[int]
    days_ahead: int
    mae: float
    wape: float
    bias: float
    days: int
    mase: float
    pinball: float
    coverage_80: float
    def __init__(self, days_ahead: _Optional[int] = ..., mae: _Optional[float] = ..., wape: _Optional[float] = ..., bias: _Optional[float] = ..., days: _Optional[int] = ..., mase: _Optional[float] = ..., pinball: _Optional[float] = ..., coverage_80: _Optional[float] = ...) -> None: ...
