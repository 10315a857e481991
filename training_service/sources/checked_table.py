"""Checks a small table of texts, such as that of named days, from a file or a database."""

from collections.abc import Mapping, Sequence

import pandas as pd

from shared.errors import InvalidInput, Violation
from training_service.sources.files.wrong_lines import lines_of


def stripped(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The texts of some columns without blanks around them; empty texts for a column that the table lacks.

    Args:
        table: Texts, indexed by line number.
        columns: Names of the columns.
    """
    texts: pd.DataFrame = table.apply(lambda column: column.str.strip())
    return texts.reindex(columns=list(columns), fill_value="")


def days_of(texts: pd.Series) -> pd.Series:
    """The days that texts such as 2026-11-23 name; NaT for other texts."""
    return pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce")


def require_right(wrong: Mapping[str, "pd.Series[bool]"], field: str) -> None:
    """Checks that no row is wrong.

    Args:
        wrong: Whether each row is wrong, indexed by line number, by what is expected of the rows.
        field: Name of the table in violations.

    Raises:
        InvalidInput: Rows are wrong; every violation names what is expected and the first wrong lines.
    """
    violations = [
        Violation(field, f"{expected}; not so on {lines_of(is_wrong)}")
        for expected, is_wrong in wrong.items()
        if is_wrong.any()
    ]
    if violations:
        raise InvalidInput(violations)
