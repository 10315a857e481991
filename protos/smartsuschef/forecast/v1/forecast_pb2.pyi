from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Location(_message.Message):
    __slots__ = ("latitude", "longitude", "country", "subdivision", "time_zone")
    LATITUDE_FIELD_NUMBER: _ClassVar[int]
    LONGITUDE_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    SUBDIVISION_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    latitude: float
    longitude: float
    country: str
    subdivision: str
    time_zone: str
    def __init__(self, latitude: _Optional[float] = ..., longitude: _Optional[float] = ..., country: _Optional[str] = ..., subdivision: _Optional[str] = ..., time_zone: _Optional[str] = ...) -> None: ...

class BacktestFigures(_message.Message):
    __slots__ = ("forecaster", "mae", "wape", "mase", "folds", "days", "bias", "pinball", "coverage_80", "expected_mae")
    FORECASTER_FIELD_NUMBER: _ClassVar[int]
    MAE_FIELD_NUMBER: _ClassVar[int]
    WAPE_FIELD_NUMBER: _ClassVar[int]
    MASE_FIELD_NUMBER: _ClassVar[int]
    FOLDS_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    BIAS_FIELD_NUMBER: _ClassVar[int]
    PINBALL_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_80_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_MAE_FIELD_NUMBER: _ClassVar[int]
    forecaster: str
    mae: float
    wape: float
    mase: float
    folds: int
    days: int
    bias: float
    pinball: float
    coverage_80: float
    expected_mae: float
    def __init__(self, forecaster: _Optional[str] = ..., mae: _Optional[float] = ..., wape: _Optional[float] = ..., mase: _Optional[float] = ..., folds: _Optional[int] = ..., days: _Optional[int] = ..., bias: _Optional[float] = ..., pinball: _Optional[float] = ..., coverage_80: _Optional[float] = ..., expected_mae: _Optional[float] = ...) -> None: ...

class DishError(_message.Message):
    __slots__ = ("dish", "reason", "message")
    DISH_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    dish: str
    reason: str
    message: str
    def __init__(self, dish: _Optional[str] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class Warning(_message.Message):
    __slots__ = ("reason", "message")
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    reason: str
    message: str
    def __init__(self, reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...
