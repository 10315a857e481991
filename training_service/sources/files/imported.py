"""Keeps the sales file that a caller has sent for a store: one file for each store, replaced in one step.

    <DATA_ROOT>/imported/<folder>/<name of the file>   the sent files: the current one, and older ones for a day
    <DATA_ROOT>/imported/<folder>/CURRENT              name of the current file

The folder of a store bears its name, in the form of `shared.store_names.folder_of`.

A file is written under a name of its own and becomes current when CURRENT is replaced. A reader sees the file before or
the file after, and never a part of one. A run keeps the path that it began with, so an older file stays for a while.
"""

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from shared.errors import NotReady
from shared.store_names import folder_of, store_of
from training_service.sources.files.sales_columns import SalesColumns

_FOLDER, _CURRENT = "imported", "CURRENT"

#: Names of files that were written from rows end with this.
ROWS_SUFFIX = ".rows.csv"

#: Columns of the files that are written from rows.
ROWS_HEADER = ("date", "dish", "quantity")

#: How long a file stays that is no longer current, or whose upload broke off. A run reads its file within minutes.
_KEPT = dt.timedelta(days=1)


class ImportedSales:
    """The sales files that callers have sent.

    Args:
        data_root: Folder whose files may be read as sales.
        now: Clock, in UTC.
    """

    def __init__(self, data_root: Path, now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)) -> None:
        self._root = (data_root / _FOLDER).resolve()
        self._now = now

    def stores(self) -> list[str]:
        """Names of the stores that have a current file, sorted."""
        if not self._root.is_dir():
            return []
        names = filter(None, (store_of(folder.name) for folder in self._root.iterdir()))
        return sorted(name for name in names if self.current(name))

    def current(self, store: str) -> str:
        """Path of the current file of a store, relative to the data root; empty where nobody has sent one.

        Args:
            store: Name of the store.
        """
        try:
            name = (self._root / folder_of(store) / _CURRENT).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return ""
        return str(Path(_FOLDER, folder_of(store), name))

    def may_read(self, path: str, store: str) -> bool:
        """Tells whether a store may read a file: the imported sales of one store are read by that store only.

        Args:
            path: Absolute path or URL of a sales file.
            store: Name of the store.
        """
        return not self.is_imported(Path(path)) or Path(path).is_relative_to(self._root / folder_of(store))

    def is_imported(self, path: Path) -> bool:
        """Tells whether a caller has sent a file.

        Args:
            path: Absolute path of a sales file, or a URL.
        """
        return path.is_relative_to(self._root)

    @contextlib.contextmanager
    def incoming(self, store: str, suffix: str) -> Iterator[Path]:
        """Provides the path of a new file, which is deleted at the end unless `keep` has made it current.

        Args:
            store: Name of the store.
            suffix: End of the file's name, which tells its format: ".csv", ".parquet", or `ROWS_SUFFIX`.

        Raises:
            NotReady: The server may not write into its data root.
        """
        name = f"{self._now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}{suffix}"
        path = self._root / folder_of(store) / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(exist_ok=False)
        except OSError as error:
            raise NotReady(
                f"the server cannot keep imported sales: {error.strerror} ({_FOLDER} in its DATA_ROOT); let the "
                "server's user write there",
                reason="IMPORTS_NOT_WRITABLE",
            ) from error
        try:
            yield path
        finally:
            if self.current(store) != str(Path(_FOLDER, folder_of(store), name)):
                path.unlink(missing_ok=True)

    def keep(self, store: str, path: Path) -> str:
        """Makes a file current and deletes files that nobody reads any more; answers its path as `current` does.

        Args:
            store: Name of the store.
            path: Path that `incoming` provided.
        """
        pointer = path.with_name(f".{path.name}.{_CURRENT}")
        pointer.write_text(path.name, encoding="utf-8")
        pointer.replace(path.with_name(_CURRENT))
        for other in path.parent.iterdir():
            is_old = self._now().timestamp() - other.stat().st_mtime > _KEPT.total_seconds()
            if is_old and other.name not in (_CURRENT, path.name):
                other.unlink(missing_ok=True)
        return str(Path(_FOLDER, folder_of(store), path.name))


def is_written_from_rows(path: Path) -> bool:
    """Tells whether a sales file was written from rows that a caller sent, who has never seen its lines.

    Args:
        path: Path of the file.
    """
    return path.name.endswith(ROWS_SUFFIX)


def columns_of(path: Path, configured: SalesColumns) -> SalesColumns:
    """Which columns of a sales file are read: a file that was written from rows has its own, whatever is configured.

    Args:
        path: Path of the file.
        configured: What the settings say about the columns of sales files.
    """
    if not is_written_from_rows(path):
        return configured
    date, dish, quantity = ROWS_HEADER
    return SalesColumns(date=date, dish=dish, quantity=quantity, date_format="%Y-%m-%d")
