"""Trains a store, follows the training to its end, and forecasts the next two weeks.

python forecasts.py STORE COUNTRY SALES_FILE
"""

import os
import sys

from smartsuschef.client import ForecastClient, ForecastServiceError, Location


def main(store: str, country: str, sales_file: str) -> None:
    with ForecastClient(
        training_address=os.environ.get("TRAINING_ADDRESS", "127.0.0.1:50052"),
        inference_address=os.environ.get("INFERENCE_ADDRESS", "127.0.0.1:50051"),
    ) as suschef:
        run = suschef.start_training(store=store, location=Location(country=country), sales_data_source=sales_file)
        # The client opens the stream again by itself when the service is away for a moment.
        for event in suschef.watch_training(run.run_id, store=store):
            print(event.sequence, event.message)
        answer = suschef.predict(store=store, quantiles=[0.1, 0.9], service_level=0.9)
        for forecast in answer.forecasts:
            for day in forecast.days:
                print(forecast.dish, day.date, day.yhat, day.prepare_quantity)


def explained(error: ForecastServiceError) -> str:
    """Tells an error with its reason and every field that is wrong."""
    fields = [f"{violation.field}: {violation.description}" for violation in error.violations]
    return "\n".join([f"{error.code.name}: {error.message}", f"reason {error.reason} {error.metadata}", *fields])


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except ForecastServiceError as error:
        sys.exit(explained(error))
