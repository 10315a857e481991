"""The weather service that the settings name."""

from shared.restaurant.open_meteo import OpenMeteo
from shared.settings import CommonSettings


def weather_service(settings: CommonSettings) -> OpenMeteo | None:
    """The service of the settings; None where no weather is to be asked for."""
    if settings.weather_service == "none":
        return None
    return OpenMeteo(
        settings.weather_archive_url,
        settings.weather_forecast_url,
        settings.weather_cache_dir,
        settings.weather_timeout_seconds,
    )
