"""Which sales files may be read: those inside one folder, and those under URLs that the server's operator has named."""

import contextlib
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec
import structlog

from shared.errors import InvalidInput, Unavailable, Violation
from training_service.sources.files.reading import FIELD
from training_service.sources.files.weather_csv import FILE_NAME

log = structlog.get_logger(__name__)

_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)

#: What a storage is opened with, by its scheme: it says soon when nobody answers, and a new file is seen at once.
_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "s3": {
        "config_kwargs": {"connect_timeout": 5, "read_timeout": 30, "retries": {"max_attempts": 2}},
        "use_listings_cache": False,
    }
}


#: About ten million rows, a decade of a busy restaurant; more take longer to read than a caller waits.
MOST_BYTES = 200_000_000


class StorageFailed(Unavailable):
    """A file cannot be fetched now."""

    default_reason = "STORAGE_FAILED"


@dataclass(frozen=True, slots=True)
class SalesFile:
    """A sales file to be read.

    Args:
        path: on this machine, in the folder where its weather file is, if there is one.
        origin: where it comes from, for people.
    """

    path: Path
    origin: str


class SalesFiles:
    """The files inside a folder, and those under URLs.

    Args:
        data_root: the folder.
        url_prefixes: beginnings of URLs that fsspec knows, such as `s3://bucket/sales/`.
    """

    def __init__(self, data_root: Path, url_prefixes: Sequence[str] = ()) -> None:
        self._root = data_root.resolve()
        self._prefixes = tuple(prefix if prefix.endswith("/") else f"{prefix}/" for prefix in url_prefixes)

    def resolve(self, source: str) -> str:
        """The absolute path or URL of a file.

        Args:
            source: relative to the folder, absolute, or a URL; links that lead out of the folder are outside.

        Raises:
            InvalidInput: it may not be read (whether it exists is not told), or is no file inside the folder. Whether
                a URL leads to a file is told by `opened` only.
        """
        if "\0" in source:
            raise _wrong("expected a file name without NUL")
        return self._allowed_url(source) if _URL.match(source) else str(self._path(source))

    @contextlib.contextmanager
    def opened(self, source: str) -> Iterator[SalesFile]:
        """The file on this machine, for as long as the context lasts.

        Args:
            source: see `resolve`.

        Raises:
            InvalidInput: it may not be read, there is none, or it is larger than MOST_BYTES.
            StorageFailed: the storage behind a URL does not answer, or refuses.
        """
        where = self.resolve(source)
        if not _URL.match(where):
            path = Path(where)
            _check_size(path.name, path.stat().st_size)
            try:
                yield SalesFile(path, path.relative_to(self._root).as_posix())
            except PermissionError as error:
                raise _wrong(f"{path.name} may not be read by the server") from error
            return
        with tempfile.TemporaryDirectory(prefix="sales-") as folder:
            yield SalesFile(_fetch(where, Path(folder)), where)

    def _path(self, source: str) -> Path:
        try:
            path = (self._root / source).resolve()
            is_file = path.is_relative_to(self._root) and path.is_file()
        except (OSError, RuntimeError) as error:  # a name of thousands of characters, or links in a circle
            raise _wrong("expected the name of a file inside the server's DATA_ROOT") from error
        if not path.is_relative_to(self._root):
            raise _wrong("expected a file inside the server's DATA_ROOT")
        if not is_file:
            raise _wrong(f"there is no file {path.relative_to(self._root)} in the server's DATA_ROOT")
        return path

    def _allowed_url(self, url: str) -> str:
        # Storages take ".." and "?" as they are, or not: no such URL is needed.
        is_plain = not re.search(r"[?#%\\\s]|::|/\.{1,2}(/|$)", url)
        if not (is_plain and url.startswith(self._prefixes)):
            raise _wrong("expected a plain URL under one of the server's DATA_URLS, or a file inside its DATA_ROOT")
        return url


def _fetch(url: str, folder: Path) -> Path:
    """Copies a file, and the weather file beside it, into a folder."""
    path = PurePosixPath(url)
    target = folder / path.name
    try:
        files, remote = fsspec.core.url_to_fs(url, **_OPTIONS.get(url.partition("://")[0], {}))
        # Not every storage knows: what was fetched is looked at again.
        _check_size(path.name, files.size(remote) or 0)
        files.get_file(remote, str(target))
        _check_size(path.name, target.stat().st_size)
        with contextlib.suppress(FileNotFoundError):
            files.get_file(str(PurePosixPath(remote).with_name(FILE_NAME)), str(folder / FILE_NAME))
    except (FileNotFoundError, IsADirectoryError) as error:
        raise _wrong(f"there is no file {url}") from error
    except InvalidInput:
        raise
    except Exception as error:  # what the drivers of storages raise has no base class of its own
        log.warning("file not fetched", url=url, error=str(error))
        raise StorageFailed(f"{url} cannot be read now: {type(error).__name__}: {error}") from error
    return target


def _check_size(name: str, size: int) -> None:
    if size > MOST_BYTES:
        has, most = (f"{round(value / 1e6, 1):,g} MB" for value in (size, MOST_BYTES))
        advice = "leave the oldest years out, or let the server read its database"
        raise _wrong(f"{name} has {has}; expected at most {most}: {advice}")


def _wrong(description: str) -> InvalidInput:
    return InvalidInput([Violation(FIELD, description)])
