"""Fetches sales files from storages behind URLs, such as S3, to this machine."""

import contextlib
from pathlib import Path, PurePosixPath

import structlog

from shared.errors import InvalidInput, Unavailable, Violation
from shared.remote_files import open_storage
from training_service.sources.files.events_csv import EVENTS_FILE
from training_service.sources.files.school_holidays_file import SCHOOL_HOLIDAYS_FILES
from training_service.sources.files.weather_csv import FILE_NAME
from training_service.sources.sales_limits import SALES_FIELD

log = structlog.get_logger(__name__)

#: Longest silence of a storage, in seconds: an attempt ends before the caller stops waiting.
_READ_TIMEOUT_SECONDS = 30


class StorageFailed(Unavailable):
    """The storage of a file does not answer now, or refuses."""

    default_reason = "STORAGE_FAILED"


def fetch(url: str, folder: Path, most_bytes: int) -> Path:
    """Copies a sales file into a folder, with the files of weather, events and school holidays that lie beside it.

    Args:
        url: URL of the sales file that fsspec understands.
        folder: Folder on this machine that the files are copied into.
        most_bytes: Largest size of the sales file in bytes.

    Returns:
        The path of the copied sales file.

    Raises:
        InvalidInput: There is no such file, or it is too large.
        StorageFailed: The storage does not answer, or refuses.
    """
    path = PurePosixPath(url)
    target = folder / path.name
    try:
        files, remote = open_storage(url, read_timeout_seconds=_READ_TIMEOUT_SECONDS)
        # Some storages do not tell the size of a file before the file is fetched.
        check_size(path.name, files.size(remote) or 0, most_bytes)
        files.get_file(remote, str(target))
        check_size(path.name, target.stat().st_size, most_bytes)
        for beside in (FILE_NAME, EVENTS_FILE, *SCHOOL_HOLIDAYS_FILES):
            with contextlib.suppress(FileNotFoundError):
                files.get_file(str(PurePosixPath(remote).with_name(beside)), str(folder / beside))
    except (FileNotFoundError, IsADirectoryError) as error:
        raise InvalidInput([Violation(SALES_FIELD, f"there is no file {url}; check the name")]) from error
    except InvalidInput:
        raise
    except Exception as error:  # the exceptions of the storages' drivers have no base class of their own
        log.warning("the sales file cannot be fetched from the storage", url=url, error=str(error))
        raise StorageFailed(f"{url} cannot be read now: {type(error).__name__}: {error}") from error
    return target


def check_size(name: str, size: int, most_bytes: int) -> None:
    """Refuses a file that is too large.

    Args:
        name: Name of the file.
        size: Size of the file in bytes.
        most_bytes: Largest size of a file in bytes.

    Raises:
        InvalidInput: The file is too large.
    """
    if size > most_bytes:
        has, most = (f"{round(value / 1e6, 1):,g} MB" for value in (size, most_bytes))
        advice = "leave the oldest years out, or let the server read its database"
        raise InvalidInput([Violation(SALES_FIELD, f"{name} has {has}; expected at most {most}: {advice}")])
