"""Warms a version before it goes live: the version forecasts once, in the same way as for a request."""

import datetime as dt

import numpy as np

from inference_service.forecast_request import ForecastRequest
from inference_service.forecast_scope import staleness
from inference_service.loaded_version import LoadedVersion
from inference_service.predictor import predict
from shared.errors import UnservableVersion
from shared.forecasting.dish_model import DishModel

#: Level of the quantile that is computed: requests ask for quantiles, so that these must work as well.
_LEVEL = 0.9


def warm(version: LoadedVersion) -> None:
    """Forecasts one day with one model of each kind, which shows that the models work and makes the first request fast.

    Two blends are of one kind where they have the same members. Models that are too old for any forecast are left out.

    Args:
        version: Version that is about to go live.

    Raises:
        UnservableVersion: A forecast is not a finite number.
        Exception: The error that a request would fail with.
    """
    tomorrow = version.history_end + dt.timedelta(days=1)
    fresh = (model for model in version.models.values() if staleness(model, tomorrow) is None)
    by_kind: dict[frozenset[str], DishModel] = {frozenset(model.weights): model for model in fresh}
    request = ForecastRequest(dishes=[model.dish for model in by_kind.values()], horizon=1, levels=(_LEVEL,))
    for prediction in predict(version, request, lambda: False).dishes:
        values = [prediction.forecast.yhat, *([] if prediction.quantiles is None else [prediction.quantiles])]
        if not all(np.isfinite(each).all() for each in values):
            raise UnservableVersion(
                f"the model of {prediction.dish!r} forecasts a value that is no finite number; train the dish again"
            )
