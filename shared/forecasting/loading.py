"""Finds the classes of the table of forecasters, and rebuilds forecasters from their stored states."""

import importlib
import sys
from collections.abc import Mapping
from typing import Any, cast

from shared.errors import UnservableVersion
from shared.forecasters import BLEND, BLEND_SERVED, FORECASTERS, SERVED_IN
from shared.forecasting.forecaster import Forecaster, StoredParts


def load_forecaster(name: str, state: Mapping[str, Any], parts: StoredParts) -> Forecaster:
    """Makes a stored forecaster again.

    Args:
        name: Name of the forecaster, of the table or "blend".
        state: What its `to_state` answered.
        parts: What is stored beside the state.

    Raises:
        UnservableVersion: This release has no such forecaster, or the state is of another release.
    """
    if name != BLEND and name not in FORECASTERS:
        raise UnservableVersion(
            f"unknown forecaster {name!r}: it was trained by another release; train again with this release"
        )
    return served_class(name).from_state(state, parts)


def served_class(name: str) -> type[Forecaster]:
    """The class that serves a forecaster.

    Args:
        name: Name of the forecaster, of the table or "blend".

    Raises:
        ImportError, AttributeError: The table names a module or a class that does not exist.
    """
    module, attribute = (BLEND_SERVED if name == BLEND else FORECASTERS[name].served).split(":")
    return cast(type[Forecaster], getattr(importlib.import_module(f"{SERVED_IN}.{module}"), attribute))


def require_served_classes() -> None:
    """Checks, when a process starts, that every forecaster of the table can be loaded.

    Raises:
        SystemExit: (status 1) A forecaster has no class; the message names the forecaster and the file to change.
    """
    for name, entry in FORECASTERS.items():
        try:
            found = served_class(name)
        except (ImportError, AttributeError) as error:
            sys.exit(
                f"the forecaster {name!r} cannot be served: {error}; shared/forecasters.py says that its class is "
                f"{SERVED_IN}.{entry.served}"
            )
        if found.name != name:
            sys.exit(
                f"the forecaster {name!r} cannot be served: {SERVED_IN}.{entry.served} is named {found.name!r}; both "
                f"names must be the same"
            )
