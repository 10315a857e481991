"""Reads and replaces whole files below one folder, on the local disk or in an object store."""

import contextlib
import datetime as dt
import errno
import os
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec
import structlog

from shared.errors import Unavailable

log = structlog.get_logger(__name__)


class Storage:
    """The files below one folder. Every method raises Unavailable where the storage does not answer, or refuses.

    Args:
        root: Folder, or URL that fsspec knows (`s3://…`).
    """

    def __init__(self, root: str) -> None:
        self._fs, path = fsspec.core.url_to_fs(root)
        self._root = PurePosixPath(path)
        self._local = "file" in _protocols(self._fs)

    def read(self, path: str) -> bytes | None:
        """The content of a file; None where there is no file, but nothing or a folder."""
        with self._answering():
            try:
                content: bytes = self._fs.cat_file(self._full(path))
            except OSError as error:
                if _is_absence(error):
                    return None
                raise
            return content

    def write(self, path: str, content: bytes) -> None:
        """Replaces a file in one step: a reader sees the old content or the new one."""
        with self._answering():
            if self._local:
                _replace(Path(self._full(path)), content)
            else:
                self._fs.pipe_file(self._full(path), content)

    def delete(self, path: str) -> None:
        """Deletes a file; nothing happens where there is none, as another process may delete at the same time."""
        with self._answering(), contextlib.suppress(FileNotFoundError):
            self._fs.rm_file(self._full(path))

    def names(self, folder: str = "") -> list[str]:
        """The names of the files and folders in a folder; none where there is no such folder."""
        return [PurePosixPath(path).name for path in self._listed(folder, detail=False)]

    def ages(self, folder: str) -> Mapping[str, dt.timedelta]:
        """The time since each file of a folder was written, by name."""
        return {PurePosixPath(info["name"]).name: _age(info) for info in self._listed(folder, detail=True)}

    def _listed(self, folder: str, *, detail: bool) -> list[Any]:
        with self._answering():
            self._fs.invalidate_cache()
            try:
                return list(self._fs.ls(self._full(folder), detail=detail))
            except OSError as error:
                if _is_absence(error):
                    return []
                raise

    def _full(self, path: str) -> str:
        return str(self._root / path)

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            # The errors of object stores have no common base class. Callers must not learn where the storage is.
            log.warning("the model storage does not answer", error=f"{type(error).__name__}: {error}")
            raise Unavailable(f"the model storage does not answer ({_kind(error)}); try again soon") from error


def _is_absence(error: OSError) -> bool:
    """Whether an error says that there is no such file or folder: nothing, the other kind, or a link to itself."""
    return isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError) or error.errno == errno.ELOOP


def _kind(error: Exception) -> str:
    """The kind of an error and its reason, without the path."""
    strerror = error.strerror if isinstance(error, OSError) else None
    return ": ".join(filter(None, (type(error).__name__, strerror)))


def _replace(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _protocols(fs: Any) -> tuple[str, ...]:
    return (fs.protocol,) if isinstance(fs.protocol, str) else tuple(fs.protocol)


def _age(info: dict[str, Any]) -> dt.timedelta:
    """Time since a file was written; local files have `mtime`, object stores `LastModified` or `created`."""
    written = info.get("mtime") or info.get("LastModified") or info.get("created")
    if isinstance(written, dt.datetime):
        moment = written if written.tzinfo else written.replace(tzinfo=dt.UTC)
    else:
        moment = dt.datetime.fromtimestamp(float(written or 0), dt.UTC)
    return dt.datetime.now(dt.UTC) - moment
