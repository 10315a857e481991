"""The list of all formats of sales files. See docs/adding-a-sales-format.md."""

from training_service.sources.files.tills.any_till import ANY_TILL
from training_service.sources.files.tills.till import Till

#: A file is read by the first format here that recognises its header. ANY_TILL recognises every header, so it is last.
TILLS: tuple[Till, ...] = (ANY_TILL,)
