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

class RunState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RUN_STATE_UNSPECIFIED: _ClassVar[RunState]
    RUN_STATE_PENDING: _ClassVar[RunState]
    RUN_STATE_STARTED: _ClassVar[RunState]
    RUN_STATE_PROGRESS: _ClassVar[RunState]
    RUN_STATE_PUBLISHING: _ClassVar[RunState]
    RUN_STATE_SUCCEEDED: _ClassVar[RunState]
    RUN_STATE_FAILED: _ClassVar[RunState]
    RUN_STATE_CANCELLED: _ClassVar[RunState]

class SalesFileFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SALES_FILE_FORMAT_UNSPECIFIED: _ClassVar[SalesFileFormat]
    SALES_FILE_FORMAT_CSV: _ClassVar[SalesFileFormat]
    SALES_FILE_FORMAT_PARQUET: _ClassVar[SalesFileFormat]

class SalesSourceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SALES_SOURCE_KIND_UNSPECIFIED: _ClassVar[SalesSourceKind]
    SALES_SOURCE_KIND_CSV: _ClassVar[SalesSourceKind]
    SALES_SOURCE_KIND_WORKBOOK: _ClassVar[SalesSourceKind]
    SALES_SOURCE_KIND_PARQUET: _ClassVar[SalesSourceKind]
    SALES_SOURCE_KIND_ROWS: _ClassVar[SalesSourceKind]
    SALES_SOURCE_KIND_DATABASE: _ClassVar[SalesSourceKind]

class SalesColumnRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SALES_COLUMN_ROLE_UNSPECIFIED: _ClassVar[SalesColumnRole]
    SALES_COLUMN_ROLE_DATE: _ClassVar[SalesColumnRole]
    SALES_COLUMN_ROLE_DISH: _ClassVar[SalesColumnRole]
    SALES_COLUMN_ROLE_QUANTITY: _ClassVar[SalesColumnRole]
    SALES_COLUMN_ROLE_STORE: _ClassVar[SalesColumnRole]
    SALES_COLUMN_ROLE_NUMBER: _ClassVar[SalesColumnRole]
    SALES_COLUMN_ROLE_TIME: _ClassVar[SalesColumnRole]
    SALES_COLUMN_ROLE_RECEIPT: _ClassVar[SalesColumnRole]
    SALES_COLUMN_ROLE_STATUS: _ClassVar[SalesColumnRole]
    SALES_COLUMN_ROLE_TILL: _ClassVar[SalesColumnRole]

class ChosenBy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHOSEN_BY_UNSPECIFIED: _ClassVar[ChosenBy]
    CHOSEN_BY_SETTING: _ClassVar[ChosenBy]
    CHOSEN_BY_TILL: _ClassVar[ChosenBy]
    CHOSEN_BY_NAME: _ClassVar[ChosenBy]
    CHOSEN_BY_VALUES: _ClassVar[ChosenBy]

class ProgressKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROGRESS_KIND_UNSPECIFIED: _ClassVar[ProgressKind]
    PROGRESS_KIND_ACCEPTED: _ClassVar[ProgressKind]
    PROGRESS_KIND_STARTED: _ClassVar[ProgressKind]
    PROGRESS_KIND_PLANNED: _ClassVar[ProgressKind]
    PROGRESS_KIND_DISH_STARTED: _ClassVar[ProgressKind]
    PROGRESS_KIND_DISH_FINISHED: _ClassVar[ProgressKind]
    PROGRESS_KIND_DISH_FAILED: _ClassVar[ProgressKind]
    PROGRESS_KIND_PUBLISHING: _ClassVar[ProgressKind]
    PROGRESS_KIND_FINISHED: _ClassVar[ProgressKind]
