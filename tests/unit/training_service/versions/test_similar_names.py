"""Names of dishes that look alike."""

import pytest

from training_service.versions.similar_names import similar_names


@pytest.mark.parametrize(
    "alike",
    [
        ("Tomato soup", "TomatoSoup", "tomato  soup"),
        ("Creme brulee", "Crème brûlée"),
        ("Flat White", "Flat-White"),
        ("Espresso Martini", "Expresso Martini"),
        ("Cappuccino", "Cappucino"),
        ("Club Sandwich", "Club Sandwiches"),
        ("Bagel", "Bagels"),
        ("Panini tonno", "Panino tonno"),
        ("Chicken Kebab", "Chicken Kebap"),
    ],
)
def test_names_that_look_alike_are_a_group(alike: tuple[str, ...]) -> None:
    assert similar_names(["Soup of the day", *alike, "Bread"]) == (tuple(sorted(alike)),)


@pytest.mark.parametrize(
    "dishes",
    [
        ["Menu 1", "Menu 2"],
        ["Cola 0.3 l", "Cola 0.5 l"],
        ["Tea", "Pea"],
        ["牛肉面", "羊肉面"],
        ["Cola", "Coke"],
        ["Large Pizza 12", "Large Pizza 13"],
    ],
)
def test_other_dishes_are_no_group(dishes: list[str]) -> None:
    assert similar_names(dishes) == ()


def test_thousands_of_names_take_little_time() -> None:
    names = [f"{word} number {number}" for number in range(1000) for word in ("Soup", "Salad", "Curry")]

    assert similar_names(names) == ()
