"""The comparison of a new version with the live version, and what keeps a new version from going live."""

import datetime as dt

import pytest

from shared.config import PipelineConfig
from shared.registry.manifest import DishEntry, FoldEntry, Manifest
from shared.restaurant.place import Place
from training_service.versions.challenge import compare, objection_to


def fold(day: int, error: float, *, sold: float = 100.0, days: int = 14) -> FoldEntry:
    """A fold whose cutoff is this day of January."""
    return FoldEntry(cutoff=dt.date(2026, 1, day), absolute_error=error, sold=sold, days=days)


def manifest(version: str, *, history_days: int = 300, **dishes: list[FoldEntry]) -> Manifest:
    """A manifest with these folds by dish."""
    entries = {
        dish: DishEntry(
            champion="baseline",
            weights={"baseline": 1.0},
            artifact=f"{version}-{dish}",
            figures=(),
            folds=tuple(folds),
            history_start=dt.date(2025, 1, 1),
            history_end=dt.date(2026, 2, 1),
            history_days=history_days,
            trained_version=version,
        )
        for dish, folds in dishes.items()
    }
    return Manifest(
        store="harbour",
        version=version,
        created=dt.datetime(2026, 2, 2, tzinfo=dt.UTC),
        run_id="run",
        config=PipelineConfig().model_dump(mode="json"),
        fingerprint="any",
        place=Place(country="DE"),
        context="context",
        dishes=entries,
    )


def test_versions_are_compared_on_the_folds_that_both_have() -> None:
    live = manifest("v1", soup=[fold(1, 20.0), fold(15, 30.0)], tea=[fold(1, 5.0)])
    new = manifest("v2", soup=[fold(15, 33.0), fold(29, 90.0)], tea=[fold(1, 5.0)], cake=[fold(1, 99.0)])

    found = compare(live, new, margin=0.05)

    assert found is not None
    assert (found.dishes, found.days) == (2, 28)
    assert found.live_wape == pytest.approx(35 / 200)
    assert found.new_wape == pytest.approx(38 / 200)
    assert found.is_worse


def test_a_new_version_is_not_worse_within_the_margin() -> None:
    found = compare(manifest("v1", soup=[fold(1, 20.0)]), manifest("v2", soup=[fold(1, 20.9)]), margin=0.05)

    assert found is not None
    assert not found.is_worse


def test_folds_with_different_numbers_of_days_are_not_compared() -> None:
    live, new = manifest("v1", soup=[fold(1, 5.0, days=8)]), manifest("v2", soup=[fold(1, 20.0)])

    assert compare(live, new, margin=0.05) is None


def test_dishes_taken_over_from_the_live_version_are_not_compared() -> None:
    live = manifest("v1", soup=[fold(1, 20.0)])
    new = manifest("v2").model_copy(update={"dishes": live.dishes})

    assert compare(live, new, margin=0.05) is None


def test_versions_are_not_compared_where_nothing_was_sold() -> None:
    live, new = (manifest(version, soup=[fold(1, 2.0, sold=0.0)]) for version in ("v1", "v2"))

    assert compare(live, new, margin=0.05) is None


def objection(live: Manifest, new: Manifest, *, force: bool = False) -> str:
    """The reason why a version whose parent is the live version does not go live, or empty."""
    found = objection_to(
        new, live.version, live, compare(live, new, 0.05), parent=live.version, has_been_live=False, force=force
    )
    return found.reason if found else ""


@pytest.mark.parametrize(("history_days", "reason"), [(300, ""), (151, ""), (149, "LESS_HISTORY"), (1, "LESS_HISTORY")])
def test_a_version_with_less_than_half_of_the_history_does_not_go_live_unforced(history_days: int, reason: str) -> None:
    live, new = manifest("v1", soup=[]), manifest("v2", history_days=history_days, soup=[])

    assert objection(live, new) == reason
    assert objection(live, new, force=True) == ""


@pytest.mark.parametrize(("sold", "reason"), [(100, ""), (60, ""), (49, "OTHER_SALES"), (950, "OTHER_SALES")])
def test_a_version_trained_on_sales_in_other_units_does_not_go_live_unforced(sold: float, reason: str) -> None:
    live, new = manifest("v1", soup=[fold(1, 20.0)]), manifest("v2", soup=[fold(1, 1.0, sold=sold)])

    assert objection(live, new) == reason
    assert objection(live, new, force=True) == ""


@pytest.mark.parametrize(
    ("live", "made"), [("v3", "version v3 was made live"), ("", "the live version was taken away")]
)
def test_a_version_does_not_go_live_even_forced_where_another_one_went_live_meanwhile(live: str, made: str) -> None:
    new = manifest("v2", soup=[])

    found = objection_to(new, live, None, None, parent="v1", has_been_live=False, force=True)

    assert found is not None
    assert found.reason == "LIVE_VERSION_CHANGED"
    assert found.message == (
        f"{made} while this run trained; version v2 is kept but not live: roll back to version v2 to make it live"
    )
