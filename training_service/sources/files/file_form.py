"""Tells how a file was read, where the form of the file left a choice."""

from collections.abc import Sequence

from shared.notices import Notice
from training_service.outcomes import SALES_FORM


def form_warning(told: Sequence[str]) -> tuple[Notice, ...]:
    """The warning that says how a file was read; none where the form left no choice.

    Args:
        told: Parts of a sentence, such as "the encoding is taken for Windows-1252".
    """
    if not told:
        return ()
    return (Notice(SALES_FORM, f"{'; '.join(told)}; check whether this is right"),)
