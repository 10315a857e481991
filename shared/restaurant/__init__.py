"""Knows a restaurant and its days: calendar, weather, place, time zone, closing habits."""
