"""Writes dates with names of months, weekdays, eras and time zones as plain dates, such as 2026-11-24 18:30Z."""

import re
import unicodedata

import pandas as pd

from training_service.sources.files.month_names import MONTHS
from training_service.sources.files.tills.till import plain

#: Texts with other characters than these are more than digits, marks, an offset, and a.m. or p.m. The classes are
#: written out, as pandas then searches without a loop of Python.
UNUSUAL = r"[^0-9/.:+TZ ,AaPpMm-]|[AaPp]\. +[Mm]|[0-9]\. +[0-9]| [0-9]{1,2}\.[0-9][0-9]|25[3-9][0-9]"

#: Years of the Buddhist era, which Thailand writes, in which sales of our time lie, and the years between the eras.
_BUDDHIST_YEAR = re.compile(r"(?<!\d)25[3-9]\d(?!\d)")
_BUDDHIST_YEARS = 543

#: First years of the Japanese era Reiwa and of the era of Taiwan, less one.
_ERAS = {"令和": 2018, "民國": 1911, "民国": 1911}

_ERA = re.compile(r"(令和|民國|民国)\s*(\d{1,3}|元)\s*年")
_EAST_ASIAN = re.compile(r"(\d{2,4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]?")
_VIETNAMESE = re.compile(r"(?:ngày\s+)?(\d{1,2})\s+(?:tháng|thg)\s+(\d{1,2}),?\s+(?:năm\s+)?(\d{4})")

#: Day or year, name of the month, and what is left: "24-Nov-2026", "24 de noviembre de 2026", "2026 Nov 24".
_DAY_MONTH_YEAR = re.compile(
    r"(?P<first>\d{1,4})(?:st|nd|rd|th|er|º|ª|\.)?(?:[\s/.-]|de\b|of\b|den\b)*"
    r"(?P<month>[^\W\d_][^\d\s/,-]*?)\.?(?:[\s/.,-]|de\b|del\b|of\b)*(?P<last>\d{4}|\d{2})(?!\d|:)"
)
#: "Nov 24, 2026", "November 24th 2026".
_MONTH_DAY_YEAR = re.compile(
    r"(?P<month>[^\W\d_][^\d\s/,-]*?)\.?[\s/.-]*(?P<first>\d{1,2})(?:st|nd|rd|th)?[\s/.,-]+(?P<last>\d{4}|\d{2})(?!\d|:)"
)

#: A weekday before or after the date: a word, or a part in brackets.
_WEEKDAY_BEFORE = re.compile(r"^[^\W\d_][^\d,]*?(?:[.,]\s*|\s+)(?=\d)")
_WEEKDAY_AFTER = re.compile(
    r"\s*\([^\d)]*\)|\s*(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]|\s*[月火水木金土日]曜日?|\s*[월화수목금토일]요일"
)

#: Morning and afternoon as other languages write them, before or after the time.
_HALVES = {
    "am": ("午前", "上午", "凌晨", "早上", "오전", "öö", "sáng", "a. m.", "a m", "ก่อนเที่ยง"),
    "pm": ("午後", "下午", "晚上", "中午", "오후", "ös", "chiều", "tối", "p. m.", "p m", "หลังเที่ยง"),
}
_TIME = re.compile(
    r"^(?P<date>\S.*?)(?:t|[\s,]+(?:at|um|à|às|a las|alle|om|o|kl\.?|เวลา|lúc)?\s*)(?P<before>am|pm)?\s*"
    r"(?P<hour>\d{1,2})\s*(?:(?:[:h時点點时시]\s*|\.(?=\d))(?P<minute>\d{2})?|(?=\s*[ap]\.?m))"
    r"(?:\s*[:m分분]\s*(?P<second>\d{2}(?:[.,]\d+)?)?[s秒초]?)?\s*(?:uhr|hrs?|น\.?)?"
    r"\s*(?P<after>[ap]\.?m\.?)?\s*(?P<zone>z|(?:utc|gmt)?[+-]\d{1,2}:?\d{0,2}|[a-z]{2,4})?(?:\s*\[[^\]]*\]|\s*\([^)]*\))?$"
)
_ZEROS = {"z", "utc", "gmt", "ut"}

#: Abbreviations of time zones. They name the zone of the till, so that the day that is written counts.
_LOCAL = re.compile(
    "[ecmp][sd]t|ak[sd]t|h[sad]t|n[sd]t|brt|art|clt|[cew]es?t|bst|msk|trt|gst|ist|pkt|ict|wi(b|t|ta)|sgt|myt|pht|hkt|jst"
    "|kst|a[cew][sd]t|nz[sd]t|sast|[ewc]at"
)


