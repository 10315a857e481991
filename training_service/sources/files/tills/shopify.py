"""The export of orders of Shopify, one row for each line of an order; the column `Name` is the number of the order."""

from training_service.sources.files.tills.till import Till

SHOPIFY = Till(
    name="Shopify, orders",
    names={
        "date": ("createdat",),
        "dish": ("lineitemname",),
        "quantity": ("lineitemquantity",),
        "store": ("location",),
        "number": ("lineitemsku",),
    },
    marks=frozenset({"createdat", "lineitemname", "lineitemquantity"}),
    receipt="name",
    # Only the first line of an order has its states.
    of_order=frozenset({"financialstatus", "cancelledat"}),
)
