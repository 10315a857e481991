"""The list of all formats of sales files. See docs/adding-a-sales-format.md."""

from training_service.sources.files.tills.airregi import AIRREGI
from training_service.sources.files.tills.any_till import ANY_TILL
from training_service.sources.files.tills.clover import CLOVER
from training_service.sources.files.tills.lightspeed import LIGHTSPEED_L, LIGHTSPEED_X
from training_service.sources.files.tills.loyverse import LOYVERSE
from training_service.sources.files.tills.odoo import ODOO
from training_service.sources.files.tills.shopify import SHOPIFY
from training_service.sources.files.tills.square import SQUARE
from training_service.sources.files.tills.sumup import SUMUP
from training_service.sources.files.tills.till import Till
from training_service.sources.files.tills.toast import TOAST
from training_service.sources.files.tills.woocommerce import WOOCOMMERCE_ITEMS, WOOCOMMERCE_ORDERS
from training_service.sources.files.tills.zettle import ZETTLE

#: A file is read by the first format here that recognises its header. ANY_TILL recognises every header, so it is last.
TILLS: tuple[Till, ...] = (
    SQUARE,
    TOAST,
    LOYVERSE,
    SUMUP,
    SHOPIFY,
    CLOVER,
    LIGHTSPEED_X,
    *LIGHTSPEED_L,
    *ZETTLE,
    WOOCOMMERCE_ORDERS,
    WOOCOMMERCE_ITEMS,
    *ODOO,
    AIRREGI,
    ANY_TILL,
)
