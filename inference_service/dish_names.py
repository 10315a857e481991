"""Names of dishes in messages: there may be hundreds of them, and one of them may be mistyped."""

import difflib
from collections.abc import Collection, Sequence

from shared.errors import NotFound
from shared.names import enumerated

#: Dishes that a message names.
_NAMES_TOLD = 20

#: Those of them for which a similar name is looked for, and characters of the longest names that are compared: the
#: search takes as long as the names are long, times the dishes that there are.
_NAMES_COMPARED = 3
_LONGEST_COMPARED = 60


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
        described = enumerated(
            [
                *(_with_similar(dish, known) for dish in unknown[:_NAMES_COMPARED]),
                *(repr(dish) for dish in unknown[_NAMES_COMPARED:_NAMES_TOLD]),
            ],
            len(unknown),
        )
        raise NotFound(
            f"no model for {described}; ListModels tells the dishes that have one",
            reason="UNKNOWN_DISH",
        )


def listed(dishes: Sequence[str]) -> str:
    """Names for a message."""
    return enumerated([repr(dish) for dish in dishes[:_NAMES_TOLD]], len(dishes))


def _with_similar(dish: str, known: Collection[str]) -> str:
    if len(dish) > _LONGEST_COMPARED:
        return repr(dish)
    comparable = [name for name in known if len(name) <= _LONGEST_COMPARED]
    similar = difflib.get_close_matches(dish, comparable, n=1)
    return f"{dish!r} (did you mean {similar[0]!r}?)" if similar else repr(dish)
