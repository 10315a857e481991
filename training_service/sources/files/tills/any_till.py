"""The format of a file that no other format recognises: its columns go by one of many usual names."""

from training_service.sources.files.tills.column_names import usual_names
from training_service.sources.files.tills.till import Till

ANY_TILL = Till(
    name="any file",
    names={role: usual_names(role) for role in ("date", "dish", "quantity", "store", "number")},
)
