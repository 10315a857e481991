"""Recognises lines of a receipt that are no dishes: tips, fees, deliveries, gift cards and discounts."""
# ruff: noqa: RUF001  (the words are in many languages)

from functools import lru_cache
from typing import Final

from training_service.sources.files.rows.words import Vocabulary

#: Whole names of such lines. A dish called "Tip-Top Burger" is none of them.
NO_DISHES: Final = Vocabulary(
    (
        *("tip", "tips", "gratuity", "auto gratuity", "service charge", "service fee", "surcharge", "booking fee"),
        *("delivery", "delivery fee", "delivery charge", "shipping", "shipping fee", "shipping cost", "shipping costs"),
        *("postage", "packaging fee", "card fee", "gift card", "gift cards", "gift certificate", "gift voucher"),
        *("e gift card", "egift card", "voucher", "discount", "discounts", "coupon", "rounding", "cash rounding"),
        *("deposit", "donation", "custom amount", "manual amount"),
        *("trinkgeld", "bedienungsgeld", "servicegebühr", "servicepauschale", "liefergebühr", "liefergebühren"),
        *("lieferkosten", "versand", "versandkosten", "gutschein", "gutscheine", "geschenkgutschein", "wertgutschein"),
        *("geschenkkarte", "rabatt", "rundung", "rundungsdifferenz", "pfand", "flaschenpfand"),
        *("pourboire", "pourboires", "livraison", "frais de livraison", "frais de port", "frais de service"),
        *("carte cadeau", "chèque cadeau", "bon cadeau", "remise", "réduction", "arrondi", "consigne"),
        *("propina", "propinas", "envío", "gastos de envío", "tarjeta regalo", "cargo por servicio", "descuento"),
        *("redondeo", "mancia", "consegna", "spese di consegna", "spese di spedizione", "buono regalo"),
        *("carta regalo", "sconto", "arrotondamento", "gorjeta", "taxa de serviço", "taxa de entrega", "frete"),
        *("vale presente", "cartão presente", "desconto"),
        *("fooi", "fooien", "bezorgkosten", "verzendkosten", "servicekosten", "cadeaubon", "cadeaukaart", "korting"),
        *("afronding", "statiegeld", "dricks", "drikkepenger", "drikkepenge", "frakt", "fragt", "presentkort"),
        *("gavekort", "lahjakortti", "juomaraha", "toimitusmaksu", "rabat", "alennus", "öresavrundning", "pant"),
        *("napiwek", "dostawa", "koszt dostawy", "bon podarunkowy", "karta podarunkowa", "bahşiş", "servis ücreti"),
        *("teslimat ücreti", "hediye kartı", "indirim"),
        *("サービス料", "送料", "配送料", "割引", "値引", "値引き", "クーポン", "商品券", "ギフト券", "ギフトカード"),
        *("小费", "服务费", "服務費", "配送费", "外送費", "运费", "運費", "打包费", "礼品卡", "禮品卡", "折扣", "优惠"),
        *("팁", "봉사료", "배달비", "배달료", "상품권", "할인"),
    )
)

#: Names whose answer is remembered.
_NAMES_KEPT = 50_000


@lru_cache(maxsize=_NAMES_KEPT)
def is_no_dish(name: str) -> bool:
    """Tells whether the name of a dish stands for a tip, a fee, a delivery, a gift card or a discount.

    Args:
        name: Text in place of the name of a dish.
    """
    return NO_DISHES.is_all_of(name)
