"""The exports of Lightspeed: the sales history of Retail X-Series (once Vend), and the data of Restaurant L-Series."""

import pandas as pd

from training_service.sources.files.tills.column_names import usual_names
from training_service.sources.files.tills.till import Till


def _lines_of_products(rows: pd.DataFrame) -> pd.DataFrame:
    """Leaves out the rows of whole sales, which repeat their lines in one text, and those of payments."""
    return rows[rows["linetype"].str.casefold() == "sale line"]


LIGHTSPEED_X = Till(
    name="Lightspeed Retail X-Series, sales history",
    names={"date": ("date",), "dish": ("details",), "quantity": ("quantity",), "number": ("sku",)},
    marks=frozenset({"receiptnumber", "details", "accountcodesale"}),
    more_columns=("linetype",),
    sales_of=_lines_of_products,
    # Only the row of the whole sale says that the sale was voided or parked.
    of_order=frozenset({"status"}),
)

#: Columns of the company, which is a restaurant of an account, and of the receipt, by language.
_COMPANY_AND_RECEIPT = {
    "English": ("companyid", "companyname", "receiptid"),
    "Dutch": ("bedrijfsid", "bedrijfsnaam", "kasticketid"),
}

LIGHTSPEED_L = tuple(
    Till(
        name=f"Lightspeed Restaurant L-Series, exported data ({language})",
        names={role: usual_names(role) for role in ("date", "dish", "quantity", "number")} | {"store": (name,)},
        marks=frozenset({company, name, receipt}),
        receipt=receipt,
    )
    for language, (company, name, receipt) in _COMPANY_AND_RECEIPT.items()
)
