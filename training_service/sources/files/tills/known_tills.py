"""The list of all formats of sales files. See docs/adding-a-sales-format.md."""

from training_service.sources.files.tills.any_till import ANY_TILL
from training_service.sources.files.tills.loyverse import LOYVERSE
from training_service.sources.files.tills.shopify import SHOPIFY
from training_service.sources.files.tills.square import SQUARE
from training_service.sources.files.tills.sumup import SUMUP
from training_service.sources.files.tills.till import Till
from training_service.sources.files.tills.toast import TOAST

#: A file is read by the first format here that recognises its header. ANY_TILL recognises every header, so it is last.
TILLS: tuple[Till, ...] = (SQUARE, TOAST, LOYVERSE, SUMUP, SHOPIFY, ANY_TILL)