def plain_dates(text: pd.Series) -> pd.Series:
    """Dates without names of months, weekdays, eras and zones; a text that is no date stays as it is.

    A date with the name of its month becomes one such as 2026-11-24. A date of numbers keeps its order.

    Args:
        text: Dates without blanks around them, such as `24-Nov-2026 10:31 AM`, `2026年11月24日` or
            `2026-11-24 18:30:00 UTC`.
    """
    unusual = text.str.contains(UNUSUAL, regex=True)
    if not unusual.any():
        return text
    codes, distinct = pd.factorize(text[unusual])
    plainly = pd.Series([_plain_date(each) for each in distinct], dtype=str)
    return text.where(~unusual, plainly.take(codes).set_axis(text.index[unusual]).reindex(text.index))


def _plain_date(text: str) -> str:
    written = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    for half, names in _HALVES.items():
        for name in names:
            written = written.replace(name, f" {half} " if name[0].isalpha() else half)
    written = " ".join(written.split())
    date, time = _without_weekday(_ERA.sub(_year_of_era, written)), ""
    if found := _TIME.match(date):
        date, time = _without_weekday(found["date"]), _plain_time(found)
        if not time:
            return text
    day = _day(date.strip(" ,"))
    return f"{day}{time}" if day else text


def _day(date: str) -> str:
    """A date without its time in digits; empty where it is no date."""
    if found := _EAST_ASIAN.fullmatch(date):
        return _iso(*found.groups())
    if found := _VIETNAMESE.fullmatch(date):
        day, month, year = found.groups()
        return _iso(year, month, day)
    date = _BUDDHIST_YEAR.sub(lambda year: str(int(year[0]) - _BUDDHIST_YEARS), date)
    if re.fullmatch(r"[\d/.\- ]+", date):
        return re.sub(r"\s*([/.-])\s*", r"\1", date).rstrip(".")
    if found := _DAY_MONTH_YEAR.fullmatch(date) or _MONTH_DAY_YEAR.fullmatch(date):
        month = MONTHS.get(plain(found["month"]), 0)
        if not month:
            return ""
        if len(found["first"]) == len("2026") and len(found["last"]) == len("24"):
            return _iso(found["first"], str(month), found["last"])
        return _iso(found["last"], str(month), found["first"]) if len(found["first"]) <= len("24") else ""
    return ""


def _iso(year: str, month: str, day: str) -> str:
    return f"{year if len(year) > len('26') else f'20{year}'}-{int(month):02}-{int(day):02}"


def _year_of_era(found: re.Match[str]) -> str:
    return f"{_ERAS[found[1]] + (1 if found[2] == '元' else int(found[2]))}年"


def _without_weekday(date: str) -> str:
    date = _WEEKDAY_AFTER.sub("", date).strip(" ,")
    first, _, rest = date.partition(" ")
    if _DAY_MONTH_YEAR.fullmatch(rest) and first.isalpha() | first.endswith((".", ",")) and not first[0].isdigit():
        return rest  # "mar. 24 nov. 2026", where "mar" may be a Tuesday or a month
    if plain(rest.partition(" ")[0]) in MONTHS and not any(map(str.isdigit, first)):
        return rest  # "Tue Nov 24 2026"
    before = _WEEKDAY_BEFORE.match(date)
    # "Nov 24, 2026" begins with a word that is no weekday.
    is_weekday = before and plain(before[0]) not in MONTHS and plain(before[0]) not in ("ngay", "thang")
    return date[before.end() :] if before and is_weekday else date


def _plain_time(found: re.Match[str]) -> str:
    """The time with its offset, such as " 18:30:00+01:00"; empty where it is no time."""
    hour, half, zone = int(found["hour"]), found["before"] or found["after"] or "", found["zone"] or ""
    noon = 12
    if half and hour <= noon:
        hour = hour % noon + (noon if half.startswith("p") else 0)
    time = f" {hour:02}:{found['minute'] or '00'}"
    if found["second"]:
        time += f":{found['second'].replace(',', '.')}"
    if zone in _ZEROS:
        return f"{time}Z"
    if offset := re.fullmatch(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?", zone):
        return f"{time}{offset[1]}{int(offset[2]):02}:{offset[3] or '00'}"
    return time if not zone or _LOCAL.fullmatch(zone) else ""
