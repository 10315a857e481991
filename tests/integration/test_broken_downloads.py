"""A storage that fails while a sales file is read is reported as a failure of the storage, not of the caller."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import s3fs

from shared.errors import InvalidInput
from tests.support.loopback import QuietHandler, web_server
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.fetching import StorageFailed

SALES = "date,dish,sales\n2026-01-05,soup,4\n2026-01-06,soup,5\n"


@dataclass
class Storage:
    """Answers of the server: status of HEAD, status of GET, and the number of bytes that it sends (None: all)."""

    head: int = 200
    get: int = 200
    sent: int | None = None


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    made = Storage()

    class Handler(QuietHandler):
        def do_HEAD(self) -> None:  # noqa: N802 -- the library's name
            self.send_response(404 if self.path.endswith("weather.csv") else made.head)
            self.send_header("Content-Length", str(len(SALES)))
            self.end_headers()

        def do_GET(self) -> None:  # noqa: N802 -- the library's name
            if self.path.endswith("weather.csv"):
                self.reply(404, "")
            else:
                self.reply(made.get, SALES, sent=made.sent)

    with web_server(Handler) as address:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{address}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            monkeypatch.setenv(name, value)
        s3fs.S3FileSystem.clear_instance_cache()
        yield made


def content(folder: Path) -> str:
    with SalesFiles(folder, ["s3://bucket/"]).opened("s3://bucket/sales.csv") as file:
        return file.path.read_text()


def test_a_file_that_arrives_as_a_whole_is_read(storage: Storage, tmp_path: Path) -> None:
    assert content(tmp_path) == SALES


def test_a_connection_that_breaks_in_mid_file_is_a_failure_of_the_storage(storage: Storage, tmp_path: Path) -> None:
    storage.sent = 9

    with pytest.raises(StorageFailed, match="cannot be read now"):
        content(tmp_path)


@pytest.mark.parametrize("status", [403, 500])
def test_a_file_that_is_refused_after_it_was_found_is_a_storage_failure(
    status: int, storage: Storage, tmp_path: Path
) -> None:
    storage.get = status

    with pytest.raises(StorageFailed, match="cannot be read now"):
        content(tmp_path)


@pytest.mark.parametrize("status", [403, 500])
def test_a_storage_that_refuses_every_request_is_not_taken_for_a_missing_file(
    status: int, storage: Storage, tmp_path: Path
) -> None:
    storage.head = storage.get = status

    with pytest.raises(StorageFailed, match="cannot be read now"):
        content(tmp_path)


def test_a_file_that_vanishes_between_two_requests_is_missing(storage: Storage, tmp_path: Path) -> None:
    storage.get = 404

    with pytest.raises(InvalidInput, match="there is no file"):
        content(tmp_path)
