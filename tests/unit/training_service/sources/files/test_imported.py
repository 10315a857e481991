"""The sales that callers have sent: every store has a folder of its own."""

from pathlib import Path

from training_service.sources.files.imported import ImportedSales

STORES = ["harbour", "Lower Manhattan", "lower manhattan", "南京路店", "Zürich", "a/b", "..", ".", "=a", "😀" * 64]


def send(imported: ImportedSales, store: str, content: str) -> str:
    with imported.incoming(store, ".csv") as path:
        path.write_text(content)
        return imported.keep(store, path)


def test_stores_of_any_name_keep_their_sales_apart(tmp_path: Path) -> None:
    root = tmp_path / "data"
    imported = ImportedSales(root)

    kept = {store: send(imported, store, store) for store in STORES}

    assert imported.stores() == sorted(STORES)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
    assert [path.name for path in root.iterdir()] == ["imported"]
    for store in STORES:
        assert imported.current(store) == kept[store]
        assert (root / kept[store]).read_text() == store
        readers = [other for other in STORES if imported.may_read(str(root / kept[store]), other)]
        assert readers == [store]


def test_the_sales_of_a_plain_name_lie_where_the_release_before_finds_them(tmp_path: Path) -> None:
    assert send(ImportedSales(tmp_path), "harbour", "sales").startswith("imported/harbour/")
