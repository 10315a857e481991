"""The option --event of `suschef train`: unusual days with a name."""

from datetime import date

import typer

from smartsuschef.forecast.v1.training_pb2 import SalesEvent


def event(text: str) -> SalesEvent:
    """Reads the text of an event, such as 2026-09-12=fair or 2026-09-12..2026-09-13=fair.

    Args:
        text: The text that the user gave.

    Raises:
        BadParameter: The text has no days or no name.
    """
    days, _, name = text.partition("=")
    first, is_span, last = days.partition("..")
    try:
        if not name.strip():
            raise ValueError
        event = SalesEvent(name=name.strip(), first_date=date.fromisoformat(first.strip()).isoformat())
        if is_span:
            event.last_date = date.fromisoformat(last.strip()).isoformat()
    except ValueError:
        raise typer.BadParameter(f"expected 2026-09-12=name or 2026-09-12..2026-09-13=name, got {text!r}") from None
    return event