RUN_STATE_UNSPECIFIED: RunState
RUN_STATE_PENDING: RunState
RUN_STATE_STARTED: RunState
RUN_STATE_PROGRESS: RunState
RUN_STATE_PUBLISHING: RunState
RUN_STATE_SUCCEEDED: RunState
RUN_STATE_FAILED: RunState
RUN_STATE_CANCELLED: RunState
SALES_FILE_FORMAT_UNSPECIFIED: SalesFileFormat
SALES_FILE_FORMAT_CSV: SalesFileFormat
SALES_FILE_FORMAT_PARQUET: SalesFileFormat
SALES_SOURCE_KIND_UNSPECIFIED: SalesSourceKind
SALES_SOURCE_KIND_CSV: SalesSourceKind
SALES_SOURCE_KIND_WORKBOOK: SalesSourceKind
SALES_SOURCE_KIND_PARQUET: SalesSourceKind
SALES_SOURCE_KIND_ROWS: SalesSourceKind
SALES_SOURCE_KIND_DATABASE: SalesSourceKind
SALES_COLUMN_ROLE_UNSPECIFIED: SalesColumnRole
SALES_COLUMN_ROLE_DATE: SalesColumnRole
SALES_COLUMN_ROLE_DISH: SalesColumnRole
SALES_COLUMN_ROLE_QUANTITY: SalesColumnRole
SALES_COLUMN_ROLE_STORE: SalesColumnRole
SALES_COLUMN_ROLE_NUMBER: SalesColumnRole
SALES_COLUMN_ROLE_TIME: SalesColumnRole
SALES_COLUMN_ROLE_RECEIPT: SalesColumnRole
SALES_COLUMN_ROLE_STATUS: SalesColumnRole
SALES_COLUMN_ROLE_TILL: SalesColumnRole
CHOSEN_BY_UNSPECIFIED: ChosenBy
CHOSEN_BY_SETTING: ChosenBy
CHOSEN_BY_TILL: ChosenBy
CHOSEN_BY_NAME: ChosenBy
CHOSEN_BY_VALUES: ChosenBy
PROGRESS_KIND_UNSPECIFIED: ProgressKind
PROGRESS_KIND_ACCEPTED: ProgressKind
PROGRESS_KIND_STARTED: ProgressKind
PROGRESS_KIND_PLANNED: ProgressKind
PROGRESS_KIND_DISH_STARTED: ProgressKind
PROGRESS_KIND_DISH_FINISHED: ProgressKind
PROGRESS_KIND_DISH_FAILED: ProgressKind
PROGRESS_KIND_PUBLISHING: ProgressKind
PROGRESS_KIND_FINISHED: ProgressKind

class StartTrainingRequest(_message.Message):
    __slots__ = ("store", "address", "location", "train_only_new", "keep_outliers", "events", "sales_data_source", "request_id", "force", "validate_only")
    STORE_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    TRAIN_ONLY_NEW_FIELD_NUMBER: _ClassVar[int]
    KEEP_OUTLIERS_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    SALES_DATA_SOURCE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    store: str
    address: str
    location: _forecast_pb2.Location
    train_only_new: bool
    keep_outliers: bool
    events: _containers.RepeatedCompositeFieldContainer[SalesEvent]
    sales_data_source: str
    request_id: str
    force: bool
    validate_only: bool
    def __init__(self, store: _Optional[str] = ..., address: _Optional[str] = ..., location: _Optional[_Union[_forecast_pb2.Location, _Mapping]] = ..., train_only_new: _Optional[bool] = ..., keep_outliers: _Optional[bool] = ..., events: _Optional[_Iterable[_Union[SalesEvent, _Mapping]]] = ..., sales_data_source: _Optional[str] = ..., request_id: _Optional[str] = ..., force: _Optional[bool] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class StartGroupTrainingRequest(_message.Message):
    __slots__ = ("members", "all_stores", "sales_data_source", "location", "train_only_new", "keep_outliers", "force", "request_id")
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    ALL_STORES_FIELD_NUMBER: _ClassVar[int]
    SALES_DATA_SOURCE_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    TRAIN_ONLY_NEW_FIELD_NUMBER: _ClassVar[int]
    KEEP_OUTLIERS_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    members: _containers.RepeatedCompositeFieldContainer[GroupMember]
    all_stores: bool
    sales_data_source: str
    location: _forecast_pb2.Location
    train_only_new: bool
    keep_outliers: bool
    force: bool
    request_id: str
    def __init__(self, members: _Optional[_Iterable[_Union[GroupMember, _Mapping]]] = ..., all_stores: _Optional[bool] = ..., sales_data_source: _Optional[str] = ..., location: _Optional[_Union[_forecast_pb2.Location, _Mapping]] = ..., train_only_new: _Optional[bool] = ..., keep_outliers: _Optional[bool] = ..., force: _Optional[bool] = ..., request_id: _Optional[str] = ...) -> None: ...

class GroupMember(_message.Message):
    __slots__ = ("store", "address", "location", "sales_data_source", "events")
    STORE_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    SALES_DATA_SOURCE_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    store: str
    address: str
    location: _forecast_pb2.Location
    sales_data_source: str
    events: _containers.RepeatedCompositeFieldContainer[SalesEvent]
    def __init__(self, store: _Optional[str] = ..., address: _Optional[str] = ..., location: _Optional[_Union[_forecast_pb2.Location, _Mapping]] = ..., sales_data_source: _Optional[str] = ..., events: _Optional[_Iterable[_Union[SalesEvent, _Mapping]]] = ...) -> None: ...

class StartGroupTrainingResponse(_message.Message):
    __slots__ = ("runs",)
    RUNS_FIELD_NUMBER: _ClassVar[int]
    runs: _containers.RepeatedCompositeFieldContainer[TrainingRun]
    def __init__(self, runs: _Optional[_Iterable[_Union[TrainingRun, _Mapping]]] = ...) -> None: ...

class SalesEvent(_message.Message):
    __slots__ = ("name", "first_date", "last_date", "dishes")
    NAME_FIELD_NUMBER: _ClassVar[int]
    FIRST_DATE_FIELD_NUMBER: _ClassVar[int]
    LAST_DATE_FIELD_NUMBER: _ClassVar[int]
    DISHES_FIELD_NUMBER: _ClassVar[int]
    name: str
    first_date: str
    last_date: str
    dishes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., first_date: _Optional[str] = ..., last_date: _Optional[str] = ..., dishes: _Optional[_Iterable[str]] = ...) -> None: ...

