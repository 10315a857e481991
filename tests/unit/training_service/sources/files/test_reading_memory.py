"""The memory for reading a large sales file grows with dishes and days, not with rows."""

import subprocess
import sys
from pathlib import Path

_READ = """
import resource, sys
from pathlib import Path
from training_service.sources.files.reading import read_sales_file
from training_service.sources.files.sales_columns import SalesColumns

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sales = read_sales_file(Path(sys.argv[1]), "default", SalesColumns()).sales
assert sales["rows"].sum() == 800_000
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def test_many_rows_of_few_dishes_and_days_take_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    days = [f"2025-01-{day:02}" for day in range(1, 21)]
    path.write_text("date,dish,sales\n" + "".join(f"{day},soup,1\n" * 40_000 for day in days))

    read = subprocess.run([sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, check=True)

    # Megabytes; kept as text, these rows would take more than twice as many.
    assert float(read.stdout) < 120
