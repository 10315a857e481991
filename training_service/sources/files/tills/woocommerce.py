"""The orders of WooCommerce, one row for each product of an order, as its two usual plugins export them."""

import pandas as pd

from training_service.sources.files.tills.till import Till, plain

#: State of an order that nobody has paid and that becomes cancelled by itself, as the plugins write it.
_UNPAID = frozenset(map(plain, ("pending", "wc-pending", "pending payment", "zahlung ausstehend", "attente paiement")))


def _without_unpaid(rows: pd.DataFrame, status: str) -> pd.DataFrame:
    return rows[~rows[status].map(plain).isin(_UNPAID)]


def _sold(rows: pd.DataFrame) -> pd.DataFrame:
    return _without_unpaid(rows, "orderstatus")


def _less_refunded(rows: pd.DataFrame) -> pd.DataFrame:
    """The quantities less the units refunded, which the plugin writes as a negative number."""
    rows = _without_unpaid(rows, "status")
    sold, refunded = (pd.to_numeric(rows[name], errors="coerce") for name in ("quantity", "itemrefundedqty"))
    net = (sold - refunded.abs()).map("{:g}".format)
    return rows.assign(quantity=rows["quantity"].where(~(refunded.abs() > 0) | sold.isna(), net))


WOOCOMMERCE_ORDERS = Till(
    name="WooCommerce, Advanced Order Export",
    # Older versions of the plugin call the item just "Name".
    names={
        "date": ("orderdate",),
        "dish": ("itemname", "productname", "productnamemain", "name"),
        "quantity": ("quantityrefund",),
        "number": ("sku",),
    },
    marks=frozenset({"ordernumber", "orderstatus", "orderdate", "quantityrefund"}),
    more_columns=("orderstatus",),
    sales_of=_sold,
    of_order=frozenset({"orderstatus"}),
)

WOOCOMMERCE_ITEMS = Till(
    name="WooCommerce, Customer/Order/Coupon Export, one row for each item",
    names={
        "date": ("date", "orderdate"),
        "dish": ("itemname",),
        "quantity": ("itemquantity",),
        "number": ("itemsku",),
    },
    marks=frozenset({"status", "itemname", "itemquantity", "itemrefundedqty"}),
    more_columns=("itemrefundedqty", "status"),
    sales_of=_less_refunded,
)
