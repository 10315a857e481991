"""SQL that the operator gives for a database with another schema than the existing application's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Executable, text


@dataclass(frozen=True, slots=True)
class Queries:
    """SQL for another schema; an empty text stands for the query of the existing application's schema.

    Every query but that of the stores has the named parameter `:store`, which it need not use.

    Args:
        sales: Query of the columns `date`, `dish` and `quantity`, with any number of rows for a dish and day. A date
            may be a date, a moment or ISO text.
        weather: Query of the column `date` and any of WEATHER_COLS.
        place: Query of one row with the columns `latitude`, `longitude` and `country`.
        events: Query of the columns `date` and `name`, and perhaps `last_date` and `dish`, of named days from which
            nothing is learnt.
        school_holidays: Query of the columns `start_date`, `end_date` and `name`, and perhaps `country` and
            `subdivision`, of school holidays.
        stores: Query of one column with the name of each store, without a parameter.
    """

    sales: str = ""
    weather: str = ""
    place: str = ""
    events: str = ""
    school_holidays: str = ""
    stores: str = ""


def statement_of(query: str, store: str) -> tuple[Executable, dict[str, str]] | None:
    """The statement of a query, with its parameters; None where the query is empty.

    Args:
        query: SQL with the named parameter `:store`.
        store: Name of the store.
    """
    return (text(query), {"store": store}) if query else None


def check_columns(query: str, wanted: Sequence[str], given: Iterable[str]) -> None:
    """Checks that a query gives all columns that are read.

    Args:
        query: What the query reads, such as "sales", for the message.
        wanted: Names of the columns that are read.
        given: Names of the columns that the query gives.

    Raises:
        ValueError: The query lacks columns; the message names them.
    """
    there = list(given)
    missing = [name for name in wanted if name not in there]
    if missing:
        raise ValueError(
            f"the {query} query gives no column {', '.join(missing)}; it gives {', '.join(there)}; "
            f"rename columns with AS in {query.upper()}_QUERY"
        )
