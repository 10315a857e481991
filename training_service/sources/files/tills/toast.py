"""The item selection details of Toast, one row for each item of a check, with the voided ones."""

from training_service.sources.files.tills.till import Till

TOAST = Till(
    name="Toast, item selection details",
    # An item may be sent to the kitchen on another day than that of its order.
    names={
        "date": ("orderdate",),
        "dish": ("menuitem",),
        "quantity": ("qty",),
        "store": ("location",),
        "number": ("plu", "sku"),
    },
    marks=frozenset({"orderdate", "sentdate", "menuitem", "qty"}),
)
