"""Which dishes a run trains, takes over from the live version, or skips."""

import numpy as np

from shared.arrays import FloatArray
from shared.config import PipelineConfig
from tests.support.stores import simple_store
from training_service.learning.store_history import StoreHistory
from training_service.versions.dish_choice import DishChoice, choose_dishes

CONFIG = PipelineConfig()


def history(*dishes: str, never_sold: str) -> StoreHistory:
    """A history in which all dishes but one sell the same."""
    plain = simple_store(40)
    sales: dict[str, FloatArray] = dict.fromkeys(dishes, plain.sales["soup"])
    sales[never_sold] = np.full(40, np.nan)
    return StoreHistory(plain.start, sales, plain.closed, plain.weather)


def choice(*, train_only_new: bool) -> DishChoice:
    """Of a soup and a pie with models, a new fish, a tart that has a model and is gone, and water never sold."""
    store = history("soup", "pie", "fish", "tart", never_sold="water")
    return choose_dishes(store, ["tart"], {"soup", "pie", "tart"}, CONFIG, train_only_new=train_only_new)


def reasons(made: DishChoice) -> dict[str, str]:
    return {skipped.dish: skipped.reason for skipped in made.skipped}


def test_all_dishes_that_are_sold_are_trained_where_all_are_wanted() -> None:
    made = choice(train_only_new=False)

    assert (made.trained, made.shared) == (["soup", "pie", "fish"], [])
    assert reasons(made) == {"water": "NEVER_SOLD", "tart": "NO_LONGER_SOLD"}


def test_only_dishes_without_a_model_are_trained_otherwise_and_the_others_are_taken_over() -> None:
    made = choice(train_only_new=True)

    assert (made.trained, made.shared) == (["fish"], ["pie", "soup"])
    assert reasons(made) == {
        "water": "NEVER_SOLD",
        "tart": "NO_LONGER_SOLD",
        "soup": "HAS_MODEL",
        "pie": "HAS_MODEL",
    }
