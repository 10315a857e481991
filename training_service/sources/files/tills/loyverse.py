"""The receipts by item of Loyverse, one row for each item of a receipt, where refunds have a receipt type of their own."""

from training_service.sources.files.tills.till import Till

LOYVERSE = Till(
    name="Loyverse, receipts by item",
    names={
        "date": ("date",),
        "dish": ("item", "itemname"),
        "quantity": ("quantity",),
        "store": ("store",),
        "number": ("sku",),
    },
    marks=frozenset({"date", "receiptnumber", "receipttype", "variant", "quantity"}),
)
