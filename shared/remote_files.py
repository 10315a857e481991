"""Opens the storage behind a URL or a path, such as S3, with what each kind of storage needs."""

from typing import Any

import fsspec


def open_storage(url: str, *, read_timeout_seconds: float, **options: Any) -> tuple[Any, str]:
    """The file system of a URL or path, and the path in it.

    s3fs answers direct reads out of its cache of listings, in which a file that another process wrote is missing for
    ever: there is no such cache here. The timeouts end an attempt before a caller stops waiting.

    Args:
        url: Path, or URL that fsspec knows.
        read_timeout_seconds: Longest silence of S3.
        options: More options of S3; no other kind of storage gets them.
    """
    of_s3 = {
        "use_listings_cache": False,
        "config_kwargs": {"connect_timeout": 5, "read_timeout": read_timeout_seconds, "retries": {"max_attempts": 2}},
        **options,
    }
    files, path = fsspec.core.url_to_fs(url, **(of_s3 if url.startswith("s3://") else {}))
    return files, str(path)
