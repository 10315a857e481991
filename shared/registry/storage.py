"""Reads and replaces whole files below one folder, on the local disk or in an object store."""

import contextlib
import datetime as dt
import errno
import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import structlog

from shared.errors import Unavailable
from shared.logs import SeldomWarning
from shared.remote_files import open_storage
from shared.whole_files import written_beside

log = structlog.get_logger(__name__)

#: Longest silence of S3, in seconds.
_READ_TIMEOUT_SECONDS = 20

#: Codes by which S3 says that a file was changed, or is being changed, since it was read.
_CHANGED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})

#: Number of tries to change a file that others change at the same time.
_MOST_TRIES = 20

#: Errors of file systems that know no hard links.
_NO_HARD_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})

#: Makes the new content of a file from its content, or from None where there is no file; None leaves the file as it is.
Change = Callable[[bytes | None], bytes | None]


class Storage:
    """The files below one folder. Every method raises Unavailable where the storage does not answer, or refuses.

    Args:
        root: Folder, or URL that fsspec knows (`s3://…`).
    """

    def __init__(self, root: str) -> None:
        # A file is read by one request; with several at once, s3fs asks for the size of each file before.
        self._fs, path = open_storage(root, read_timeout_seconds=_READ_TIMEOUT_SECONDS, max_concurrency=1)
        self._root = PurePosixPath(path)
        self._local = "file" in _protocols(self._fs)
        self._s3 = "s3" in _protocols(self._fs)
        self._warn_of_failure = SeldomWarning(log, "the model storage does not answer")

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

    def create(self, path: str, content: bytes) -> bool:
        """Writes a file unless there is one; of several processes that do so at once, one succeeds.

        In storages other than folders and S3 the look and the write are two steps.

        Returns:
            Whether the file was written.
        """
        if self._s3:
            return self._write_if(path, content, tag=None)
        with self._answering():
            if self._local:
                return _create(Path(self._full(path)), content)
        if self.read(path) is None:
            self.write(path, content)
            return True
        return False

    def change(self, path: str, change: Change) -> bool:
        """Replaces a file by what a function makes of its content, if nobody else changed the file in between.

        In storages other than folders and S3 the look and the write are two steps.

        Args:
            path: Path of the file.
            change: Makes the new content; called again with the newer content where another process was faster. An
                error that it raises is passed on, and the file stays.

        Returns:
            Whether the file was written.
        """
        if self._s3:
            return self._change_in_s3(path, change)
        with contextlib.ExitStack() as held:
            if self._local:
                with self._answering():
                    held.enter_context(_locked(Path(self._full(path))))
            content = change(self.read(path))
            if content is not None:
                self.write(path, content)
        return content is not None

    def _change_in_s3(self, path: str, change: Change) -> bool:
        for _ in range(_MOST_TRIES):
            tag = self._tag(path)
            content = change(self.read(path))
            if content is None:
                return False
            if self._write_if(path, content, tag):
                return True
        log.warning("a file of the model storage is changed by others all the time", path=path)
        raise Unavailable("a file of the model storage is changed by others all the time; try again soon")

    def _tag(self, path: str) -> str | None:
        """What S3 calls this content of a file; None where there is no file.

        It is read before the content: a content that is newer than its tag is refused when it is to be replaced, and
        one that is older would be lost.
        """
        with self._answering():
            try:
                # A folder of that name has no tag, and no file is in its way.
                tag: str | None = self._fs.info(self._full(path), refresh=True).get("ETag")
            except OSError as error:
                if _is_absence(error):
                    return None
                raise
            return tag

    def _write_if(self, path: str, content: bytes, tag: str | None) -> bool:
        """Replaces a file of S3 that still has a tag, or that is still absent; False where it has not."""
        condition = {"IfMatch": tag} if tag else {"IfNoneMatch": "*"}
        with self._answering():
            try:
                self._fs.pipe_file(self._full(path), content, **condition)
            except OSError as error:
                response = getattr(error.__cause__, "response", None) or {}
                if response.get("Error", {}).get("Code") in _CHANGED or isinstance(error, FileExistsError):
                    return False
                raise
        return True

    def delete(self, path: str) -> None:
        """Deletes a file; nothing happens where there is none, as another process may delete at the same time."""
        with self._answering(), contextlib.suppress(FileNotFoundError):
            self._fs.rm_file(self._full(path))

    def names(self, folder: str = "") -> list[str]:
        """The names of the files and folders in a folder; none where there is no such folder.

        A bucket that does not exist is no empty one: a mistyped name must not look like a registry without stores.
        """
        return [PurePosixPath(path).name for path in self._listed(folder, detail=False)]

    def ages(self, folder: str) -> Mapping[str, dt.timedelta]:
        """The time since each file of a folder was written, by name."""
        return {PurePosixPath(info["name"]).name: _age(info) for info in self._listed(folder, detail=True)}

    def _listed(self, folder: str, *, detail: bool) -> list[Any]:
        with self._answering():
            try:
                return list(self._fs.ls(self._full(folder), detail=detail))
            except OSError as error:
                if not _is_absence(error):
                    raise
            if self._s3:
                self._require_bucket()
            return []

    def _require_bucket(self) -> None:
        bucket = self._root.parts[0]
        try:
            self._fs.info(bucket)
        except FileNotFoundError as error:
            raise FileNotFoundError(f"there is no bucket {bucket}; check MODEL_DIR") from error

    def _full(self, path: str) -> str:
        return str(self._root / path)

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            # The errors of object stores have no common base class. Callers must not learn where the storage is.
            self._warn_of_failure(error=f"{type(error).__name__}: {error}")
            raise Unavailable(f"the model storage does not answer ({_kind(error)}); try again soon") from error


def _is_absence(error: OSError) -> bool:
    """Whether an error says that there is no such file or folder: nothing, the other kind, or a link to itself."""
    return isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError) or error.errno == errno.ELOOP


def _kind(error: Exception) -> str:
    """The kind of an error and its reason, without the path."""
    strerror = error.strerror if isinstance(error, OSError) else None
    return ": ".join(filter(None, (type(error).__name__, strerror)))


@contextlib.contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Holds the lock of a file among all processes that share the folder, also over NFS.

    The lock ends with its process.
    """
    # The lock is a file of its own, which stays: a lock of the file itself would be lost when the file is replaced.
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(f".{target.name}.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _replace(target: Path, content: bytes) -> None:
    with written_beside(target) as temporary:
        _write(temporary, content)
        temporary.replace(target)


def _create(target: Path, content: bytes) -> bool:
    """Writes a file unless there is one; False where there is one."""
    with written_beside(target) as temporary:
        _write(temporary, content)
        try:
            target.hardlink_to(temporary)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS or target.exists():
                raise
            temporary.replace(target)
    return True


def _write(path: Path, content: bytes) -> None:
    """Writes a file whose content survives a crash of the machine."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


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