class ImportSalesRequest(_message.Message):
    __slots__ = ("header", "rows", "file_chunk")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    FILE_CHUNK_FIELD_NUMBER: _ClassVar[int]
    header: ImportSalesHeader
    rows: SalesRows
    file_chunk: bytes
    def __init__(self, header: _Optional[_Union[ImportSalesHeader, _Mapping]] = ..., rows: _Optional[_Union[SalesRows, _Mapping]] = ..., file_chunk: _Optional[bytes] = ...) -> None: ...

class ImportSalesHeader(_message.Message):
    __slots__ = ("store", "format", "validate_only", "address", "location", "keep_outliers", "events")
    STORE_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    KEEP_OUTLIERS_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    store: str
    format: SalesFileFormat
    validate_only: bool
    address: str
    location: _forecast_pb2.Location
    keep_outliers: bool
    events: _containers.RepeatedCompositeFieldContainer[SalesEvent]
    def __init__(self, store: _Optional[str] = ..., format: _Optional[_Union[SalesFileFormat, str]] = ..., validate_only: _Optional[bool] = ..., address: _Optional[str] = ..., location: _Optional[_Union[_forecast_pb2.Location, _Mapping]] = ..., keep_outliers: _Optional[bool] = ..., events: _Optional[_Iterable[_Union[SalesEvent, _Mapping]]] = ...) -> None: ...

class SalesRows(_message.Message):
    __slots__ = ("rows",)
    ROWS_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[SalesRow]
    def __init__(self, rows: _Optional[_Iterable[_Union[SalesRow, _Mapping]]] = ...) -> None: ...

class SalesRow(_message.Message):
    __slots__ = ("date", "dish", "quantity")
    DATE_FIELD_NUMBER: _ClassVar[int]
    DISH_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    date: str
    dish: str
    quantity: float
    def __init__(self, date: _Optional[str] = ..., dish: _Optional[str] = ..., quantity: _Optional[float] = ...) -> None: ...

class ImportSalesResponse(_message.Message):
    __slots__ = ("store", "sales_data_source", "data_report", "warnings", "preview")
    STORE_FIELD_NUMBER: _ClassVar[int]
    SALES_DATA_SOURCE_FIELD_NUMBER: _ClassVar[int]
    DATA_REPORT_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    PREVIEW_FIELD_NUMBER: _ClassVar[int]
    store: str
    sales_data_source: str
    data_report: DataReport
    warnings: _containers.RepeatedCompositeFieldContainer[_forecast_pb2.Warning]
    preview: SalesPreview
    def __init__(self, store: _Optional[str] = ..., sales_data_source: _Optional[str] = ..., data_report: _Optional[_Union[DataReport, _Mapping]] = ..., warnings: _Optional[_Iterable[_Union[_forecast_pb2.Warning, _Mapping]]] = ..., preview: _Optional[_Union[SalesPreview, _Mapping]] = ...) -> None: ...

class StartTrainingResponse(_message.Message):
    __slots__ = ("run", "preview")
    RUN_FIELD_NUMBER: _ClassVar[int]
    PREVIEW_FIELD_NUMBER: _ClassVar[int]
    run: TrainingRun
    preview: SalesPreview
    def __init__(self, run: _Optional[_Union[TrainingRun, _Mapping]] = ..., preview: _Optional[_Union[SalesPreview, _Mapping]] = ...) -> None: ...

