"""Recognises rows of totals and headings inside a sales file, which are no sales of a dish."""
# ruff: noqa: RUF001  (the words are in many languages)

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final

import pandas as pd

from training_service.sources.files.rows.words import Vocabulary, words_of
from training_service.sources.files.tills.till import plain

#: Words of a row of totals, in place of the name of a dish or of the day. A dish called "Total Detox" is none of them.
TOTALS: Final = Vocabulary(
    (
        *("total", "totals", "sub total", "subtotal", "subtotals", "grand total", "daily total", "day total", "sum"),
        *("total sales", "total quantity", "total items", "total sold", "net total", "overall total", "report total"),
        *(
            "overall",
            "total of day",
            "total for",
            "total day",
            "total week",
            "weekly total",
            "monthly total",
            "grandtotal",
        ),
        *("summe", "gesamt", "gesamtsumme", "gesamtergebnis", "zwischensumme", "teilsumme", "endsumme", "tagessumme"),
        *("insgesamt", "total général", "total general", "sous total", "total du jour", "somme", "total journée"),
        *("suma", "suma total", "total del día", "total diario", "totale", "totale generale", "subtotale", "somma"),
        *(
            "totale giorno",
            "totale giornaliero",
            "total geral",
            "total do dia",
            "soma",
            "totaal",
            "subtotaal",
            "eindtotaal",
        ),
        *("algemeen totaal", "dagtotaal", "razem", "łącznie", "ogółem", "suma częściowa", "podsumowanie", "toplam"),
        *("genel toplam", "ara toplam", "günlük toplam", "итого", "всего", "합계", "총계", "소계", "총합계", "누계"),
        *(
            "合計",
            "小計",
            "総計",
            "總計",
            "総合計",
            "累計",
            "中計",
            "合计",
            "小计",
            "总计",
            "总和",
            "累计",
            "共计",
            "日计",
            "日計",
        ),
        *("celkem", "celkový součet", "mezisoučet", "součet", "összesen", "végösszeg", "részösszeg", "suma końcowa"),
        *("yhteensä", "välisumma", "loppusumma", "summa", "delsumma", "totalsumma", "i alt", "totalt", "σύνολο"),
        *(
            "γενικό σύνολο",
            "μερικό σύνολο",
            'סה"כ',
            "total keseluruhan",
            "total penjualan",
            "jumlah total",
            "sub jumlah",
        ),
        *(
            "итого за день",
            "всего за день",
            "общий итог",
            "промежуточный итог",
            "усього",
            "разом",
            "totale complessivo",
        ),
        *("day s total", "all items", "total all items", "total items sold", "report totals", "gesamtumsatz", "σ"),
        *("日合計", "本日合計", "店舗計", "部門計", "計", "日小计", "일계", "المجموع الكلي"),
        *("รวม", "รวมทั้งหมด", "รวมทั้งสิ้น", "ยอดรวม", "tổng", "tổng cộng", "cộng", "tổng số", "المجموع", "الإجمالي"),
    )
)

#: Names (in lower case, without blanks) of columns of groups, in which a row without a dish may have such a word.
GROUP_COLUMNS: Final = frozenset(
    (
        *("category", "categoryname", "salescategory", "menugroup", "menucategory", "group", "department", "section"),
        *("kategorie", "warengruppe", "gruppe", "catégorie", "categorie", "famille", "categoría", "categoria"),
        *(
            "reparto",
            "kategoria",
            "kategori",
            "分类",
            "类别",
            "分類",
            "類別",
            "カテゴリ",
            "カテゴリー",
            "部門",
            "카테고리",
            "분류",
        ),
    )
)

_PLAIN_GROUPS = frozenset(map(plain, GROUP_COLUMNS))

_CALENDAR_WORDS = frozenset(
    (
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        *("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
        *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
        *("november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
        *("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
        *("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    )
)

#: The mark of UTF-8 at the beginning of a file.
_MARK = "\ufeff"

#: Numbers of which one alone tells of a date: a year, or all digits of a date. "Total 0" may be a yoghurt.
_DIGITS_OF_YEAR = 4

#: Labels whose answer is remembered.
_LABELS_KEPT = 50_000


@lru_cache(maxsize=_LABELS_KEPT)
def is_total(label: str) -> bool:
    """Tells whether a text stands for a total, such as "Grand Total", "合計:" or "Total 24/11/2026".

    Args:
        label: Text in place of the name of a dish or of the day.
    """
    if TOTALS.is_all_of(label):
        return True
    words = words_of(label)
    numbers = [word for word in words if word.isdecimal()]
    has_date = len(numbers) > 1 or any(len(number) >= _DIGITS_OF_YEAR for number in numbers)
    of_calendar = {word for word in words if word in _CALENDAR_WORDS}
    if not has_date and not of_calendar:
        return False
    return TOTALS.is_all_of(" ".join(word for word in words if word not in of_calendar and not word.isdecimal()))


@lru_cache(maxsize=_LABELS_KEPT)
def _is_total_of_group(label: str) -> bool:
    """Tells whether a text in a row without a dish stands for a total, such as "Total Food" or "Food Total"."""
    words = words_of(label)
    return is_total(label) or (bool(words) and any(TOTALS.is_all_of(word) for word in (words[0], words[-1])))


def find_label_columns(header: Sequence[str], used: Collection[str]) -> tuple[str, ...]:
    """Finds the columns in which a row of totals may say what it is: the first column, and those of groups.

    Args:
        header: Names of the file's columns.
        used: Names of the columns of the date, the dish and the quantity.
    """
    labels = [name for name in header if name == header[0] or plain(name) in _PLAIN_GROUPS]
    return tuple(name for name in labels if name not in used)


def totals_among(rows: pd.DataFrame, labels: Sequence[str]) -> "pd.Series[bool]":
    """Tells for each row whether the row is one of totals.

    Args:
        rows: Columns `date`, `dish` and `quantity` and those of `labels`, as text without blanks around it.
        labels: Names of columns in which a row without a day or dish may say that it is one of totals.
    """
    dish, date = rows["dish"], rows["date"]
    found = dish.isin([name for name in dish.unique() if is_total(name)])
    no_date_begins_so = date.str.match(r"\D")
    if no_date_begins_so.any():
        found |= date.isin([text for text in date[no_date_begins_so].unique() if is_total(text)])
    no_dish, no_date = dish == "", date == ""
    found |= no_dish & no_date & (rows["quantity"] != "")
    for label in labels if no_dish.any() or no_date.any() else ():
        cells = rows.loc[no_dish | no_date, label]
        found |= no_date & rows[label].isin([text for text in cells.unique() if is_total(text)])
        found |= no_dish & rows[label].isin([text for text in cells.unique() if _is_total_of_group(text)])
    return found


def headings_among(rows: pd.DataFrame, date_name: str, dish_name: str) -> "pd.Series[bool]":
    """Tells for each row whether the row is a heading: the header once more, or a title without a quantity.

    Args:
        rows: Columns `date`, `dish` and `quantity`, as text without blanks around it.
        date_name: Name of the column of the date.
        dish_name: Name of the column of the dish.
    """
    # Where files were joined, the mark of the encoding stands before the first name of each header.
    header_again = rows["date"].isin([date_name, _MARK + date_name]) & rows["dish"].isin([dish_name, _MARK + dish_name])
    return header_again | ((rows["quantity"] == "") & ((rows["dish"] == "") | (rows["date"] == "")))
