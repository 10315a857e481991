"""Makes the client of the weather service that the settings name."""

from shared.restaurant.open_meteo import OpenMeteo
from shared.settings import CommonSettings


def weather_service(settings: CommonSettings) -> OpenMeteo | None:
    """The client of the weather service; None where WEATHER_SERVICE is "none"."""
    if settings.weather_service == "none":
        return None
    return OpenMeteo(
        settings.weather_archive_url,
        settings.weather_forecast_url,
        settings.weather_cache_dir,
        settings.weather_timeout_seconds,
    )
