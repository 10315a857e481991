"""The format of a file that no other format recognises: its columns go by one of many usual names."""

from training_service.sources.files.tills.till import Till

ANY_TILL = Till(
    name="any file",
    names={
        "date": (
            *("date", "day", "businessdate", "salesdate", "orderdate", "transactiondate", "saledate", "timestamp"),
            *("ds", "datum", "fecha", "日期", "营业日期"),
        ),
        "dish": (
            *("dish", "dishname", "item", "itemname", "menuitem", "product", "productname", "recipe", "recipename"),
            *("gericht", "speise", "artikel", "produkt", "plat", "article", "produit", "plato", "producto", "piatto"),
            *("菜品", "菜名", "菜品名称", "商品名称"),
        ),
        "quantity": (
            *("quantity", "quantitysold", "qty", "qtysold", "units", "unitssold", "sold"),
            *("menge", "anzahl", "quantité", "quantite", "cantidad", "quantità", "数量", "销量", "销售数量"),
            # Last, as beside a column of quantities a column named "sales" has money.
            *("sales", "y"),
        ),
        "store": (
            *("store", "storeid", "storename", "branch", "restaurant", "restaurantid", "outlet", "filiale"),
            "门店",
        ),
    },
)
