"""Sales files: what comes out of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from shared.errors import InvalidInput, Violation
from shared.names import DEFAULT_STORE
from training_service.sources.files.csv_file import CsvFile
from training_service.sources.files.parquet_file import ParquetFile
from training_service.sources.files.sales_dates import DateColumn
from training_service.sources.files.sales_quantities import QuantityColumn
from training_service.sources.files.wrong_lines import WrongLines

FIELD = "sales_data_source"

#: Names that columns go by, without case, spaces and underscores; of several in a file the first one here counts.
#: "Sales" is the last of the quantities: beside a quantity it is money.
_ALIASES = {
    "date": (
        *("date", "day", "businessdate", "salesdate", "orderdate", "transactiondate", "saledate", "timestamp", "ds"),
        *("datum", "fecha", "日期", "营业日期"),
    ),
    "dish": (
        *("dish", "dishname", "item", "itemname", "menuitem", "product", "productname", "recipe", "recipename"),
        *("gericht", "speise", "artikel", "produkt", "plat", "article", "produit", "plato", "producto", "piatto"),
        *("菜品", "菜名", "菜品名称", "商品名称"),
    ),
    "quantity": (
        *("quantity", "quantitysold", "qty", "qtysold", "units", "unitssold", "sold"),
        *("menge", "anzahl", "quantité", "quantite", "cantidad", "quantità", "数量", "销量", "销售数量"),
        *("sales", "y"),
    ),
    "store": ("store", "storeid", "storename", "branch", "restaurant", "restaurantid", "outlet", "filiale", "门店"),
}

#: Settings that name a column which is not recognised.
_SETTINGS = {"date": "SALES_DATE_COLUMN", "dish": "SALES_DISH_COLUMN", "quantity": "SALES_QUANTITY_COLUMN"}

#: What no name of a dish may have: a terminal or a log would obey it. Tabs and ends of lines do no harm.
CONTROL_CHARACTERS = r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"


class StoreNotInFile(InvalidInput):
    """A file that tells stores apart has none of this name."""


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


def read_sales_file(path: Path, store: str, columns: SalesColumns, time_zone: str | None = None) -> pd.DataFrame:
    """Reads the sales of one store: a point-of-sale export as it is, or the tidy form; CSV or Parquet.

    Several rows for one dish and day are added up. In a file with a store column only the rows of `store` count; a
    file without one serves any store, and one that names a single store serves the default store too.

    Args:
        path: ending in .parquet, else CSV: UTF-8, with or without byte-order mark; separated by comma, semicolon or
            tab.
        store: whose sales.
        columns: names and date format, where they are not to be recognised.
        time_zone: of the store, in which moments that have an offset are days; None where it is not known: then the day
            counts that is written.

    Returns:
        `date` (datetime64[s], midnight), `dish` (str), `sales` (float64, >= 0, units), `rows` (of the file that they
        are the sum of); one row per dish and day, sorted by dish, then date.

    Raises:
        InvalidInput: with every violation, naming the column and the first offending lines.
    """
    file = _opened(path, time_zone)
    names = _find_columns(file.header, columns)
    in_file = _store_in_file(file, names["store"], store) if names["store"] else ""
    dates = DateColumn(names["date"], columns.date_format, time_zone, FIELD)
    quantities = QuantityColumn(names["quantity"], file.separator, FIELD)
    unnamed, garbled = WrongLines(), WrongLines()
    # By each format of dates and each decimal mark that fit so far: which ones they are shows at the end only.
    sums: dict[tuple[str, str], pd.DataFrame] = {}
    for part in file.chunks([name for name in dict.fromkeys(names.values()) if name]):
        table = part[part[names["store"]].str.strip() == in_file] if names["store"] else part
        if table.empty:
            continue
        dish = table[names["dish"]].str.strip()
        unnamed.add(dish == "")
        garbled.add(dish.str.contains(CONTROL_CHARACTERS, regex=True))
        days, units = dates.add(table[names["date"]]), quantities.add(table[names["quantity"]])
        # Summed at once: what stays in memory grows with dishes and days, not with rows.
        sums = {
            (date_format, decimal): _added(sums.get((date_format, decimal)), day, dish, sold)
            for date_format, day in days.items()
            for decimal, sold in units.items()
        }
    date_format, violations = dates.chosen()
    decimal, wrong_quantities = quantities.chosen()
    violations += wrong_quantities
    if unnamed:
        violations.append(Violation(FIELD, f"column {names['dish']!r}: no dish named on {unnamed}"))
    if garbled:
        description = f"column {names['dish']!r}: control characters in the name of the dish on {garbled}"
        violations.append(Violation(FIELD, description))
    if violations:
        raise InvalidInput(violations)
    return sums[date_format, decimal]


def columns_read(path: Path, columns: SalesColumns) -> tuple[str, ...]:
    """The file's own names of the date, the dish and the quantity; see `read_sales_file`.

    Raises:
        InvalidInput: as there.
    """
    names = _find_columns(_opened(path, None).header, columns)
    return names["date"], names["dish"], names["quantity"]


def add_up(rows: pd.DataFrame) -> pd.DataFrame:
    """Adds up the rows of each dish and day.

    Args:
        rows: `date`, `dish`, `sales`, and `rows`, which each of them stands for.

    Returns:
        The same columns, one row per dish and day, sorted by dish, then date.
    """
    summed = rows.groupby(["dish", "date"], sort=True)[["sales", "rows"]].sum().reset_index()
    return summed[["date", "dish", "sales", "rows"]]


def _opened(path: Path, time_zone: str | None) -> CsvFile | ParquetFile:
    is_parquet = path.suffix.lower() == ".parquet"
    return ParquetFile.open(path, FIELD, time_zone) if is_parquet else CsvFile.open(path, FIELD)


def _store_in_file(file: CsvFile | ParquetFile, column: str, store: str) -> str:
    """The name that a store has in the file.

    Who has only one store has never told us its name: the only one in a file is also the default one.
    """
    stores: set[str] = set()
    for part in file.chunks([column]):
        stores.update(part[column].str.strip().unique())
    if store in stores:
        return store
    if store == DEFAULT_STORE and len(stores) == 1:
        return stores.pop()
    # Which others there are is nobody's business but theirs.
    description = f"column {column!r}: no sales of store {store!r}; is its name written as there?"
    raise StoreNotInFile([Violation(FIELD, description)])


def _added(sums: pd.DataFrame | None, day: pd.Series, dish: pd.Series, sold: pd.Series) -> pd.DataFrame:
    rows = pd.DataFrame({"date": day, "dish": dish, "sales": sold, "rows": 1})
    return add_up(rows if sums is None else pd.concat([sums, rows], ignore_index=True))


def _find_columns(header: Sequence[str], columns: SalesColumns) -> dict[str, str]:
    """The file's name of each column; "" for a store column that is not there."""
    by_alias = {_plain(name): name for name in reversed(header)}
    found: dict[str, str] = {}
    missing = []
    for role, aliases in _ALIASES.items():
        wanted = getattr(columns, role)
        if wanted is not None:
            found[role] = wanted if wanted in header else ""
        else:
            found[role] = next((by_alias[alias] for alias in aliases if alias in by_alias), "")
        if not found[role] and (wanted is not None or role != "store"):
            missing.append((role, wanted))
    if missing:
        there = ", ".join(repr(name) for name in header)
        raise InvalidInput([Violation(FIELD, _describe_missing(role, wanted, there)) for role, wanted in missing])
    return found


def _describe_missing(role: str, wanted: str | None, there: str) -> str:
    if wanted is not None:
        return f"line 1: no column {wanted!r}; the columns are {there}"
    return (
        f"line 1: no column for the {role} (such as {', '.join(_ALIASES[role][:3])}); the columns are {there}; "
        f"the server's {_SETTINGS[role]} can name it"
    )


def _violation(description: str) -> InvalidInput:
    return InvalidInput([Violation(FIELD, description)])


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
