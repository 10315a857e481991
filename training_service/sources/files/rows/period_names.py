"""Recognises names of columns of weeks and months."""

from training_service.sources.files.rows.words import words_of

_WEEKS_AND_MONTHS = frozenset(
    (
        *(
            "week",
            "weekly",
            "month",
            "monthly",
            "quarter",
            "period",
            "woche",
            "kalenderwoche",
            "kw",
            "monat",
            "quartal",
        ),
        *("semaine", "mois", "semana", "mes", "settimana", "mese", "mês", "maand", "tydzień", "miesiąc", "hafta", "ay"),
        *("周", "週", "月", "月份", "年月", "年月度", "週次", "주", "월", "สัปดาห์", "เดือน", "tuần", "tháng"),
    )
)

_PLAIN = frozenset("".join(words_of(name)) for name in _WEEKS_AND_MONTHS)


def names_a_period(name: str) -> bool:
    """Tells whether the name of a column is that of weeks or months, such as "Week starting".

    Args:
        name: Name of the column.
    """
    words = words_of(name)
    return "".join(words) in _PLAIN or any(word in _PLAIN for word in words)
