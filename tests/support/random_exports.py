"""Writes one truth about sales in a form that is drawn at random: columns, separator, encoding, dates and numbers."""

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.workbooks import write_ods, write_xlsb, write_xlsx

#: Units sold of each dish on each day.
Truth = dict[tuple[dt.date, str], float]

_LANGUAGES: Sequence[tuple[Sequence[str], Sequence[str], Sequence[str]]] = (
    (
        ("Date", "Item", "Qty"),
        ("utf-8", "utf-8-sig", "utf-16", "cp1252"),
        ("Flat White", "Club Sandwich", "Café crème"),
    ),
    (("Datum", "Gericht", "Menge"), ("utf-8", "cp1252", "utf-16-le"), ("Käsespätzle", "Weißwurst", "Bier")),
    (("Date", "Désignation", "Quantité"), ("utf-8", "cp1252"), ("Crème brûlée", "Bœuf", "Thé glacé")),
    (("Fecha", "Artículo", "Cantidad"), ("utf-8", "cp1252"), ("Piña colada", "Jamón", "Tortilla")),
    (("Data", "Piatto", "Quantità"), ("utf-8", "cp1252"), ("Caffè", "Tiramisù", "Pizza")),
    (("Data", "Nazwa towaru", "Ilość"), ("utf-8", "cp1250"), ("Żurek", "Pączek", "Pierogi")),
    (("Tarih", "Ürün", "Miktar"), ("utf-8", "cp1254"), ("Köfte", "Şiş kebap", "Çay")),
    (("日付", "商品名", "数量"), ("utf-8", "cp932"), ("ラーメン", "餃子", "生ビール")),
    (("日期", "菜品", "数量"), ("utf-8", "gb18030"), ("红烧牛肉面", "小笼包", "米饭")),
    (("日期", "品名", "數量"), ("utf-8", "big5"), ("牛肉麵", "小籠包", "珍珠奶茶")),
    (("날짜", "메뉴", "수량"), ("utf-8", "cp949"), ("김치찌개", "비빔밥", "냉면")),
    (("Ngày", "Tên món", "Số lượng"), ("utf-8",), ("Phở bò", "Bún chả", "Cà phê sữa")),
    (("วันที่", "เมนู", "จำนวน"), ("utf-8", "cp874"), ("ผัดไทย", "ต้มยำกุ้ง", "ชาเย็น")),
)

_DATES: Mapping[str, Callable[[dt.date], str]] = {
    "iso": lambda day: day.isoformat(),
    "slashes": lambda day: day.strftime("%Y/%m/%d"),
    "digits": lambda day: day.strftime("%Y%m%d"),
    "dots": lambda day: day.strftime("%d.%m.%Y"),
    "day first": lambda day: day.strftime("%d/%m/%Y"),
    "day first dashes": lambda day: day.strftime("%d-%m-%Y"),
    "month first": lambda day: f"{day.month}/{day.day}/{day.year}",
    "month first short": lambda day: f"{day.month}/{day.day}/{day:%y}",
    "day first short": lambda day: day.strftime("%d/%m/%y"),
    "dots short": lambda day: day.strftime("%d.%m.%y"),
    "year first short": lambda day: day.strftime("%y/%m/%d"),
    "named": lambda day: day.strftime("%d-%b-%Y"),
    "named first": lambda day: day.strftime("%b %d, %Y"),
    "chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "korean": lambda day: f"{day.year}. {day.month}. {day.day}.",
    "buddhist": lambda day: f"{day.day}/{day.month}/{day.year + 543}",
    "weekday": lambda day: day.strftime("%a %d.%m.%Y"),
}
_TIMES = ("", " 18:30", " 18:30:05", " 6:30 PM")


@dataclass(frozen=True)
class RandomExport:
    """A written file with its truth.

    Args:
        path: Path of the file.
        truth: What the file says.
        form: The form of the file, for the message of a failed test.
    """

    path: Path
    truth: Truth
    form: str


def write_random_export(folder: Path, seed: int) -> RandomExport:
    """Writes a file with a form and a truth drawn from a seed.

    Args:
        folder: Folder of the file.
        seed: Seed of the draw.
    """
    draw = random.Random(seed)
    names, encodings, dishes = draw.choice(_LANGUAGES)
    first = dt.date(2024, 1, 1) + dt.timedelta(days=draw.randrange(700))
    days = [first + dt.timedelta(days=step) for step in range(draw.choice((1, 3, 10, 20, 60))) if draw.random() < 0.9]
    has_decimals = draw.random() < 0.4
    truth: Truth = {}
    for day in days or [first]:
        for dish in dishes:
            units = float(draw.choice((draw.randrange(0, 40), draw.randrange(1000, 3000))))
            truth[day, dish] = units + (draw.choice((0.0, 0.5, 0.25, 0.125)) if has_decimals else 0.0)
    separator = draw.choice(",;\t|")
    date_form, time = draw.choice(list(_DATES)), draw.choice(_TIMES)
    decimal, thousands = draw.choice(((".", ""), (",", ""), (".", ","), (",", ".")))
    if separator == "," and thousands == ".":
        thousands = ""  # where commas separate columns, a dot separates decimals
    columns = draw.sample(["date", "dish", "quantity", *draw.sample(["note", "tax", "tax"], draw.randrange(4))], k=3)
    columns = [*columns, *(name for name in ("date", "dish", "quantity") if name not in columns)]
    draw.shuffle(columns)
    header = dict(zip(("date", "dish", "quantity"), names, strict=True)) | {"note": "Note", "tax": "Tax"}
    rows = [[header[column] for column in columns]]
    for (day, dish), units in truth.items():
        cells = {
            "date": _DATES[date_form](day) + time,
            "dish": dish,
            "quantity": _number(units, decimal, thousands),
            "note": draw.choice(("", "x")),
            "tax": "0",
        }
        rows.append([cells[column] for column in columns])
    kind = draw.choice(("csv", "csv", "csv", "csv", "xlsx", "xlsb", "ods"))
    above = draw.choice(([], [], [["Report"], [], []]))
    path = folder / f"{seed}.{kind}"
    form = f"seed {seed}: {kind}, {separator!r}, {date_form}{time}, {decimal!r}, {thousands!r}, {names}"
    if kind != "csv":
        {"xlsx": write_xlsx, "xlsb": write_xlsb, "ods": write_ods}[kind](path, {"Sheet": [*above, *rows]})
        return RandomExport(path, truth, form)
    encoding = draw.choice(encodings)
    told = f"sep={separator}\n" if draw.random() < 0.1 and not above else ""
    end = draw.choice(("\n", "\r\n"))
    trailing = separator if draw.random() < 0.1 else ""
    lines = ["".join(row) for row in above] + [separator.join(_quoted(cell, separator) for cell in row) for row in rows]
    text = told + "".join(f"{line}{trailing if line.strip() else ''}{end}" for line in lines)
    try:
        path.write_bytes(text.encode(encoding))
    except UnicodeEncodeError:  # the form of the dates has letters that the encoding lacks
        encoding = "utf-8"
        path.write_bytes(text.encode(encoding))
    return RandomExport(path, truth, f"{form}, {encoding}")


def _number(units: float, decimal: str, thousands: str) -> str:
    whole, _, part = f"{units:,.3f}".partition(".")
    part = part.rstrip("0")
    whole = whole.replace(",", thousands)
    return f"{whole}{decimal}{part}" if part else whole


def _quoted(cell: str, separator: str) -> str:
    return f'"{cell}"' if separator in cell or '"' in cell else cell
