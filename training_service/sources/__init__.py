"""Where a run's sales, weather and place come from: a database, files, a weather service, a geocoder."""
