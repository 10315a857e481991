"""Names of dishes in messages: there may be hundreds of them, and one of them may be mistyped."""

import difflib
from collections.abc import Collection, Sequence

from shared.enumeration import enumerated
from shared.errors import NotFound

#: Dishes that a message names.
_NAMES_TOLD = 20


def require_models(dishes: Sequence[str], known: Collection[str]) -> None:
    """Sees that there is a model for each of some dishes.

    Args:
        dishes: named by a request.
        known: that have a model.

    Raises:
        NotFound: one has none.
    """
    unknown = [dish for dish in dishes if dish not in known]
    if unknown:
        described = enumerated([_described(dish, known) for dish in unknown[:_NAMES_TOLD]], len(unknown))
        raise NotFound(
            f"no model for {described}; ListModels tells the dishes that have one",
            reason="UNKNOWN_DISH",
        )


def listed(dishes: Sequence[str]) -> str:
    """Names for a message."""
    return enumerated([repr(dish) for dish in dishes[:_NAMES_TOLD]], len(dishes))


def _described(dish: str, known: Collection[str]) -> str:
    similar = difflib.get_close_matches(dish, known, n=1)
    return f"{dish!r} (did you mean {similar[0]!r}?)" if similar else repr(dish)
