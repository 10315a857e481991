"""Lists dishes in messages, 20 at most, and proposes similar names for a mistyped dish."""

import difflib
from collections.abc import Collection, Mapping, Sequence

from shared.errors import NotFound, Violation
from shared.names import enumerated
from shared.registry.manifest import Manifest

#: Number of dishes that a message names.
_NAMES_SHOWN = 20

#: Number of the named dishes for which a similar name is looked for, and the longest name in characters that is
#: compared: the search takes time in proportion to the length of the names and to the number of dishes.
_NAMES_COMPARED = 3
_LONGEST_COMPARED = 60


def require_models(dishes: Mapping[str, str], dishes_with_model: Collection[str], manifest: Manifest) -> None:
    """Checks that each dish of a request has a model.

    Args:
        dishes: Names of the dishes of the request by the field that names them, such as `dishes[0]`.
        dishes_with_model: Names of all dishes that have a model.
        manifest: Manifest of the version that is asked.

    Raises:
        NotFound: A dish has no model; the message names similar dishes.
    """
    fields = {field: dish for field, dish in dishes.items() if dish not in dishes_with_model}
    if fields:
        unknown = list(fields.values())
        described = enumerated(
            [
                *(_with_similar(dish, dishes_with_model) for dish in unknown[:_NAMES_COMPARED]),
                *(repr(dish) for dish in unknown[_NAMES_COMPARED:_NAMES_SHOWN]),
            ],
            len(unknown),
        )
        raise NotFound(
            f"no model for {described}; ListModels lists the dishes that have one",
            reason="UNKNOWN_DISH",
            metadata={"dish": unknown[0], "store": manifest.store, "version": manifest.version},
            violations=[Violation(field, f"no model for {dish!r}") for field, dish in fields.items()],
        )


def listed(dishes: Sequence[str]) -> str:
    """The first names of some dishes, and the number of the others, for a message."""
    return enumerated([repr(dish) for dish in dishes[:_NAMES_SHOWN]], len(dishes))


def _with_similar(dish: str, dishes_with_model: Collection[str]) -> str:
    if len(dish) > _LONGEST_COMPARED:
        return repr(dish)
    comparable = [name for name in dishes_with_model if len(name) <= _LONGEST_COMPARED]
    similar = difflib.get_close_matches(dish, comparable, n=1)
    return f"{dish!r} (did you mean {similar[0]!r}?)" if similar else repr(dish)
