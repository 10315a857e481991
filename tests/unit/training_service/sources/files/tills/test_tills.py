"""A new format of sales files needs one record; see docs/adding-a-sales-format.md."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from shared.errors import InvalidInput
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.files.tills.any_till import ANY_TILL
from training_service.sources.files.tills.known_tills import TILLS
from training_service.sources.files.tills.till import Till, plain


def without_voids(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["state"] != "void"]


VOIDING_TILL = Till(
    name="a till that keeps voided rows",
    names={"date": ("closedat",), "dish": ("item",), "quantity": ("count",)},
    marks=frozenset({"closedat", "checkid"}),
    more_columns=("state",),
    sales_of=without_voids,
)

EXPORT = "Check ID,Closed At,Item,Count,State\n1,2026-01-01,soup,3,paid\n2,2026-01-01,soup,40,void\n"


def read(folder: Path, text: str) -> pd.DataFrame:
    (folder / "sales.csv").write_text(text)
    return read_sales_file(folder / "sales.csv", "default", SalesColumns(), tills=(VOIDING_TILL, ANY_TILL)).sales


def test_rows_that_are_no_sales_are_left_out_by_the_format_of_the_till(tmp_path: Path) -> None:
    assert read(tmp_path, EXPORT)["sales"].tolist() == [3.0]


def test_rows_that_a_format_leaves_out_are_told(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text(EXPORT)

    read = read_sales_file(tmp_path / "sales.csv", "default", SalesColumns(), tills=(VOIDING_TILL, ANY_TILL))

    (warning,) = read.warnings
    assert warning.reason == "ROWS_NOT_SOLD"
    assert warning.message == (
        "1 row is no sale of a dish in the format 'a till that keeps voided rows' and left out (line 3)"
    )
    assert read.left_out_rows == {"no sale of a dish": 1}


def test_what_people_should_check_about_a_format_is_told(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("Check ID,Closed At,Item,Count,State\n1,2026-01-01,soup,3,paid\n")
    till = replace(VOIDING_TILL, told="the times are those of the kitchen")

    (warning,) = read_sales_file(tmp_path / "sales.csv", "default", SalesColumns(), tills=(till, ANY_TILL)).warnings

    assert warning.reason == "SALES_FORM"
    assert warning.message == "the times are those of the kitchen; check whether this is right"


@pytest.mark.parametrize("chunk_rows", [1, 2, 100])
def test_the_state_of_an_order_counts_for_its_lines_that_do_not_repeat_the_state(
    tmp_path: Path, chunk_rows: int
) -> None:
    till = Till(
        name="orders",
        names={"date": ("day",), "dish": ("item",), "quantity": ("count",)},
        receipt="label",
        of_order=frozenset({"status"}),
    )
    lines = ["A,2026-01-01,soup,3,voided", "A,2026-01-01,pie,1,", "B,2026-01-01,soup,5,paid", "B,2026-01-01,pie,2,"]
    (tmp_path / "sales.csv").write_text("Label,Day,Item,Count,Status\n" + "\n".join(lines) + "\n")

    read = read_sales_file(tmp_path / "sales.csv", "default", SalesColumns(), tills=(till,), chunk_rows=chunk_rows)

    assert dict(zip(read.sales["dish"], read.sales["sales"], strict=True)) == {"pie": 2.0, "soup": 5.0}


def test_a_file_that_no_till_recognises_is_read_by_its_usual_names(tmp_path: Path) -> None:
    assert read(tmp_path, "date,dish,sales\n2026-01-01,soup,5\n")["sales"].tolist() == [5.0]


def test_wrong_lines_keep_their_numbers_after_rows_were_left_out(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="not so on line 4"):
        read(tmp_path, EXPORT + "3,2026-01-02,soup,many,paid\n")


def test_a_missing_column_of_the_till_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no column 'state', which the format 'a till that keeps voided rows' has"):
        read(tmp_path, EXPORT.replace("State", "Comment"))


def test_a_file_without_any_sale_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no row of the file is a sale"):
        read(tmp_path, EXPORT.replace("paid", "void"))


def test_the_last_of_the_known_tills_reads_every_file() -> None:
    assert TILLS[-1].recognises(frozenset())
    assert len({till.name for till in TILLS}) == len(TILLS)


@pytest.mark.parametrize("till", TILLS, ids=lambda till: till.name)
def test_names_of_columns_are_declared_in_plain_form(till: Till) -> None:
    declared = [name for names in till.names.values() for name in names]
    declared += [*till.marks, *till.more_columns, *till.of_order, till.receipt]

    assert [plain(name) for name in declared] == declared
