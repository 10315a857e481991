"""Days that are no public holidays and move the demand of restaurants: Mother's Day, New Year's Eve, carnival.

Part of them is in further categories of the `holidays` package. The rest are rules in `_RULES`. Sources of the rules:
the articles "Mother's Day", "Father's Day", "Shrove Tuesday", "Singles' Day", "Black Friday (shopping)" and "Saint
Patrick's Day" of the English Wikipedia.
"""

import datetime as dt
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import holidays
from dateutil.easter import easter

_THURSDAY, _SUNDAY = 3, 6

#: Categories of the `holidays` package, beside that of public holidays, whose days move demand.
_CATEGORIES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("AS", "GU", "MP", "PR", "UM", "US", "VI"), ("unofficial",)),
    **dict.fromkeys(("AT", "BE", "LB", "LI", "LU", "PA", "SM", "UY"), ("bank",)),
    **dict.fromkeys(("CH", "SE"), ("de_facto",)),
    **dict.fromkeys(("CW", "FO", "GR", "IS", "TR"), ("half_day",)),
    **dict.fromkeys(("BR", "CR", "CV", "CY", "DK", "GL", "HK", "HT", "IL", "MO", "PT", "TT"), ("optional",)),
}

#: Days of these categories that no restaurant notices.
_LEFT_OUT = frozenset({"Groundhog Day"})

# The package adds hours and moved days to names: "Christmas Eve (from 2pm)".
_REMARK = re.compile(r"\s*\([^)]*\)")

#: The countries of a rule that holds everywhere.
_EVERYWHERE = ""

#: Computes the date of a special day in a year.
_Date = Callable[[int], dt.date]


@dataclass(frozen=True, slots=True)
class _Rule:
    """The date of a special day in some countries.

    Args:
        name: Name of the day.
        countries: ISO 3166-1 alpha-2 codes, with spaces between them; empty for all countries.
        date: Computes the date.
    """

    name: str
    countries: str
    date: _Date

    def holds_in(self, country: str) -> bool:
        """Whether the day is known in a country."""
        return self.countries == _EVERYWHERE or country in self.countries.split()


def special_days(country: str, subdivision: str, year: int) -> Mapping[dt.date, tuple[str, ...]]:
    """The names of the special days of a year, by day. A day that is a public holiday as well is among them.

    Args:
        country: ISO 3166-1 alpha-2 code that the `holidays` package knows.
        subdivision: Code of the subdivision in the `holidays` package; empty for the whole country.
        year: Any year.
    """
    return _special_days(country, subdivision, year)


@functools.lru_cache(maxsize=4096)
def _special_days(country: str, subdivision: str, year: int) -> Mapping[dt.date, tuple[str, ...]]:
    found: dict[dt.date, list[str]] = {}
    if country in _CATEGORIES:
        days = holidays.country_holidays(
            country,
            subdiv=subdivision or None,
            years=year,
            language="en_US",
            categories=_CATEGORIES[country],
        )
        for day, names in days.items():
            found[day] = [name for each in names.split("; ") if (name := _REMARK.sub("", each)) not in _LEFT_OUT]
    for rule in _RULES:
        if rule.holds_in(country):
            found.setdefault(rule.date(year), []).append(rule.name)
    return {day: tuple(dict.fromkeys(names)) for day, names in found.items() if names}


def _fixed(month: int, day: int) -> _Date:
    return lambda year: dt.date(year, month, day)


def _nth(number: int, weekday: int, month: int) -> _Date:
    """The first, second, ... weekday of a month."""

    def date(year: int) -> dt.date:
        first = dt.date(year, month, 1)
        return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))

    return date


