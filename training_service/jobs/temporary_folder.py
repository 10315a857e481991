"""Makes the folder for a worker's temporary files, and deletes the folders of killed workers."""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

#: Names of these folders; the number is the process id of the worker.
_NAME = re.compile(r"suschef-worker-([0-9]+)-.*")


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Makes a folder that is deleted when the context ends.

    The folders of workers of this machine that were killed are deleted at once.
    """
    for path in Path(tempfile.gettempdir()).iterdir():
        owner = _NAME.fullmatch(path.name)
        # A folder with the id of this process belongs to an earlier process: in a container ids come again.
        if owner and (int(owner[1]) == os.getpid() or not _is_alive(int(owner[1]))):
            shutil.rmtree(path, ignore_errors=True)
    prefix = f"suschef-worker-{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
