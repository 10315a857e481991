"""The exports of Odoo: orders with their lines, lines of orders of the point of sale, and the analysis of its orders."""

import pandas as pd

from training_service.sources.files.tills.till import Till

_TOLD = (
    "the times of Odoo are read as those of the restaurant, as Odoo 13 and newer write them for a user of its time zone; "
    "Odoo 12 and older write UTC: there, add a Z to the times, as in 2026-11-24 18:30:00Z"
)

#: Columns of an order with its lines, by language: the dates, the product, the quantity, the place of sale, and the
#: number of the order where its name is not a usual one.
_ORDERS = {
    "orders with lines": (
        ("orderdate", "date", "createdon"),
        ("orderlinesfullproductname", "orderlinesproductname", "orderlinesproduct", "orderlinesdescription"),
        "orderlinesquantity",
        ("pointofsale", "sessionpointofsale"),
        "",
    ),
    "orders with lines, in German": (
        ("auftragsdatum", "datum", "bestelldatum"),
        ("auftragszeilenvollstandigerproduktname", "auftragszeilenprodukt", "auftragszeilenbeschreibung"),
        "auftragszeilenmenge",
        ("kassensystem",),
        "",
    ),
    "orders of the point of sale for another import": (
        ("dateorder",),
        ("linesfullproductname", "linesproductidname", "linesproductid"),
        "linesqty",
        ("configid", "configidname"),
        "name",
    ),
    "orders for another import": (
        ("dateorder",),
        ("orderlineproductidname", "orderlineproductid", "orderlinename"),
        "orderlineproductuomqty",
        (),
        "name",
    ),
}


def _without_codes(rows: pd.DataFrame) -> pd.DataFrame:
    """Removes the code that stands before the name of a product, as in "[TIPS] Tips"."""
    return rows.assign(dish=rows["dish"].str.replace(r"^\[[^\]]*\]\s*(?=\S)", "", regex=True))


ODOO = (
    *(
        Till(
            name=f"Odoo, {what}",
            names={"date": dates, "dish": products, "quantity": (quantity,), "store": places},
            marks=frozenset({quantity}),
            sales_of=_without_codes,
            receipt=receipt,
            told=_TOLD,
        )
        for what, (dates, products, quantity, places, receipt) in _ORDERS.items()
    ),
    Till(
        name="Odoo, order lines of the point of sale",
        names={
            "date": ("orderrefdate", "orderrefcreatedon", "createdon"),
            "dish": ("fullproductname", "product"),
            "quantity": ("quantity",),
            "store": ("orderrefpointofsale", "orderrefsessionpointofsale"),
        },
        marks=frozenset({"orderrefdate", "product", "quantity"}),
        sales_of=_without_codes,
        told=_TOLD,
    ),
    Till(
        name="Odoo, orders analysis of the point of sale",
        names={
            "date": ("orderdate",),
            "dish": ("product",),
            "quantity": ("productquantity",),
            "store": ("pointofsale",),
        },
        marks=frozenset({"orderdate", "product", "productquantity", "pointofsale"}),
        sales_of=_without_codes,
        told=_TOLD,
    ),
)
