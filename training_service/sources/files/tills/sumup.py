"""The sales report of SumUp, one row for each item of a transaction; the description names the item."""

from training_service.sources.files.tills.till import Till

SUMUP = Till(
    name="SumUp, sales report",
    names={"date": ("date",), "dish": ("description",), "quantity": ("quantity",)},
    marks=frozenset({"date", "transactionid", "receiptnumber", "quantity", "description", "pricegross"}),
)
