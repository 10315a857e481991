"""Messages between processes over Redis: the URL, the streams, the errors, and announcements of new versions."""
