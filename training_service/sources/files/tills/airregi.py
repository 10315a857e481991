"""The receipts by item of Airregi (エアレジ, 会計明細): only the first line of a receipt has its date and its time."""

from training_service.sources.files.tills.till import Till

AIRREGI = Till(
    name="Airregi, 会計明細",
    names={
        "date": ("会計日", "会計日時"),
        "dish": ("メニュー名",),
        "quantity": ("注文数量",),
        "store": ("店舗名",),
        "number": ("商品id",),
    },
    marks=frozenset({"取引no", "会計日", "メニュー名", "注文数量"}),
    receipt="取引no",
)
