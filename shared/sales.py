"""Sales files: what comes out of them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from shared.csv_file import TextTable, lines_of, read_csv_file
from shared.errors import InvalidInput, Violation
from shared.parquet_file import read_parquet_file
from shared.sales_dates import parse_dates

FIELD = "sales_data_source"

#: Names that columns go by, without case, spaces and underscores.
_ALIASES = {
    "date": ("date", "day", "businessdate", "salesdate", "orderdate", "transactiondate", "saledate", "timestamp", "ds"),
    "dish": ("dish", "dishname", "item", "itemname", "menuitem", "product", "productname", "recipe", "recipename"),
    "quantity": ("sales", "quantity", "quantitysold", "qty", "qtysold", "units", "unitssold", "sold", "y"),
    "store": ("store", "storeid", "storename", "branch", "restaurant", "restaurantid", "location", "outlet"),
}

#: Settings that name a column which is not recognised.
_SETTINGS = {"date": "SALES_DATE_COLUMN", "dish": "SALES_DISH_COLUMN", "quantity": "SALES_QUANTITY_COLUMN"}

#: Units of one dish in a row, or on a day, above which a figure is a mistake.
MOST_UNITS = 1e9


@dataclass(frozen=True, slots=True)
class SalesColumns:
    """Names of columns, and the format of dates, where they are not to be recognised.

    Args:
        date, dish, quantity, store: as they stand in the header; None to recognise.
        date_format: as `strptime` takes it; None to recognise.
    """

    date: str | None = None
    dish: str | None = None
    quantity: str | None = None
    store: str | None = None
    date_format: str | None = None


def read_sales_file(path: Path, store: str, columns: SalesColumns) -> pd.DataFrame:
    """Reads the sales of one store: a point-of-sale export as it is, or the tidy form; CSV or Parquet.

    Several rows for one dish and day are added up. In a file with a store column only the rows of `store` count; a
    file without one serves any store.

    Args:
        path: ending in .parquet, else CSV: UTF-8, with or without byte-order mark; separated by comma, semicolon or
            tab.
        store: whose sales.
        columns: names and date format, where they are not to be recognised.

    Returns:
        `date` (datetime64[s], midnight), `dish` (str), `sales` (float64, >= 0, units), `rows` (of the file that they
        are the sum of); one row per dish and day, sorted by dish, then date.

    Raises:
        InvalidInput: with every violation, naming the column and the first offending lines.
    """
    is_parquet = path.suffix.lower() == ".parquet"
    file = read_parquet_file(path, FIELD) if is_parquet else read_csv_file(path, FIELD)
    names = _find_columns(file, columns)
    table = file.table
    if names["store"]:
        in_file = table[names["store"]].str.strip()
        table = table[in_file == store]
        if table.empty:
            # Which others there are is nobody's business but theirs.
            raise _violation(f"column {names['store']!r}: no sales of store {store!r}; is its name written as there?")
    dish = table[names["dish"]].str.strip()
    dates, violations = parse_dates(table[names["date"]], names["date"], columns.date_format, FIELD)
    sales, wrong_sales = _parse_quantities(table[names["quantity"]], names["quantity"], file.separator)
    violations += wrong_sales
    if (dish == "").any():
        violations.append(Violation(FIELD, f"column {names['dish']!r}: no dish named on {lines_of(dish == '')}"))
    garbled = dish.str.contains(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", regex=True)
    if garbled.any():
        description = f"column {names['dish']!r}: control characters in the name of the dish on {lines_of(garbled)}"
        violations.append(Violation(FIELD, description))
    if violations:
        raise InvalidInput(violations)
    tidy = pd.DataFrame({"date": dates, "dish": dish, "sales": sales})
    return add_up(tidy.assign(rows=1))


def add_up(rows: pd.DataFrame) -> pd.DataFrame:
    """Adds up the rows of each dish and day.

    Args:
        rows: `date`, `dish`, `sales`, and `rows`, which each of them stands for.

    Returns:
        The same columns, one row per dish and day, sorted by dish, then date.
    """
    summed = rows.groupby(["dish", "date"], sort=True)[["sales", "rows"]].sum().reset_index()
    return summed[["date", "dish", "sales", "rows"]]


def _find_columns(file: TextTable, columns: SalesColumns) -> dict[str, str]:
    """The file's name of each column; "" for a store column that is not there."""
    by_alias = {_plain(name): name for name in reversed(file.header)}
    found: dict[str, str] = {}
    missing = []
    for role, aliases in _ALIASES.items():
        wanted = getattr(columns, role)
        if wanted is not None:
            found[role] = wanted if wanted in file.header else ""
        else:
            found[role] = next((by_alias[alias] for alias in aliases if alias in by_alias), "")
        if not found[role] and (wanted is not None or role != "store"):
            missing.append((role, wanted))
    if missing:
        there = ", ".join(repr(name) for name in file.header)
        raise InvalidInput([Violation(FIELD, _describe_missing(role, wanted, there)) for role, wanted in missing])
    return found


def _describe_missing(role: str, wanted: str | None, there: str) -> str:
    if wanted is not None:
        return f"line 1: no column {wanted!r}; the columns are {there}"
    return (
        f"line 1: no column for the {role} (such as {', '.join(_ALIASES[role][:3])}); the columns are {there}; "
        f"the server's {_SETTINGS[role]} can name it"
    )


def _parse_quantities(text: pd.Series, name: str, separator: str) -> tuple[pd.Series, list[Violation]]:
    """Quantities as numbers, and what is wrong with them."""
    plain = text.str.strip()
    if separator == ";":  # where a comma separates no fields it separates decimals
        plain = plain.str.replace(r"^(-?\d+),(\d+)$", r"\1.\2", regex=True)
    numbers = pd.to_numeric(plain, errors="coerce").astype(np.float64)
    finite = numbers.abs() < np.inf
    violations = []
    if not finite.all():
        violations.append(Violation(FIELD, f"column {name!r}: expected numbers; not so on {lines_of(~finite, text)}"))
    too_many = finite & (numbers > MOST_UNITS)
    if too_many.any():
        description = f"column {name!r}: expected at most {MOST_UNITS:,.0f} units; not so on {lines_of(too_many, text)}"
        violations.append(Violation(FIELD, description))
    negative = finite & (numbers < 0)
    if negative.any():
        violations.append(
            Violation(
                FIELD,
                f"column {name!r}: expected no negatives (set refunds off against the sales first); not so on "
                f"{lines_of(negative, text)}",
            )
        )
    return numbers, violations


def _violation(description: str) -> InvalidInput:
    return InvalidInput([Violation(FIELD, description)])


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
