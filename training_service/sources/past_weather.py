"""Adds past weather from Open-Meteo to sales whose source has no weather."""

from dataclasses import replace

from shared.config import PipelineConfig
from shared.notices import Notice
from shared.restaurant.open_meteo import OpenMeteo, WeatherFailed
from shared.restaurant.place import Place
from training_service.outcomes import NO_WEATHER
from training_service.sources.last_complete_day import last_complete_day
from training_service.sources.sales_data import SalesData


def with_past_weather(data: SalesData, place: Place, service: OpenMeteo, config: PipelineConfig) -> SalesData:
    """The same sales with the weather of their days; with a warning where the weather service does not answer.

    The data stay as they are where the coordinates of the place are not known, and where no day of the sales is over.

    Args:
        data: Sales without weather.
        place: Place of the restaurant.
        service: Weather service that is asked.
        config: Configuration that decides which days are over.
    """
    if place.latitude is None or data.sales.empty:
        return data
    first = data.sales["date"].min().date()
    # The sales may have rows of today, and the archive of the weather service refuses days that are not over.
    last = min(data.sales["date"].max().date(), last_complete_day(place, config))
    if last < first:
        return data
    try:
        weather = service.past(place, first, last)
    except WeatherFailed as error:
        return replace(data, warnings=(*data.warnings, no_weather(error.message)))
    return replace(data, weather=weather, weather_origin="Open-Meteo")


def no_weather(cause: str) -> Notice:
    """The warning that the models are trained without weather.

    Args:
        cause: Why there is no weather, for people.
    """
    return Notice(NO_WEATHER, f"{cause}; the models do without weather; train again when there is weather")
