"""Says which stores a file has, where the store that was asked for has no rows."""

from shared.names import DEFAULT_STORE, enumerated

#: Stores that a message names at most.
_STORES_NAMED = 12


def no_such_store(store: str, stores: set[str]) -> str:
    """Why no row of a file is of a store, and what to do.

    Args:
        store: Name of the store that was asked for.
        stores: Names of the stores that the file has.
    """
    if store != DEFAULT_STORE:
        # Whoever asks for one store need not learn the others: they may belong to other people.
        return f"no sales of store {store!r}; write the name of the store as in the file"
    listed = enumerated([repr(name) for name in sorted(stores)[:_STORES_NAMED]], len(stores))
    return (
        f"the file has the sales of several restaurants: {listed}; choose one of them as the store; if they are places "
        "inside one restaurant, set the server's SALES_STORE_COLUMN to none"
    )
