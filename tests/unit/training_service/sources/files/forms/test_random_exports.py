"""What is read of a file is its truth, or the file is refused: never a third thing, whatever the form of the file."""

import os
from pathlib import Path

from shared.errors import InvalidInput
from tests.support.random_exports import write_random_export
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns

#: Files that are drawn; SALES_FILES_DRAWN=5000 draws more than the tests of every day.
DRAWN = int(os.environ.get("SALES_FILES_DRAWN", "200"))

#: Least share of the files that must be read: a reader that refuses everything is right and useless.
READ_MIN = 0.6


def test_what_is_read_is_the_truth_or_the_file_is_refused(tmp_path: Path) -> None:
    read, wrong = 0, []
    for seed in range(DRAWN):
        export = write_random_export(tmp_path, seed)
        try:
            file = read_sales_file(export.path, "default", SalesColumns())
        except InvalidInput:
            continue
        finally:
            export.path.unlink()
        sales = file.sales
        found = {
            (day.date(), dish): units
            for day, dish, units in zip(sales["date"], sales["dish"], sales["sales"], strict=True)
        }
        read += 1
        if found != export.truth:
            wrong.append(export.form)
        left_out = sum(each.rows for each in file.how.left_out)
        if file.how.rows - left_out != sales["rows"].sum():
            wrong.append(f"{export.form}: {file.how.rows} rows, {left_out} left out, {sales['rows'].sum()} used")
        if file.how.dates is None or file.how.dates.example_day not in {day for day, _ in export.truth}:
            wrong.append(f"{export.form}: {file.how.dates}")

    assert not wrong, "\n".join(wrong[:20])
    assert read >= READ_MIN * DRAWN
