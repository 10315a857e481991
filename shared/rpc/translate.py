"""Parts of the contract that both services translate into."""

import datetime as dt

from google.protobuf.timestamp_pb2 import Timestamp

from shared.registry.manifest import FiguresEntry
from smartsuschef.forecast.v1 import forecast_pb2


def timestamp(moment: dt.datetime) -> Timestamp:
    """A point in time with its zone, as protobuf has it."""
    message = Timestamp()
    message.FromDatetime(moment)
    return message


def figures_message(figures: FiguresEntry) -> forecast_pb2.BacktestFigures:
    """Backtest figures of one candidate."""
    return forecast_pb2.BacktestFigures(**figures.model_dump())
