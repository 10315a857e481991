"""Makes the messages of the contract that both services send."""

import datetime as dt

from google.protobuf.timestamp_pb2 import Timestamp

from shared.registry.manifest import FiguresEntry
from smartsuschef.forecast.v1 import forecast_pb2


def timestamp(moment: dt.datetime) -> Timestamp:
    """A moment, which must have a time zone, as a protobuf timestamp."""
    message = Timestamp()
    message.FromDatetime(moment)
    return message


def figures_message(figures: FiguresEntry) -> forecast_pb2.BacktestFigures:
    """The backtest figures of one candidate as a message."""
    return forecast_pb2.BacktestFigures(**figures.model_dump())
