"""The detailed item sales of Square, one row for each item of a payment or refund, of one location or of several."""

from training_service.sources.files.tills.till import Till

SQUARE = Till(
    name="Square, item sales detail",
    # "Count" is the number of rows behind a unit that is weighed; "Qty" is what was sold.
    names={"date": ("date",), "dish": ("item",), "quantity": ("qty",), "store": ("location",), "number": ("sku",)},
    marks=frozenset({"date", "item", "qty", "pricepointname", "modifiersapplied"}),
)