class SalesPreview(_message.Message):
    __slots__ = ("store", "form", "columns", "unread_columns", "dates", "rows_read", "rows_used", "left_out", "restaurants", "restaurant", "dishes", "weekdays", "closed_days", "data_report", "location", "warnings")
    STORE_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    UNREAD_COLUMNS_FIELD_NUMBER: _ClassVar[int]
    DATES_FIELD_NUMBER: _ClassVar[int]
    ROWS_READ_FIELD_NUMBER: _ClassVar[int]
    ROWS_USED_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_FIELD_NUMBER: _ClassVar[int]
    RESTAURANTS_FIELD_NUMBER: _ClassVar[int]
    RESTAURANT_FIELD_NUMBER: _ClassVar[int]
    DISHES_FIELD_NUMBER: _ClassVar[int]
    WEEKDAYS_FIELD_NUMBER: _ClassVar[int]
    CLOSED_DAYS_FIELD_NUMBER: _ClassVar[int]
    DATA_REPORT_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    store: str
    form: SalesForm
    columns: _containers.RepeatedCompositeFieldContainer[ChosenColumn]
    unread_columns: _containers.RepeatedScalarFieldContainer[str]
    dates: DateForm
    rows_read: int
    rows_used: int
    left_out: _containers.RepeatedCompositeFieldContainer[LeftOutRows]
    restaurants: _containers.RepeatedScalarFieldContainer[str]
    restaurant: str
    dishes: _containers.RepeatedCompositeFieldContainer[DishPreview]
    weekdays: _containers.RepeatedCompositeFieldContainer[WeekdaySales]
    closed_days: _containers.RepeatedCompositeFieldContainer[ExpectedClosedDay]
    data_report: DataReport
    location: _forecast_pb2.Location
    warnings: _containers.RepeatedCompositeFieldContainer[_forecast_pb2.Warning]
    def __init__(self, store: _Optional[str] = ..., form: _Optional[_Union[SalesForm, _Mapping]] = ..., columns: _Optional[_Iterable[_Union[ChosenColumn, _Mapping]]] = ..., unread_columns: _Optional[_Iterable[str]] = ..., dates: _Optional[_Union[DateForm, _Mapping]] = ..., rows_read: _Optional[int] = ..., rows_used: _Optional[int] = ..., left_out: _Optional[_Iterable[_Union[LeftOutRows, _Mapping]]] = ..., restaurants: _Optional[_Iterable[str]] = ..., restaurant: _Optional[str] = ..., dishes: _Optional[_Iterable[_Union[DishPreview, _Mapping]]] = ..., weekdays: _Optional[_Iterable[_Union[WeekdaySales, _Mapping]]] = ..., closed_days: _Optional[_Iterable[_Union[ExpectedClosedDay, _Mapping]]] = ..., data_report: _Optional[_Union[DataReport, _Mapping]] = ..., location: _Optional[_Union[_forecast_pb2.Location, _Mapping]] = ..., warnings: _Optional[_Iterable[_Union[_forecast_pb2.Warning, _Mapping]]] = ...) -> None: ...

class SalesForm(_message.Message):
    __slots__ = ("kind", "till", "encoding", "separator", "sheet", "header_line", "decimal_mark")
    KIND_FIELD_NUMBER: _ClassVar[int]
    TILL_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    SEPARATOR_FIELD_NUMBER: _ClassVar[int]
    SHEET_FIELD_NUMBER: _ClassVar[int]
    HEADER_LINE_FIELD_NUMBER: _ClassVar[int]
    DECIMAL_MARK_FIELD_NUMBER: _ClassVar[int]
    kind: SalesSourceKind
    till: str
    encoding: str
    separator: str
    sheet: str
    header_line: int
    decimal_mark: str
    def __init__(self, kind: _Optional[_Union[SalesSourceKind, str]] = ..., till: _Optional[str] = ..., encoding: _Optional[str] = ..., separator: _Optional[str] = ..., sheet: _Optional[str] = ..., header_line: _Optional[int] = ..., decimal_mark: _Optional[str] = ...) -> None: ...

