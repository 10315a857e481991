"""Only files inside DATA_ROOT and under DATA_URLS may be read."""

from pathlib import Path

import pytest

from shared.errors import InvalidInput
from training_service.sources.files.access import SalesFiles


def test_a_source_is_found_inside_the_data_root(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    file = tmp_path / "a" / "sales.csv"
    file.write_text("x")

    assert SalesFiles(tmp_path).resolve("a/sales.csv") == str(file)
    assert SalesFiles(tmp_path).resolve(str(file)) == str(file)


@pytest.mark.parametrize(
    "source", ["../secret.csv", "/etc/passwd", "a/../../secret.csv", "link.csv", "link/secret.csv"]
)
def test_a_file_outside_the_data_root_is_refused_whether_or_not_it_exists(tmp_path: Path, source: str) -> None:
    (tmp_path / "secret.csv").write_text("x")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link.csv").symlink_to(tmp_path / "secret.csv")
    (root / "link").symlink_to(tmp_path)

    for name in (source, source.replace("secret", "absent")):
        with pytest.raises(InvalidInput) as caught:
            SalesFiles(root).resolve(name)
        assert caught.value.violations[0].description == "expected a file inside the server's DATA_ROOT"


@pytest.mark.parametrize("source", ["absent.csv", ".", "a\0b", "x" * 5000, "circle"])
def test_a_source_must_be_a_file(tmp_path: Path, source: str) -> None:
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    with pytest.raises(InvalidInput):
        SalesFiles(tmp_path).resolve(source)


@pytest.mark.parametrize(
    "url",
    [
        "s3://bucket/other/sales.csv",
        "s3://bucket/sales-of-others/sales.csv",
        "s3://bucket/sales",
        "s3://bucket/sales/../other/sales.csv",
        "s3://bucket/sales/./sales.csv",
        "s3://bucket/sales/..",
        "s3://bucket/sales/sales.csv?versionId=1",
        "s3://bucket/sales/%2e%2e/sales.csv",
        "s3://other/sales/sales.csv",
        "S3://bucket/sales/sales.csv",
        "file:///etc/passwd",
        "https://bucket/sales/sales.csv",
        "simplecache::s3://bucket/sales/sales.csv",
        "s3://bucket/sales/x::file:///etc/passwd",
    ],
)
def test_a_url_outside_the_allowed_prefixes_is_refused(tmp_path: Path, url: str) -> None:
    files = SalesFiles(tmp_path, ["s3://bucket/sales"])

    with pytest.raises(InvalidInput):
        files.resolve(url)


def test_a_url_under_an_allowed_prefix_may_be_read(tmp_path: Path) -> None:
    files = SalesFiles(tmp_path, ["s3://bucket/sales", "s3://other/"])

    for url in ("s3://bucket/sales/2026/harbour.parquet", "s3://other/sales.csv"):
        assert files.resolve(url) == url


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    files = SalesFiles(tmp_path, most_bytes=5_000_000)
    with (tmp_path / "sales.csv").open("wb") as file:
        file.truncate(7_300_000)

    with pytest.raises(InvalidInput) as caught, files.opened("sales.csv"):
        pass

    assert caught.value.violations[0].description == (
        "sales.csv has 7.3 MB; expected at most 5 MB: leave the oldest years out, or let the server read its database"
    )
