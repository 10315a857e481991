"""The line items of Clover, one row for each unit; only what is sold by weight or length has a quantity."""

import pandas as pd

from training_service.sources.files.tills.till import Till


def _one_unit_where_no_quantity(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(quantity=rows["quantity"].mask(rows["quantity"] == "", "1"))


CLOVER = Till(
    name="Clover, line items",
    names={
        "date": ("lineitemdate",),
        "dish": ("itemname",),
        "quantity": ("perunitquantity",),
        "number": ("itemsku", "itemproductcode"),
    },
    marks=frozenset({"lineitemdate", "itemname", "perunitquantity", "itemrevenue"}),
    sales_of=_one_unit_where_no_quantity,
    no_dishes=frozenset({"servicecharge"}),
)
