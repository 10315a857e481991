"""Outcomes of runs are read as earlier releases stored them."""

from training_service.outcomes import DishOutcome

#: What release 0.1.0 stored for a trained dish.
STORED_BY_0_1_0 = """{"success": {
    "dish": "soup", "champion": "baseline", "weights": {"baseline": 1.0}, "artifact": "abc", "trees": "",
    "figures": [], "folds": [{"cutoff": "2026-01-01", "absolute_error": 2.0, "sold": 9.0, "days": 14}],
    "history_start": "2025-01-01", "history_end": "2026-02-01", "history_days": 300, "seconds": 1.5
}, "failure": null}"""


def test_an_outcome_of_an_earlier_release_is_read() -> None:
    success = DishOutcome.model_validate_json(STORED_BY_0_1_0).success

    assert success is not None
    assert (success.dish, success.seconds) == ("soup", 1.5)
    assert (success.entry.champion, success.entry.history_days, len(success.entry.folds)) == ("baseline", 300, 1)


def test_an_outcome_is_read_as_it_was_written() -> None:
    outcome = DishOutcome.model_validate_json(STORED_BY_0_1_0)

    assert DishOutcome.model_validate_json(outcome.model_dump_json()) == outcome
