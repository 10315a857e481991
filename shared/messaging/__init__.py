"""Messages between processes over Redis: URLs, streams, errors, and the announcements of new versions."""
