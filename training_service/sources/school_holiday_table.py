"""Turns a table of school holidays, from a file or a database, into the school holidays of one store."""

import re
from collections.abc import Mapping

import pandas as pd

from shared.errors import InvalidInput, Violation
from shared.restaurant.place import Place
from shared.restaurant.school_holidays import SchoolHoliday, returning_name
from shared.store_names import store_in_data
from training_service.sources.checked_table import days_of, require_right, stripped

#: Columns of the table that must be there, and columns that may be there.
NEEDED, OPTIONAL = ("start_date", "end_date", "name"), ("country", "subdivision", "store")

#: Columns of days.
DAYS = ("start_date", "end_date")

#: Longest school holiday, in days. A longer one is a typing error, or the term and not the holiday.
_LONGEST = 130

#: Prefix of a subdivision that names its country, as ISO 3166-2 does: "DE-BW".
_COUNTRY_PREFIX = re.compile(r"^[A-Z]{2}-")


class NotOfThePlace(InvalidInput):
    """The table has school holidays, but none that are certain to be those of the store."""


def school_holidays_of(table: pd.DataFrame, store: str, place: Place | None, field: str) -> tuple[SchoolHoliday, ...]:
    """The school holidays of a store, ascending. Equal rows, such as those of two years' files, count once.

    Args:
        table: Texts of the columns `start_date` and `end_date` (YYYY-MM-DD, both are holidays) and `name`, and of
            `country`, `subdivision` and `store` where there are such columns, indexed by line number. An empty text
            says nothing: the row concerns all stores or the whole country.
        store: Name of the store.
        place: Place of the store; None where the place is not known.
        field: Name of the table in violations.

    Raises:
        InvalidInput: Rows are wrong; every violation names the column and the first wrong lines.
        NotOfThePlace: All rows belong to other subdivisions, or the subdivision of the store is not known.
    """
    text = stripped(table, [*NEEDED, *OPTIONAL])
    first, last = (days_of(text[name]) for name in DAYS)
    wrong = {
        "column 'start_date': expected dates like 2026-11-23": first.isna(),
        "column 'end_date': expected dates like 2026-11-23": last.isna(),
        "column 'end_date': expected the day in 'start_date' or a later one": last < first,
        f"column 'end_date': expected a holiday of at most {_LONGEST} days": (last - first).dt.days >= _LONGEST,
        "column 'name': expected the name of the school holiday": text["name"] == "",
    }
    require_right(wrong, field)
    names = text["store"].map(store_in_data)
    of_store = names.isin(["", store_in_data(store)])
    is_own = of_store & _of_place(text[of_store], place, field).reindex(text.index, fill_value=False)
    found = {
        SchoolHoliday(returning_name(name), first_day, last_day)
        for name, first_day, last_day in zip(
            text["name"][is_own], first.dt.date[is_own], last.dt.date[is_own], strict=True
        )
    }
    return tuple(sorted(found, key=lambda holiday: (holiday.first, holiday.last, holiday.name)))


def _of_place(text: pd.DataFrame, place: Place | None, field: str) -> "pd.Series[bool]":
    """Whether each row concerns the place.

    Raises:
        NotOfThePlace: No row does, or nobody knows which rows do.
    """
    subdivisions = text["subdivision"].str.upper().str.replace(_COUNTRY_PREFIX, "", regex=True)
    is_national = subdivisions == ""
    if place is None:
        in_country = pd.Series(True, index=text.index)
    else:
        country = text["country"].str.upper().where(text["country"] != "", _country_of(text["subdivision"]))
        in_country = country.isin(["", place.country])
    told = sorted(set(subdivisions[in_country & ~is_national]))
    own = place.subdivision.upper() if place else ""
    if not own and len(told) > 1:
        wanted = "the file has school holidays of several subdivisions, and the subdivision of the store is not known"
        raise NotOfThePlace([Violation(field, f"{wanted}; name it in the place of the store, such as {told[0]}")])
    found = in_country & (is_national | (subdivisions == own if own else True))
    if len(text) and not found.any():
        where = " ".join(filter(None, (place.country, own))) if place else "the store"
        there = ", ".join(told[:10]) or ", ".join(sorted(set(text["country"]))[:10])
        raise NotOfThePlace([Violation(field, f"no row is for {where}; the rows are for {there}")])
    return found


def _country_of(subdivisions: "pd.Series[str]") -> "pd.Series[str]":
    """Country of each subdivision that names its country; empty for the others."""
    return subdivisions.str.upper().str.extract(r"^([A-Z]{2})-")[0].fillna("")


def rows_of(holidays: list[Mapping[str, str]]) -> pd.DataFrame:
    """The table of holidays that stand in no lines, numbered from 1.

    Args:
        holidays: Texts of the columns of `school_holidays_of`; a column may be left out.
    """
    columns = {name: [holiday.get(name, "") for holiday in holidays] for name in (*NEEDED, *OPTIONAL)}
    return pd.DataFrame(columns, index=range(1, len(holidays) + 1), dtype=str)
