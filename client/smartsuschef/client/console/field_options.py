"""Translates the names of fields, which messages of the services contain, into options of the console."""

import re

#: The option for each field of a request. Fields with the same name in the console, such as version, are missing.
_GIVEN_WITH = {
    "store": "--store",
    "stores": "--store",
    "sales_data_source": "--source",
    "file_chunk": "FILE",
    "file": "FILE",
    "address": "--address",
    "location": "--latitude, --longitude",
    "location.country": "--country",
    "location.subdivision": "--subdivision",
    "location.latitude": "--latitude",
    "location.longitude": "--longitude",
    "location.time_zone": "--time-zone",
    "request_id": "--request-id",
    "keep_outliers": "--keep-outliers",
    "events": "--event",
    "events.name": "--event",
    "events.first_date": "--event",
    "events.last_date": "--event",
    "run_id": "RUN_ID",
    "dish": "DISH",
    "dishes": "DISH",
    "start_date": "--start",
    "horizon_days": "--days",
    "open_dates": "--open",
    "closed_dates": "--closed",
    "quantiles": "--quantile",
    "service_level": "--service-level",
    "portion_costs": "--waste-cost with --miss-cost",
    "portion_costs.wasted": "--waste-cost",
    "portion_costs.missed": "--miss-cost",
}

#: Phrases of the services in which ordinary words, such as address, are names of fields.
_PHRASES = {
    "choose one of them as the store": "choose one of them with --store",
    "either address or location": "either --address or --country, --subdivision, --latitude, --longitude, --time-zone",
}


def option_of(field: str) -> str:
    """Returns the option for a field.

    Args:
        field: Path of the field, such as `quantiles[0]`.

    Returns:
        The option, or the name of the field if the console has no other name.
    """
    return _GIVEN_WITH.get(re.sub(r"\[\d+\]", "", field), field)


def with_options(text: str) -> str:
    """Replaces the names of fields in a text by options.

    Args:
        text: The text. Words without a dot or underscore stay, and so does quoted text.
    """
    for phrase, replacement in _PHRASES.items():
        text = text.replace(phrase, replacement)
    return re.sub(r"(?<!['\"])\b[a-z]+(?:[._][a-z]+)+\b", lambda name: option_of(name[0]), text)
