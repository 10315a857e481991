"""Lets the smoothing of many dishes learn the same days at once: a step takes about as long for all as for one."""

from collections.abc import Hashable, Sequence

import numpy as np

from shared.arrays import FloatArray
from shared.forecasting.days import Days
from shared.forecasting.smoothing import SmoothingForecaster, SmoothingState


def states_after(
    forecasters: Sequence[SmoothingForecaster], days: Days, sales_told: Sequence[FloatArray]
) -> list[SmoothingState]:
    """What `SmoothingForecaster.after` answers for each of D dishes.

    Args:
        forecasters: Forecasters of the dishes, whose histories end on the day before `days`.
        days: The n days after the history.
        sales_told: Units of those days for each dish, NaN where unknown, D arrays of shape (n,).
    """
    states = [forecaster.state for forecaster in forecasters]
    groups: dict[Hashable, list[int]] = {}
    for position, (state, told) in enumerate(zip(states, sales_told, strict=True)):
        learnt = np.flatnonzero(np.isfinite(told))
        if len(learnt):
            groups.setdefault((int(learnt[-1]), *_what_is_shared(state, position)), []).append(position)
    for positions in groups.values():
        together = SmoothingState.together([states[position] for position in positions])
        effects = together.occasions.on(days.returning, days.usual_weekdays)
        told = np.array([sales_told[position] for position in positions])
        count = int(np.flatnonzero(np.isfinite(told[0]))[-1]) + 1
        if np.isnan(effects[:, :count]).any(axis=0).tolist() != np.isnan(effects[:, :count]).all(axis=0).tolist():
            # A day without a known effect is learnt by no dish of a step, so that these dishes learn alone.
            for position in positions:
                states[position] = forecasters[position].after(days, sales_told[position])
            continue
        weekdays, is_irregular = days.weekdays, days.is_irregular
        for day in range(count):
            together.step(told[:, day], int(weekdays[day]), effects[:, day], is_irregular=bool(is_irregular[day]))
        for place, position in enumerate(positions):
            states[position] = together.of(place)
    return states


def _what_is_shared(state: SmoothingState, position: int) -> tuple[Hashable, ...]:
    """What must be the same for dishes that learn together; a state that knows no store learns alone."""
    week = position if state.store_week is None else state.store_week.tobytes()
    return (state.festive.tobytes(), week, state.occasions.occasions)
