"""Messages of the events of dishes: what they tell people."""

import datetime as dt

from shared.notices import DishFailure
from shared.registry.manifest import DishEntry, FiguresEntry
from training_service.outcomes import DishOutcome, DishSuccess
from training_service.runs.event_messages import dish_done, dish_started


def trained(*figures: FiguresEntry) -> DishOutcome:
    entry = DishEntry(
        champion="blend",
        weights={"baseline": 0.5, "pooled": 0.5},
        artifact="ab" * 32,
        figures=figures,
        history_start=dt.date(2026, 1, 1),
        history_end=dt.date(2026, 3, 1),
        history_days=60,
        trained_version="v1",
    )
    return DishOutcome(success=DishSuccess(dish="Apple strudel", entry=entry, seconds=1.0))


def figures(wape: float | None) -> FiguresEntry:
    return FiguresEntry(forecaster="blend", mae=3.2, wape=wape, mase=None, bias=None, folds=3, days=42)


def test_the_beginning_of_a_dish_names_the_dish() -> None:
    assert dish_started("Apple strudel") == "Apple strudel: training"


def test_a_trained_dish_has_its_champion_and_how_far_it_was_off() -> None:
    outcome = trained(figures(0.28), figures(0.5))

    assert dish_done("Apple strudel", outcome) == "Apple strudel: trained, blend, WAPE 28 %"


def test_a_trained_dish_without_a_backtest_or_without_sales_has_its_champion() -> None:
    assert dish_done("Apple strudel", trained()) == "Apple strudel: trained, blend"
    assert dish_done("Apple strudel", trained(figures(None))) == "Apple strudel: trained, blend"


def test_a_dish_that_failed_has_the_reason() -> None:
    failure = DishFailure("Apple strudel", "NEVER_ENDED", "every worker that began it died")

    message = dish_done("Apple strudel", DishOutcome(failure=failure))

    assert message == "Apple strudel: not trained: every worker that began it died"
