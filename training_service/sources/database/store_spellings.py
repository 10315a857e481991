"""Finds out how a database writes the name of a store: perhaps with decomposed accents, or with other blanks."""

from collections.abc import Iterator

from sqlalchemy import Connection, Executable, text

from shared.names import PLAIN_NAME
from shared.store_names import store_in_data
from training_service.sources.database.application_schema import all_stores, known_stores
from training_service.sources.database.queries import Queries


def spellings(connection: Connection, queries: Queries, store: str, *, in_sales: bool = False) -> Iterator[list[str]]:
    """Lists in which ways a database may write the name of a store, to be tried in turn until rows are found.

    Args:
        connection: Connection to the database.
        queries: SQL of the operator, which may list the stores.
        store: Name of the store in its one form.
        in_sales: Whether the ways are those of the sales; else they are those of the small table of the stores.

    Yields:
        One or more names, which all mean this store.
    """
    is_plain = PLAIN_NAME.fullmatch(store) is not None
    if is_plain:
        # Most names are plain and written as they are, so their stores are found without a list of all stores.
        yield [store]
    statement = _list_of_stores(connection, queries, in_sales=in_sales)
    found = connection.execute(statement).scalars().all() if statement is not None else []
    written = {str(name) for name in found if name is not None}
    same = sorted(name for name in written if store_in_data(name) == store)
    if same:
        yield same
    elif not is_plain and not (in_sales and statement is not None and not queries.stores):
        # Other lists may be incomplete. The sales are not asked for a name that they do not have: a database that
        # takes "ü" and "u" for the same would answer with the sales of another store.
        yield [store]


def _list_of_stores(connection: Connection, queries: Queries, *, in_sales: bool) -> Executable | None:
    if queries.stores:
        return text(queries.stores)
    if in_sales:
        return None if queries.sales else all_stores()
    return known_stores(connection)
