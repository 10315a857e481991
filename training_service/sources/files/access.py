"""Decides which sales files may be read: those in one folder, and those under URLs that the operator has named."""

import contextlib
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.errors import InvalidInput, Violation
from training_service.sources.files.fetching import check_size, fetch
from training_service.sources.sales_limits import SALES_FIELD

_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)

#: Largest size of a sales file in bytes: about ten million rows, a decade of a busy restaurant. A larger file takes
#: longer to read than a caller waits.
MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class SalesFile:
    """A sales file that can be read.

    Args:
        path: Path on this machine. The weather file, where there is one, is in the same folder.
        origin: Name or URL of the file, for people.
    """

    path: Path
    origin: str


class SalesFiles:
    """The sales files that may be read.

    Args:
        data_root: Folder whose files may be read.
        url_prefixes: Beginnings of URLs whose files may be read, such as `s3://bucket/sales/`.
        most_bytes: Largest size of a file in bytes.
    """

    def __init__(
        self,
        data_root: Path,
        url_prefixes: Sequence[str] = (),
        *,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._root = data_root.resolve()
        self._prefixes = tuple(prefix if prefix.endswith("/") else f"{prefix}/" for prefix in url_prefixes)
        self._most_bytes = most_bytes

    def resolve(self, source: str) -> str:
        """The absolute path or the URL of a file. Whether a URL leads to a file is told by `opened` only.

        Args:
            source: Path relative to the folder, absolute path, or URL. A link that leads out of the folder is refused.

        Raises:
            InvalidInput: The file may not be read (the message does not tell whether such a file exists), or there is
                no such file in the folder.
        """
        if "\0" in source:
            raise _wrong("expected a file name without NUL")
        return self._allowed_url(source) if _URL.match(source) else str(self._path(source))

    @contextlib.contextmanager
    def opened(self, source: str) -> Iterator[SalesFile]:
        """Provides a file on this machine, for as long as the context lasts.

        Args:
            source: Path or URL as `resolve` takes it.

        Raises:
            InvalidInput: The file may not be read, does not exist, or is too large.
            StorageFailed: The storage behind the URL does not answer, or refuses.
        """
        where = self.resolve(source)
        if not _URL.match(where):
            path = Path(where)
            check_size(path.name, path.stat().st_size, self._most_bytes)
            try:
                yield SalesFile(path, path.relative_to(self._root).as_posix())
            except PermissionError as error:
                raise _wrong(f"{path.name} may not be read by the server; let the server's user read it") from error
            return
        with tempfile.TemporaryDirectory(prefix="sales-") as folder:
            yield SalesFile(fetch(where, Path(folder), self._most_bytes), where)

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
        # Storages differ in what ".." and "?" mean. No sales file needs a URL with them.
        is_plain = not re.search(r"[?#%\\\s]|::|/\.{1,2}(/|$)", url)
        if not (is_plain and url.startswith(self._prefixes)):
            raise _wrong("expected a plain URL under one of the server's DATA_URLS, or a file inside its DATA_ROOT")
        return url


def _wrong(description: str) -> InvalidInput:
    return InvalidInput([Violation(SALES_FIELD, description)])
