"""The raw data report of Zettle (PayPal, once iZettle): a workbook with a title, in the language of the account."""

import pandas as pd

from training_service.sources.files.tills.till import Till

#: Names of the columns by language: the dates, the number of the receipt, the product, its variant, the units.
_COLUMNS = {
    "English": (("date",), "receiptnumber", "name", "variant", "quantity"),
    "Swedish": (("datum", "tid"), "kvittonummer", "namn", "variant", "antal"),
    "Danish": (("dato", "tid"), "kvitteringsnummer", "navn", "variant", "antal"),
    "Norwegian": (("dato", "tid"), "kvitteringsnummer", "navn", "variant", "antall"),
    "French": (("date",), "recun", "nom", "variante", "quantite"),
}


def _without_typed_amounts(rows: pd.DataFrame) -> pd.DataFrame:
    """Leaves out the amounts that were typed in without a product."""
    return rows[rows["dish"] != ""]


ZETTLE = tuple(
    Till(
        name=f"Zettle, raw data report ({language})",
        names={"date": dates, "dish": (product,), "quantity": (units,), "number": ("sku",)},
        marks=frozenset({receipt, product, variant, units}),
        sales_of=_without_typed_amounts,
        receipt=receipt,
    )
    for language, (dates, receipt, product, variant, units) in _COLUMNS.items()
)
