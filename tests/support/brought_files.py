"""Writes one truth about sales in the shapes of the files that restaurants bring."""

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

#: One day of one dish: the day, the dish, and the units sold.
Sale = tuple[dt.date, str, int]

#: The last day of every file, a Tuesday.
LAST_DAY = dt.date(2025, 11, 25)

#: Dishes of most files, with the units sold on a mean day.
DISHES = {"Espresso Martini": 20, "Negroni": 12}

#: Sales of each weekday relative to a mean day, Monday first.
_WEEK = (0.85, 0.8, 0.9, 1.0, 1.25, 1.3, 0.9)


def sales(
    dishes: dict[str, int] | None = None, *, days: int = 84, closed: Sequence[int] = (0,), last_day: dt.date = LAST_DAY
) -> list[Sale]:
    """The sales of a restaurant that is closed on some weekdays, day by day.

    Args:
        dishes: Units of each dish on a mean day.
        days: Number of days to the last day.
        closed: Weekdays without sales, 0 is Monday.
        last_day: Last day.
    """
    rng = np.random.default_rng(7)
    every = [last_day - dt.timedelta(days=back) for back in reversed(range(days))]
    return [
        (day, dish, int(rng.poisson(mean * _WEEK[day.weekday()])) + 1)
        for day in every
        if day.weekday() not in closed
        for dish, mean in (dishes or DISHES).items()
    ]


def text(header: Sequence[str], rows: Iterable[Sequence[object]], separator: str = ",") -> str:
    """A CSV file with a header.

    Args:
        header: Names of the columns.
        rows: Cells of the rows.
        separator: Separator of the cells.
    """
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=separator, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return lines.getvalue()


def plain(truth: Iterable[Sale]) -> str:
    """The tidy file: one row for each dish and day."""
    return text(("date", "dish", "quantity"), truth)