class ChosenColumn(_message.Message):
    __slots__ = ("role", "name", "chosen_by", "why", "example")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CHOSEN_BY_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_FIELD_NUMBER: _ClassVar[int]
    role: SalesColumnRole
    name: str
    chosen_by: ChosenBy
    why: str
    example: str
    def __init__(self, role: _Optional[_Union[SalesColumnRole, str]] = ..., name: _Optional[str] = ..., chosen_by: _Optional[_Union[ChosenBy, str]] = ..., why: _Optional[str] = ..., example: _Optional[str] = ...) -> None: ...

class DateForm(_message.Message):
    __slots__ = ("format", "description", "chosen_by", "why", "example", "example_day")
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CHOSEN_BY_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_DAY_FIELD_NUMBER: _ClassVar[int]
    format: str
    description: str
    chosen_by: ChosenBy
    why: str
    example: str
    example_day: str
    def __init__(self, format: _Optional[str] = ..., description: _Optional[str] = ..., chosen_by: _Optional[_Union[ChosenBy, str]] = ..., why: _Optional[str] = ..., example: _Optional[str] = ..., example_day: _Optional[str] = ...) -> None: ...

class LeftOutRows(_message.Message):
    __slots__ = ("reason", "rows", "lines", "column")
    REASON_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    reason: str
    rows: int
    lines: _containers.RepeatedScalarFieldContainer[int]
    column: str
    def __init__(self, reason: _Optional[str] = ..., rows: _Optional[int] = ..., lines: _Optional[_Iterable[int]] = ..., column: _Optional[str] = ...) -> None: ...

class DishPreview(_message.Message):
    __slots__ = ("dish", "units", "units_per_open_day", "first_day", "last_day", "stopped", "short")
    DISH_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    UNITS_PER_OPEN_DAY_FIELD_NUMBER: _ClassVar[int]
    FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    STOPPED_FIELD_NUMBER: _ClassVar[int]
    SHORT_FIELD_NUMBER: _ClassVar[int]
    dish: str
    units: float
    units_per_open_day: float
    first_day: str
    last_day: str
    stopped: bool
    short: bool
    def __init__(self, dish: _Optional[str] = ..., units: _Optional[float] = ..., units_per_open_day: _Optional[float] = ..., first_day: _Optional[str] = ..., last_day: _Optional[str] = ..., stopped: _Optional[bool] = ..., short: _Optional[bool] = ...) -> None: ...

class WeekdaySales(_message.Message):
    __slots__ = ("weekday", "units_per_open_day", "days", "open_days")
    WEEKDAY_FIELD_NUMBER: _ClassVar[int]
    UNITS_PER_OPEN_DAY_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    OPEN_DAYS_FIELD_NUMBER: _ClassVar[int]
    weekday: int
    units_per_open_day: float
    days: int
    open_days: int
    def __init__(self, weekday: _Optional[int] = ..., units_per_open_day: _Optional[float] = ..., days: _Optional[int] = ..., open_days: _Optional[int] = ...) -> None: ...

class ExpectedClosedDay(_message.Message):
    __slots__ = ("date", "habit", "is_guess")
    DATE_FIELD_NUMBER: _ClassVar[int]
    HABIT_FIELD_NUMBER: _ClassVar[int]
    IS_GUESS_FIELD_NUMBER: _ClassVar[int]
    date: str
    habit: str
    is_guess: bool
    def __init__(self, date: _Optional[str] = ..., habit: _Optional[str] = ..., is_guess: _Optional[bool] = ...) -> None: ...

