"""Renders the forecasts of a window into bytes of the contract, of which an answer takes the days that it needs.

Messages that follow one another in bytes are read as one message whose repeated fields have the elements of all of
them (https://protobuf.dev/programming-guides/encoding/#last-one-wins). So the bytes of the first days and the bytes of
the dish together are a whole `DishForecast`.
"""

from dataclasses import dataclass

from inference_service.forecast_request import ForecastRequest
from inference_service.loaded_version import LoadedVersion
from inference_service.messages import dish_forecast
from inference_service.predictor import dish_prediction
from inference_service.prepared.windows import Window
from shared.forecasting.forecaster import Forecast
from smartsuschef.forecast.v1 import inference_pb2

#: Bytes that a rendered dish takes beside its days: the objects and the positions.
_DISH_BYTES = 1024


@dataclass(frozen=True, slots=True)
class RenderedDish:
    """The forecast of one dish in bytes.

    Args:
        forecast: Forecast that was rendered.
        dish: Bytes of a `DishForecast` without days.
        days: Bytes of its days, one after the other.
        ends: Position in `days` after the first day, after the first two days, and so on.
    """

    forecast: Forecast
    dish: bytes
    days: bytes
    ends: tuple[int, ...]

    def cut(self, horizon: int) -> bytes:
        """The bytes of a `DishForecast` of the first days.

        Args:
            horizon: Number of days.
        """
        return self.dish + self.days[: self.ends[horizon - 1]]

    @property
    def size(self) -> int:
        """Bytes that the rendered dish takes; the forecast counts here as well, as its window may be gone."""
        return _DISH_BYTES + len(self.dish) + len(self.days) + self.forecast.size


def render(version: LoadedVersion, window: Window, dish: str, request: ForecastRequest) -> RenderedDish:
    """Renders one dish of a window, with the quantiles and portions that a request asks for.

    Args:
        version: Version that made the window.
        window: Window that has the dish.
        dish: Name of the dish.
        request: What the caller asks for.
    """
    forecast = window.forecasts[dish]
    prediction = dish_prediction(version.models[dish], window.days, forecast, request)
    message = dish_forecast(prediction, request)
    days = [inference_pb2.DishForecast(days=[day]).SerializeToString() for day in message.days]
    ends, position = [], 0
    for day in days:
        position += len(day)
        ends.append(position)
    del message.days[:]
    return RenderedDish(forecast, message.SerializeToString(), b"".join(days), tuple(ends))