def _last(weekday: int, month: int) -> _Date:
    def date(year: int) -> dt.date:
        last = (dt.date(year, month, 28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
        return last - dt.timedelta(days=(last.weekday() - weekday) % 7)

    return date


def _easter(offset: int) -> _Date:
    """Days after Easter Sunday of the western churches."""

    def date(year: int) -> dt.date:
        sunday: dt.date = easter(year)
        return sunday + dt.timedelta(days=offset)

    return date


def _french_mothers_day(year: int) -> dt.date:
    """The last Sunday of May, or the first of June where Pentecost falls on it."""
    sunday = _last(_SUNDAY, 5)(year)
    return sunday + dt.timedelta(days=7) if sunday == _easter(49)(year) else sunday


def _black_friday(year: int) -> dt.date:
    """The day after the fourth Thursday of November."""
    return _nth(4, _THURSDAY, 11)(year) + dt.timedelta(days=1)


def _super_bowl(year: int) -> dt.date:
    """The first Sunday of February, and the second since the season has 17 games."""
    return _nth(2 if year >= 2022 else 1, _SUNDAY, 2)(year)


def _winter_solstice(year: int) -> dt.date:
    """The day of the solstice in China, until 2050."""
    return dt.date(year, 12, 21 if year % 4 in (0, 1) else 22)


def _setsubun(year: int) -> dt.date:
    """The eve of spring in Japan, until 2050."""
    return dt.date(year, 2, 2 if year >= 2021 and year % 4 == 1 else 3)


_ENGLISH_SPEAKING = "AU CA GB IE NZ"
_CARNIVAL = "AT BE BO BR CH CO DE ES FR HR HU IT LI LU MT NL PT SI UY"

_MOTHERS, _FATHERS = "Mother's Day", "Father's Day"

_RULES = (
    _Rule("Valentine's Day", _EVERYWHERE, _fixed(2, 14)),
    _Rule("Christmas Eve", _EVERYWHERE, _fixed(12, 24)),
    _Rule("New Year's Eve", _EVERYWHERE, _fixed(12, 31)),
    _Rule("Halloween", f"{_ENGLISH_SPEAKING} AT CH CN DE ES FR HK IT JP KR MX NL PH SG", _fixed(10, 31)),
    _Rule("Saint Patrick's Day", _ENGLISH_SPEAKING, _fixed(3, 17)),
    _Rule("Black Friday", f"{_ENGLISH_SPEAKING} US AT BE BR CH DE DK ES FI FR IT MX NL NO PL PT SE ZA", _black_friday),
    _Rule("Singles' Day", "CN HK MO MY SG TW", _fixed(11, 11)),
    _Rule("White Day", "CN JP KR TW", _fixed(3, 14)),
    _Rule("Winter Solstice", "CN HK MO MY SG TW", _winter_solstice),
    _Rule("20 May", "CN", _fixed(5, 20)),
    _Rule("Setsubun", "JP", _setsubun),
    _Rule("second day of the year", "JP", _fixed(1, 2)),
    _Rule("third day of the year", "JP", _fixed(1, 3)),
    _Rule("Pepero Day", "KR", _fixed(11, 11)),
    _Rule("Super Bowl Sunday", "CA US", _super_bowl),
    _Rule("Cinco de Mayo", "US", _fixed(5, 5)),
    _Rule("Burns Night", "GB", _fixed(1, 25)),
    _Rule("Bonfire Night", "GB", _fixed(11, 5)),
    _Rule("Saint Nicholas Day", "AT BE CH CZ DE HU LU PL SK", _fixed(12, 6)),
    _Rule("Saint Nicholas' Eve", "NL", _fixed(12, 5)),
    _Rule("Saint Martin's Day", "AT DE", _fixed(11, 11)),
    _Rule("Saint John's Eve", "DK ES FR NO PT", _fixed(6, 23)),
    _Rule("Walpurgis Night", "FI SE", _fixed(4, 30)),
    _Rule("Day of the Dead", "MX", _fixed(11, 2)),
    _Rule("Independence Eve", "MX", _fixed(9, 15)),
    _Rule("Lovers' Day", "BR", _fixed(6, 12)),
    _Rule("International Women's Day", "BG CN ES IT PL RO RS SI VN", _fixed(3, 8)),
    # Carnival and the days before Lent.
    _Rule("Carnival Thursday", "AT CH DE", _easter(-52)),
    _Rule("Fat Thursday", "ES GR IT PL", _easter(-52)),
    _Rule("Carnival Sunday", _CARNIVAL, _easter(-49)),
    _Rule("Carnival Monday", _CARNIVAL, _easter(-48)),
    _Rule("Carnival Tuesday", _CARNIVAL, _easter(-47)),
    _Rule("Ash Wednesday", f"{_CARNIVAL} IE PH PL", _easter(-46)),
    _Rule("Shrove Tuesday", "AU CA DK EE FI GB IE IS NO NZ SE", _easter(-47)),
    _Rule("Holy Saturday", "AT DE DK FI IT NO PL SE", _easter(-1)),
    # Mother's Day.
    _Rule(
        _MOTHERS,
        "AT AU BB BD BE BR CA CH CL CN CO CU CY CZ DE DK EC EE FI GH GR HK HN HR IN IS IT JM JP KE LI LK LV MT MY NL "
        "NZ PE PH PK SG SK TR TW TZ UA UG UY VE ZA ZM ZW",
        _nth(2, _SUNDAY, 5),
    ),
    _Rule(_MOTHERS, "AO ES HU LT MZ PT RO", _nth(1, _SUNDAY, 5)),
    _Rule(_MOTHERS, "FR", _french_mothers_day),
    _Rule(_MOTHERS, "CI CM DO DZ HT MA MG MU SE SN TN", _last(_SUNDAY, 5)),
    _Rule(_MOTHERS, "GB GG IE IM JE NG", _easter(-21)),
    _Rule(_MOTHERS, "AE BH EG IQ JO KW LB OM PS QA SA SY YE", _fixed(3, 21)),
    _Rule(_MOTHERS, "GT MX SV", _fixed(5, 10)),
    _Rule(_MOTHERS, "NO", _nth(2, _SUNDAY, 2)),
    _Rule(_MOTHERS, "LU", _nth(2, _SUNDAY, 6)),
    _Rule(_MOTHERS, "AR", _nth(3, _SUNDAY, 10)),
    _Rule(_MOTHERS, "PL", _fixed(5, 26)),
    _Rule(_MOTHERS, "RU", _last(_SUNDAY, 11)),
    _Rule(_MOTHERS, "ID", _fixed(12, 22)),
    _Rule("Parents' Day", "KR", _fixed(5, 8)),
    # Father's Day. In Germany it is Ascension Day, a public holiday.
    _Rule(
        _FATHERS,
        "AR BD CA CL CN CO CY CZ EC FR GB GR HK HU IE IN JP KE LK MX MY NG NL PE PH PK SG SK TR UA VE ZA",
        _nth(3, _SUNDAY, 6),
    ),
    _Rule(_FATHERS, "AT BE", _nth(2, _SUNDAY, 6)),
    _Rule(_FATHERS, "CH LT", _nth(1, _SUNDAY, 6)),
    _Rule(_FATHERS, "EE FI IS NO SE", _nth(2, _SUNDAY, 11)),
    _Rule(_FATHERS, "AU NZ", _nth(1, _SUNDAY, 9)),
    _Rule(_FATHERS, "BO ES IT PT", _fixed(3, 19)),
    _Rule(_FATHERS, "BR", _nth(2, _SUNDAY, 8)),
    _Rule(_FATHERS, "DK", _fixed(6, 5)),
    _Rule(_FATHERS, "PL", _fixed(6, 23)),
    _Rule(_FATHERS, "RO", _nth(2, _SUNDAY, 5)),
    _Rule(_FATHERS, "RU", _nth(3, _SUNDAY, 10)),
    _Rule(_FATHERS, "LU", _nth(1, _SUNDAY, 10)),
    _Rule(_FATHERS, "TH", _fixed(12, 5)),
    _Rule(_FATHERS, "TW", _fixed(8, 8)),
)