def by_hour(truth: Iterable[Sale]) -> list[tuple[dt.date, str, str, int]]:
    """The sales of each dish and day in four parts, from noon to ten past nine: day, time, dish and units."""
    times = ("12:10:00", "13:10:00", "18:10:00", "21:10:00")
    return [
        (day, time, dish, part)
        for day, dish, units in truth
        for number, time in enumerate(times)
        if (part := units // len(times) + (number < units % len(times)))
    ]


def timed(parts: Iterable[tuple[dt.date, str, str, int]]) -> str:
    """A file with a time of day beside the date."""
    return text(("Date", "Time", "Item", "Qty"), parts)


def _named(day: dt.date) -> str:
    """A day as `Nov 24, 2026`."""
    return f"{day:%b} {day.day}, {day.year}"


def _us(day: dt.date) -> str:
    """A day as `11/24/26`."""
    return f"{day.month}/{day.day}/{day:%y}"


def _by_day(truth: Sequence[Sale]) -> list[tuple[dt.date, list[Sale]]]:
    days = sorted({day for day, _, _ in truth})
    return [(day, [sale for sale in truth if sale[0] == day]) for day in days]


def article_code(truth: Sequence[Sale]) -> str:
    """A French till: `Article` is the number of the dish."""
    numbers = {dish: 1000 + 7 * at for at, dish in enumerate(DISHES)}
    rows = ((day, numbers[dish], dish, units) for day, dish, units in truth)
    return text(("Date", "Article", "Désignation", "Quantité"), rows, ";")


def bigquery(truth: Sequence[Sale]) -> str:
    """Moments with their time zone in words."""
    return text(("timestamp", "item", "quantity"), ((f"{day} 18:30:00 UTC", dish, units) for day, dish, units in truth))


def coffee_shop(truth: Sequence[Sale]) -> str:
    """Columns that begin with `transaction_`, and one store by number and name."""
    header = ("transaction_id", "transaction_date", "transaction_time", "transaction_qty", "store_id", "store_location")
    rows = (
        (number, f"{day.month}/{day.day}/{day.year}", "08:30:00", units, 3, "Lower Manhattan", dish)
        for number, (day, dish, units) in enumerate(truth)
    )
    return text((*header, "product_detail"), rows)


def count_and_sales(truth: Sequence[Sale]) -> str:
    """`Count` has the units, `Sales` the money."""
    rows = ((day, dish, units, f"{4.5 * units:.2f}") for day, dish, units in truth)
    return text(("Date", "Item", "Count", "Sales"), rows)


def daily_totals(truth: Sequence[Sale]) -> str:
    """A row `Total` after the dishes of each day."""
    rows = [row for day, sold in _by_day(truth) for row in (*sold, (day, "Total", sum(units for _, _, units in sold)))]
    return text(("Date", "Item", "Qty"), rows)


def grand_total(truth: Sequence[Sale]) -> str:
    """One row `Grand Total` at the end, without a date."""
    total = sum(units for _, _, units in truth)
    return text(("Date", "Item", "Qty"), [*truth, ("", "Grand Total", total)])


def day_and_order_date(truth: Sequence[Sale]) -> str:
    """The weekday stands beside the date."""
    rows = ((f"{day:%A}", day, dish, units) for day, dish, units in truth)
    return text(("Day", "Order Date", "Item", "Qty"), rows)


def day_named_month(truth: Sequence[Sale]) -> str:
    """Moments as `24-Nov-2026 10:31 AM`."""
    rows = ((f"{day:%d-%b-%Y} 10:31 AM", at, dish, units) for at, (day, dish, units) in enumerate(truth))
    return text(("Line Item Date", "Order ID", "Item Name", "Quantity"), rows)


def day_named_month_short(truth: Sequence[Sale]) -> str:
    """Days as `24-Nov-2026`."""
    return text(("Date", "Item", "Qty"), ((f"{day:%d-%b-%Y}", dish, units) for day, dish, units in truth))


def named_month_first(truth: Sequence[Sale]) -> str:
    """Days as `Nov 24, 2026`."""
    return text(("Date", "Item", "Qty"), ((_named(day), dish, units) for day, dish, units in truth))


def day_first_dashes(truth: Sequence[Sale]) -> str:
    """Days as `24-11-2026`."""
    rows = ((at, f"{day:%d-%m-%Y}", dish, units) for at, (day, dish, units) in enumerate(truth))
    return text(("order_id", "date", "item_name", "quantity"), rows)


def repeated_columns(truth: Sequence[Sale]) -> str:
    """Two columns of the same name that nobody needs."""
    return text(("Date", "Item", "Qty", "Tax", "Tax"), ((*sale, 0.1, 0.2) for sale in truth))


def italian(truth: Sequence[Sale]) -> str:
    """Names of the columns in Italian, days with slashes."""
    rows = ((f"{day:%d/%m/%Y}", dish, units) for day, dish, units in truth)
    return text(("Data", "Piatto", "Quantità"), rows, ";")


def japanese_clock(truth: Sequence[Sale]) -> str:
    """Business days whose hours go on after 24."""
    clock = dict(zip(DISHES, ("25:10", "19:30"), strict=True))
    return text(
        ("date", "item", "quantity"), ((f"{day:%Y/%m/%d} {clock[dish]}", dish, units) for day, dish, units in truth)
    )


def order_lines(truth: Sequence[Sale]) -> str:
    """Order and date stand on the first line of each order only."""
    rows = [
        (f"Shop/{number:04}", f"{day} 12:00:00", dish, units) if at == 0 else ("", "", dish, units)
        for number, (_, sold) in enumerate(_by_day(truth))
        for at, (day, dish, units) in enumerate(sold)
    ]
    return text(("Order Ref", "Date", "Product", "Quantity"), rows)


def overlapping(truth: Sequence[Sale]) -> str:
    """Two exports one after the other, which overlap by 14 days."""
    numbered = [(day, f"R{1000 + at}", dish, units) for at, (day, dish, units) in enumerate(truth)]
    again = LAST_DAY - dt.timedelta(days=14)
    until = LAST_DAY - dt.timedelta(days=4)
    first = [row for row in numbered if row[0] <= until]
    second = [row for row in numbered if row[0] >= again]
    return text(("Date", "Receipt number", "Item", "Qty"), [*first, *second])


def preorder(truth: Sequence[Sale]) -> str:
    """One row of a day to come."""
    to_come = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=23)
    return text(("Date", "Item", "Qty"), [*truth, (to_come, "Negroni", 30)])


def quoted_thousands(truth: Sequence[Sale]) -> str:
    """Numbers of more than three digits with a comma."""
    return text(("Date", "Item", "Qty"), ((day, dish, f"{units:,}") for day, dish, units in truth))


def refund(truth: Sequence[Sale]) -> str:
    """One sale too many, and the row that takes it back."""
    day, dish, units = truth[-1]
    return text(("Date", "Item", "Qty"), [*truth[:-1], (day, dish, units + 1), (day, dish, -1)])


def titled(truth: Sequence[Sale]) -> str:
    """A report that begins with its title and its period."""
    return f"Product Mix\nFrom {truth[0][0]} to {truth[-1][0]}\n\n" + text(("Date", "Item", "Qty"), truth)


def two_locations(truth: Sequence[Sale]) -> str:
    """Square's items of two locations: `Harbour` has the truth, `Station` sells more."""
    header = "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Event Type"
    fixed = ("10:15:00", "Eastern Time (US & Canada)")
    rows = [
        (day, *fixed, "Drinks", dish, f"{count:.1f}", "Regular", "", "", f"${4 * count:.2f}", "Payment", location)
        for day, dish, units in truth
        for location, count in (("Harbour", units), ("Station", 3 * units))
    ]
    return text((*header.split(","), "Location"), rows)


