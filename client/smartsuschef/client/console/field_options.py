"""The fields of the contract, as messages of the services name them, in the words of the console."""

import re

#: What a field of a request is given with. Not here: those whose names are the console's words too, such as a version.
_GIVEN_WITH = {
    "store": "--store",
    "stores": "--store",
    "sales_data_source": "--source",
    "address": "--address",
    "location": "--latitude, --longitude",
    "location.country": "--country",
    "location.subdivision": "--subdivision",
    "location.latitude": "--latitude",
    "location.longitude": "--longitude",
    "location.time_zone": "--time-zone",
    "request_id": "--request-id",
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

#: Fields whose names are words, where they are surely meant.
_PHRASES = {
    "either address or location": "either --address or --country, --subdivision, --latitude, --longitude, --time-zone",
}


def option_of(field: str) -> str:
    """What a field, such as `quantiles[0]`, is given with; its own name where the console has no other."""
    return _GIVEN_WITH.get(re.sub(r"\[\d+\]", "", field), field)


def with_options(text: str) -> str:
    """A text that names fields, with what these are given with; words of one part and what is quoted stay."""
    for phrase, replacement in _PHRASES.items():
        text = text.replace(phrase, replacement)
    return re.sub(r"(?<!['\"])\b[a-z]+(?:[._][a-z]+)+\b", lambda name: option_of(name[0]), text)
