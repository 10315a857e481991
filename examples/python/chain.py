"""Trains the stores of a chain together, so that they share their trees, and follows each run to its end.

python chain.py COUNTRY SALES_FILE STORE STORE …
"""

import os
import sys

from smartsuschef.client import ForecastClient, ForecastServiceError, Location


def main(country: str, sales_file: str, *stores: str) -> None:
    with ForecastClient(training_address=os.environ.get("TRAINING_ADDRESS", "127.0.0.1:50052")) as suschef:
        # A store with a place, a file or events of its own is given as a GroupMember.
        runs = suschef.start_group_training(
            members=stores, sales_data_source=sales_file, location=Location(country=country)
        )
        for run in runs:
            *_, last = suschef.watch_training(run.run_id, store=run.store)
            print(run.store, last.message)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except ForecastServiceError as error:
        sys.exit(f"{error.code.name}: {error.message}")
