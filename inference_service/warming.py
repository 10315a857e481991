"""Warming: a version answers once before it goes live, as it will answer requests."""

import datetime as dt

import numpy as np

from inference_service.loaded_version import LoadedVersion
from inference_service.predictor import predict
from inference_service.wishes import Wish, staleness
from shared.forecasting.dish_model import DishModel
from shared.registry.manifest import UnservableVersion

#: Of a quantile: requests ask for some.
_LEVEL = 0.9


def warm(version: LoadedVersion) -> None:
    """Predicts one day with one model of each kind: shows that they work, and the first request is not slow.

    Blends of different members are of different kinds. Models too old for any forecast are left out.

    Raises:
        UnservableVersion: what comes out is no number.
        Exception: whatever a request would fail with.
    """
    tomorrow = version.history_end + dt.timedelta(days=1)
    fresh = (model for model in version.models.values() if staleness(model, tomorrow) is None)
    by_kind: dict[frozenset[str], DishModel] = {frozenset(model.weights): model for model in fresh}
    wish = Wish(dishes=[model.dish for model in by_kind.values()], horizon=1, levels=(_LEVEL,))
    for prediction in predict(version, wish, lambda: False).dishes:
        values = [prediction.forecast.yhat, *([] if prediction.quantiles is None else [prediction.quantiles])]
        if not all(np.isfinite(each).all() for each in values):
            raise UnservableVersion(f"the model of {prediction.dish!r} forecasts something that is no number")