def two_stores(truth: Sequence[Sale]) -> str:
    """Two stores with ordinary names: `Lower Manhattan` has the truth."""
    rows = [
        (day, store, dish, count)
        for day, dish, units in truth
        for store, count in (("Hell's Kitchen", 2 * units), ("Lower Manhattan", units))
    ]
    return text(("Date", "Store", "Item", "Qty"), rows)


def voided_by_status(truth: Sequence[Sale]) -> str:
    """Voided sales stay in the export, with a status."""
    rows: list[Sequence[object]] = []
    for at, (day, dish, units) in enumerate(truth):
        rows.append(("Till A", at, f"{day} 12:30:00", "completed", dish, units))
        if at % 3 == 0:
            rows.append(("Till B", 10000 + at, f"{day} 12:31:00", "voided", dish, 9))
    return text(("device", "sequence", "timestamp", "status", "item", "quantity"), rows)


def voided_by_toast(truth: Sequence[Sale]) -> str:
    """Toast's item selections with voided rows, and a dish that was only ever voided."""
    header = "Location,Order Id,Sent Date,Order Date,Server,Menu Item,Sales Category,Net Price,Qty,Tax,Void?"
    rows: list[Sequence[object]] = []
    for at, (day, dish, units) in enumerate(truth):
        moments = (f"{_us(day)} 8:05 PM", f"{_us(day)} 8:03 PM", "Server A")
        rows.append(("Main", 1000 + at, *moments, dish, "Cocktails", "16.00", f"{units:.1f}", "1.30", "false"))
        if at % 2 == 0:
            rows.append(("Main", 5000 + at, *moments, dish, "Cocktails", "16.00", "8.0", "1.30", "true"))
        if at % 9 == 0:
            rows.append(("Main", 9000 + at, *moments, "Training Burger", "Food", "0.00", "4.0", "0.00", "true"))
    return text(header.split(","), rows)


def trailing_separator(truth: Sequence[Sale]) -> str:
    """Every line but the header ends with a comma."""
    header, *lines = text(("Date", "Item", "Qty"), truth).splitlines()
    return "\n".join([header, *(f"{line}," for line in lines)]) + "\n"


def utc_midnights(truth: Sequence[Sale]) -> str:
    """Days that are written as midnight in UTC."""
    rows = ((f"{day}T00:00:00.000Z", dish, units) for day, dish, units in truth)
    return text(("date", "item", "quantity"), rows)


def two_spellings(truth: Sequence[Sale]) -> str:
    """Two tills write the same dish: one with composed accents, one with accents of their own."""
    rows = []
    for day, dish, units in truth:
        rows.append((day, unicodedata.normalize("NFC", dish), units // 2))
        rows.append((day, unicodedata.normalize("NFD", dish), units - units // 2))
    return text(("Date", "Article", "Quantité"), rows)


def with_outlier(truth: Sequence[Sale], day: dt.date, dish: str, units: int) -> list[Sale]:
    """The truth with other units of one dish on one day."""
    return [(each, name, units if (each, name) == (day, dish) else sold) for each, name, sold in truth]


def after_midnight(truth: Sequence[Sale]) -> str:
    """A bar whose evenings end at two in the night: a third of what an evening sells is sold the day after."""
    rows = []
    for day, dish, units in truth:
        late = units // 3
        rows.append((f"{day} 21:15:00", dish, units - late))
        rows.append((f"{day + dt.timedelta(days=1)} 01:10:00", dish, late))
    return text(("Date", "Item", "Quantity"), rows)


def monthly(months: int = 24) -> str:
    """One row for each dish and month, days first."""
    rows = [
        (f"01/{month % 12 + 1:02}/{2024 + month // 12}", dish, 30 * mean)
        for month in range(months)
        for dish, mean in DISHES.items()
    ]
    return text(("Date", "Item", "Qty"), rows)


def weekly(heading: str, weeks: int = 57) -> str:
    """One row for each dish and week, dated on Monday.

    Args:
        heading: Name of the column of the dates.
        weeks: Number of weeks.
    """
    last_monday = LAST_DAY - dt.timedelta(days=LAST_DAY.weekday() + 7)
    mondays = [last_monday - dt.timedelta(weeks=back) for back in reversed(range(weeks))]
    rows = [(day, dish, 7 * mean + at % 5) for at, day in enumerate(mondays) for dish, mean in DISHES.items()]
    return text((heading, "Item", "Qty"), rows)


def put(folder: Path, contents: str, encoding: str = "utf-8") -> str:
    """Writes a file into a new folder of the data root and answers its name inside the data root.

    Args:
        folder: Folder that is made, inside the data root.
        contents: Text of the file.
        encoding: Encoding of the text.
    """
    folder.mkdir()
    (folder / "sales.csv").write_bytes(contents.encode(encoding))
    return f"{folder.name}/sales.csv"