class TrainingRun(_message.Message):
    __slots__ = ("run_id", "store", "state", "current", "total", "train_only_new", "sales_data_source", "location", "create_time", "update_time", "end_time", "error", "result", "group_id")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    STORE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CURRENT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    TRAIN_ONLY_NEW_FIELD_NUMBER: _ClassVar[int]
    SALES_DATA_SOURCE_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    GROUP_ID_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    store: str
    state: RunState
    current: int
    total: int
    train_only_new: bool
    sales_data_source: str
    location: _forecast_pb2.Location
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    error: str
    result: TrainingResult
    group_id: str
    def __init__(self, run_id: _Optional[str] = ..., store: _Optional[str] = ..., state: _Optional[_Union[RunState, str]] = ..., current: _Optional[int] = ..., total: _Optional[int] = ..., train_only_new: _Optional[bool] = ..., sales_data_source: _Optional[str] = ..., location: _Optional[_Union[_forecast_pb2.Location, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., error: _Optional[str] = ..., result: _Optional[_Union[TrainingResult, _Mapping]] = ..., group_id: _Optional[str] = ...) -> None: ...

class TrainingResult(_message.Message):
    __slots__ = ("version", "published", "results_table", "trained_dishes", "skipped_dishes", "errors", "warnings", "comparison", "data_report", "weather_worth")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    RESULTS_TABLE_FIELD_NUMBER: _ClassVar[int]
    TRAINED_DISHES_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_DISHES_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    COMPARISON_FIELD_NUMBER: _ClassVar[int]
    DATA_REPORT_FIELD_NUMBER: _ClassVar[int]
    WEATHER_WORTH_FIELD_NUMBER: _ClassVar[int]
    version: str
    published: bool
    results_table: _containers.RepeatedCompositeFieldContainer[DishResult]
    trained_dishes: _containers.RepeatedScalarFieldContainer[str]
    skipped_dishes: _containers.RepeatedCompositeFieldContainer[SkippedDish]
    errors: _containers.RepeatedCompositeFieldContainer[_forecast_pb2.DishError]
    warnings: _containers.RepeatedCompositeFieldContainer[_forecast_pb2.Warning]
    comparison: Comparison
    data_report: DataReport
    weather_worth: WeatherWorth
    def __init__(self, version: _Optional[str] = ..., published: _Optional[bool] = ..., results_table: _Optional[_Iterable[_Union[DishResult, _Mapping]]] = ..., trained_dishes: _Optional[_Iterable[str]] = ..., skipped_dishes: _Optional[_Iterable[_Union[SkippedDish, _Mapping]]] = ..., errors: _Optional[_Iterable[_Union[_forecast_pb2.DishError, _Mapping]]] = ..., warnings: _Optional[_Iterable[_Union[_forecast_pb2.Warning, _Mapping]]] = ..., comparison: _Optional[_Union[Comparison, _Mapping]] = ..., data_report: _Optional[_Union[DataReport, _Mapping]] = ..., weather_worth: _Optional[_Union[WeatherWorth, _Mapping]] = ...) -> None: ...

class WeatherWorth(_message.Message):
    __slots__ = ("wape_with", "wape_without", "days", "is_forecast")
    WAPE_WITH_FIELD_NUMBER: _ClassVar[int]
    WAPE_WITHOUT_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    IS_FORECAST_FIELD_NUMBER: _ClassVar[int]
    wape_with: float
    wape_without: float
    days: int
    is_forecast: bool
    def __init__(self, wape_with: _Optional[float] = ..., wape_without: _Optional[float] = ..., days: _Optional[int] = ..., is_forecast: _Optional[bool] = ...) -> None: ...

class DataReport(_message.Message):
    __slots__ = ("sales_source", "rows", "first_day", "last_day", "dishes", "closed_days", "rows_added_up", "refund_rows", "filled_days", "outlier_days", "outliers", "stopped", "short", "similar_names", "weather_source", "unfinished_rows", "weather_columns", "sales_columns", "left_out_rows", "event_days")
    class LeftOutRowsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    SALES_SOURCE_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    DISHES_FIELD_NUMBER: _ClassVar[int]
    CLOSED_DAYS_FIELD_NUMBER: _ClassVar[int]
    ROWS_ADDED_UP_FIELD_NUMBER: _ClassVar[int]
    REFUND_ROWS_FIELD_NUMBER: _ClassVar[int]
    FILLED_DAYS_FIELD_NUMBER: _ClassVar[int]
    OUTLIER_DAYS_FIELD_NUMBER: _ClassVar[int]
    OUTLIERS_FIELD_NUMBER: _ClassVar[int]
    STOPPED_FIELD_NUMBER: _ClassVar[int]
    SHORT_FIELD_NUMBER: _ClassVar[int]
    SIMILAR_NAMES_FIELD_NUMBER: _ClassVar[int]
    WEATHER_SOURCE_FIELD_NUMBER: _ClassVar[int]
    UNFINISHED_ROWS_FIELD_NUMBER: _ClassVar[int]
    WEATHER_COLUMNS_FIELD_NUMBER: _ClassVar[int]
    SALES_COLUMNS_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_ROWS_FIELD_NUMBER: _ClassVar[int]
    EVENT_DAYS_FIELD_NUMBER: _ClassVar[int]
    sales_source: str
    rows: int
    first_day: str
    last_day: str
    dishes: int
    closed_days: int
    rows_added_up: int
    refund_rows: int
    filled_days: int
    outlier_days: int
    outliers: _containers.RepeatedCompositeFieldContainer[Outlier]
    stopped: _containers.RepeatedScalarFieldContainer[str]
    short: _containers.RepeatedScalarFieldContainer[str]
    similar_names: _containers.RepeatedCompositeFieldContainer[SimilarNames]
    weather_source: str
    unfinished_rows: int
    weather_columns: _containers.RepeatedScalarFieldContainer[str]
    sales_columns: _containers.RepeatedScalarFieldContainer[str]
    left_out_rows: _containers.ScalarMap[str, int]
    event_days: int
    def __init__(self, sales_source: _Optional[str] = ..., rows: _Optional[int] = ..., first_day: _Optional[str] = ..., last_day: _Optional[str] = ..., dishes: _Optional[int] = ..., closed_days: _Optional[int] = ..., rows_added_up: _Optional[int] = ..., refund_rows: _Optional[int] = ..., filled_days: _Optional[int] = ..., outlier_days: _Optional[int] = ..., outliers: _Optional[_Iterable[_Union[Outlier, _Mapping]]] = ..., stopped: _Optional[_Iterable[str]] = ..., short: _Optional[_Iterable[str]] = ..., similar_names: _Optional[_Iterable[_Union[SimilarNames, _Mapping]]] = ..., weather_source: _Optional[str] = ..., unfinished_rows: _Optional[int] = ..., weather_columns: _Optional[_Iterable[str]] = ..., sales_columns: _Optional[_Iterable[str]] = ..., left_out_rows: _Optional[_Mapping[str, int]] = ..., event_days: _Optional[int] = ...) -> None: ...

class Outlier(_message.Message):
    __slots__ = ("dish", "date", "quantity", "usual", "limited_to", "line")
    DISH_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    USUAL_FIELD_NUMBER: _ClassVar[int]
    LIMITED_TO_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    dish: str
    date: str
    quantity: float
    usual: float
    limited_to: float
    line: int
    def __init__(self, dish: _Optional[str] = ..., date: _Optional[str] = ..., quantity: _Optional[float] = ..., usual: _Optional[float] = ..., limited_to: _Optional[float] = ..., line: _Optional[int] = ...) -> None: ...

class SimilarNames(_message.Message):
    __slots__ = ("names",)
    NAMES_FIELD_NUMBER: _ClassVar[int]
    names: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, names: _Optional[_Iterable[str]] = ...) -> None: ...

class Comparison(_message.Message):
    __slots__ = ("live_version", "live_wape", "new_wape", "dishes", "days", "margin")
    LIVE_VERSION_FIELD_NUMBER: _ClassVar[int]
    LIVE_WAPE_FIELD_NUMBER: _ClassVar[int]
    NEW_WAPE_FIELD_NUMBER: _ClassVar[int]
    DISHES_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    MARGIN_FIELD_NUMBER: _ClassVar[int]
    live_version: str
    live_wape: float
    new_wape: float
    dishes: int
    days: int
    margin: float
    def __init__(self, live_version: _Optional[str] = ..., live_wape: _Optional[float] = ..., new_wape: _Optional[float] = ..., dishes: _Optional[int] = ..., days: _Optional[int] = ..., margin: _Optional[float] = ...) -> None: ...

class DishResult(_message.Message):
    __slots__ = ("dish", "champion", "candidates", "history_days", "seconds")
    DISH_FIELD_NUMBER: _ClassVar[int]
    CHAMPION_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    HISTORY_DAYS_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    dish: str
    champion: str
    candidates: _containers.RepeatedCompositeFieldContainer[_forecast_pb2.BacktestFigures]
    history_days: int
    seconds: float
    def __init__(self, dish: _Optional[str] = ..., champion: _Optional[str] = ..., candidates: _Optional[_Iterable[_Union[_forecast_pb2.BacktestFigures, _Mapping]]] = ..., history_days: _Optional[int] = ..., seconds: _Optional[float] = ...) -> None: ...

class SkippedDish(_message.Message):
    __slots__ = ("dish", "reason", "message")
    DISH_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    dish: str
    reason: str
    message: str
    def __init__(self, dish: _Optional[str] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class WatchTrainingRequest(_message.Message):
    __slots__ = ("run_id", "resume_token", "store")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STORE_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    resume_token: str
    store: str
    def __init__(self, run_id: _Optional[str] = ..., resume_token: _Optional[str] = ..., store: _Optional[str] = ...) -> None: ...

class TrainingProgress(_message.Message):
    __slots__ = ("run_id", "store", "sequence", "kind", "state", "dish", "current", "total", "time", "resume_token", "message", "dish_result", "dish_error", "result")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    STORE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DISH_FIELD_NUMBER: _ClassVar[int]
    CURRENT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DISH_RESULT_FIELD_NUMBER: _ClassVar[int]
    DISH_ERROR_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    store: str
    sequence: int
    kind: ProgressKind
    state: RunState
    dish: str
    current: int
    total: int
    time: _timestamp_pb2.Timestamp
    resume_token: str
    message: str
    dish_result: DishResult
    dish_error: _forecast_pb2.DishError
    result: TrainingResult
    def __init__(self, run_id: _Optional[str] = ..., store: _Optional[str] = ..., sequence: _Optional[int] = ..., kind: _Optional[_Union[ProgressKind, str]] = ..., state: _Optional[_Union[RunState, str]] = ..., dish: _Optional[str] = ..., current: _Optional[int] = ..., total: _Optional[int] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resume_token: _Optional[str] = ..., message: _Optional[str] = ..., dish_result: _Optional[_Union[DishResult, _Mapping]] = ..., dish_error: _Optional[_Union[_forecast_pb2.DishError, _Mapping]] = ..., result: _Optional[_Union[TrainingResult, _Mapping]] = ...) -> None: ...

class GetTrainingRequest(_message.Message):
    __slots__ = ("run_id", "store")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    STORE_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    store: str
    def __init__(self, run_id: _Optional[str] = ..., store: _Optional[str] = ...) -> None: ...

class GetTrainingResponse(_message.Message):
    __slots__ = ("run",)
    RUN_FIELD_NUMBER: _ClassVar[int]
    run: TrainingRun
    def __init__(self, run: _Optional[_Union[TrainingRun, _Mapping]] = ...) -> None: ...

class ListTrainingsRequest(_message.Message):
    __slots__ = ("store", "page_size", "page_token")
    STORE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    store: str
    page_size: int
    page_token: str
    def __init__(self, store: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTrainingsResponse(_message.Message):
    __slots__ = ("runs", "next_page_token")
    RUNS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    runs: _containers.RepeatedCompositeFieldContainer[TrainingRun]
    next_page_token: str
    def __init__(self, runs: _Optional[_Iterable[_Union[TrainingRun, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CancelTrainingRequest(_message.Message):
    __slots__ = ("run_id", "store")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    STORE_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    store: str
    def __init__(self, run_id: _Optional[str] = ..., store: _Optional[str] = ...) -> None: ...

class CancelTrainingResponse(_message.Message):
    __slots__ = ("run",)
    RUN_FIELD_NUMBER: _ClassVar[int]
    run: TrainingRun
    def __init__(self, run: _Optional[_Union[TrainingRun, _Mapping]] = ...) -> None: ...

class ListVersionsRequest(_message.Message):
    __slots__ = ("store", "page_size", "page_token")
    STORE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    store: str
    page_size: int
    page_token: str
    def __init__(self, store: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListVersionsResponse(_message.Message):
    __slots__ = ("versions", "next_page_token")
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    versions: _containers.RepeatedCompositeFieldContainer[ModelVersion]
    next_page_token: str
    def __init__(self, versions: _Optional[_Iterable[_Union[ModelVersion, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ModelVersion(_message.Message):
    __slots__ = ("version", "create_time", "dishes", "live", "run_id", "parent", "fingerprint")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DISHES_FIELD_NUMBER: _ClassVar[int]
    LIVE_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    PARENT_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    version: str
    create_time: _timestamp_pb2.Timestamp
    dishes: int
    live: bool
    run_id: str
    parent: str
    fingerprint: str
    def __init__(self, version: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., dishes: _Optional[int] = ..., live: _Optional[bool] = ..., run_id: _Optional[str] = ..., parent: _Optional[str] = ..., fingerprint: _Optional[str] = ...) -> None: ...

class ListStoresRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListStoresResponse(_message.Message):
    __slots__ = ("stores", "next_page_token")
    STORES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    stores: _containers.RepeatedScalarFieldContainer[str]
    next_page_token: str
    def __init__(self, stores: _Optional[_Iterable[str]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class RollbackVersionRequest(_message.Message):
    __slots__ = ("store", "version")
    STORE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    store: str
    version: str
    def __init__(self, store: _Optional[str] = ..., version: _Optional[str] = ...) -> None: ...

class RollbackVersionResponse(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: ModelVersion
    def __init__(self, version: _Optional[_Union[ModelVersion, _Mapping]] = ...) -> None: ...
