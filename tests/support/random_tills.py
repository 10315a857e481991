"""Writes exports of tills in a form that is drawn at random, with what tills write beside plain sales."""

import datetime as dt
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import pandas as pd

_MOMENTS: Mapping[str, Callable[[dt.datetime], str]] = {
    "iso": lambda at: at.strftime("%Y-%m-%d %H:%M:%S"),
    "iso with T": lambda at: at.strftime("%Y-%m-%dT%H:%M:%S"),
    "minutes": lambda at: at.strftime("%Y-%m-%d %H:%M"),
    "dots": lambda at: at.strftime("%d.%m.%Y %H:%M:%S"),
    "month first": lambda at: at.strftime("%m/%d/%Y %I:%M %p"),
    "month first short": lambda at: f"{at.month}/{at.day}/{at.year} {at.strftime('%I').lstrip('0')}:{at.minute:02} PM",
    "comma": lambda at: at.strftime("%d/%m/%Y, %H:%M"),
    "days": lambda at: at.strftime("%Y-%m-%d"),
    "days with slashes": lambda at: f"{at.day}/{at.month}/{at.year}",
    "named": lambda at: at.strftime("%d-%b-%Y %H:%M"),
    "zone": lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "digits": lambda at: at.strftime("%Y%m%d"),
}
_DISHES = ("Soup", "Käsespätzle", "Fish, grilled", "Pie 12", "  Salad", "Crème brûlée", "Total Detox", "牛肉麵")
_STRANGE_DISHES = ("Total", "Tip", "Gift card", "Grand Total", "Delivery fee")
_STATES = ("Voided", "refunded", "test", "Cancelled", "return", "deleted")


def write_random_till(folder: Path, seed: int) -> Path:
    """Writes the export of a till with a form and rows drawn from a seed.

    Args:
        folder: Folder of the file.
        seed: Seed of the draw.
    """
    draw = random.Random(seed)
    moment_form = draw.choice(list(_MOMENTS))
    has_receipts, has_states, has_times = (draw.random() < share for share in (0.15, 0.5, 0.1))
    strange, blank = draw.choice((0.0, 0.0, 0.02, 0.1)), draw.choice((0.0, 0.0, 0.0, 0.01))
    separator = draw.choice(",;\t")
    decimal = "." if separator == "," else draw.choice(".,")
    at, receipt, rows = dt.datetime(2025, 5, 1, 11, tzinfo=dt.UTC), draw.choice((1, 99, 10_000)), []
    to_come = dt.datetime.now(dt.UTC) + dt.timedelta(days=90)
    for _ in range(draw.choice((40, 400))):
        if draw.random() < 0.5:
            at += dt.timedelta(minutes=draw.choice((0, 7, 180)), seconds=draw.choice((0, 13)))
            receipt = receipt + 1 if draw.random() < 0.97 else 1
        row = {
            "Date": _MOMENTS[moment_form](to_come if draw.random() < strange / 10 else at),
            "Item": draw.choice(_STRANGE_DISHES if draw.random() < strange else _DISHES),
            "Qty": _quantity(draw, decimal),
            "Store": draw.choice(("North", "South", "South", "")),
        }
        if has_receipts:
            row["Receipt number"] = str(receipt) if draw.random() < 0.95 else ""
        if has_states:
            row["Status"] = draw.choice(_STATES) if draw.random() < strange + 0.02 else "paid"
            row["Voided at"] = at.isoformat() if draw.random() < strange / 2 else ""
        if has_times:
            row["Time"] = at.strftime(draw.choice(("%H:%M", "%H:%M:%S", "%I:%M %p")))
        if draw.random() < blank:
            row[draw.choice(list(row))] = ""
        rows.append(row)
        if draw.random() < strange / 4:
            rows.append(dict(row))
    table = pd.DataFrame(rows, dtype=str)
    table = table[draw.sample(list(table.columns), len(table.columns))]
    if draw.random() < 0.4:
        table = table.drop(columns="Store")
    if draw.random() < 0.1:
        table = table.sample(frac=1.0, random_state=seed)
    path = folder / f"{seed}.csv"
    quoting: Literal[0, 1] = draw.choice((0, 1))
    text = table.to_csv(index=False, sep=separator, quoting=quoting, lineterminator=draw.choice(("\n", "\r\n")))
    if draw.random() < 0.2:
        text += draw.choice(("\n", "\n\n", "Exported on Monday\n"))
    path.write_bytes(text.encode(draw.choice(("utf-8", "utf-8", "utf-8-sig"))))
    return path


def _quantity(draw: random.Random, decimal: str) -> str:
    drawn = draw.random()
    if drawn < 0.8:
        return "1"
    if drawn < 0.9:
        return draw.choice(("2", "3", " 4", "12"))
    if drawn < 0.97:
        return draw.choice(("0.5", "1.25", "2.0", "-0.5")).replace(".", decimal)
    return "-1"
