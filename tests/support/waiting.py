"""Trains stores and waits for the results by the events of the services, without sleeping."""

from smartsuschef.client import ForecastClient
from smartsuschef.forecast.v1 import forecast_pb2, inference_pb2, training_pb2


def train(
    client: ForecastClient,
    *,
    store: str,
    source: str,
    country: str = "DE",
    train_only_new: bool = False,
    force: bool = False,
) -> list[training_pb2.TrainingProgress]:
    """Trains a store and answers every event of the run."""
    run = client.start_training(
        store=store,
        sales_data_source=source,
        location=forecast_pb2.Location(country=country),
        train_only_new=train_only_new,
        force=force,
    )
    return list(client.watch_training(run.run_id, store=store))


def trained_version(client: ForecastClient, *, store: str, source: str, train_only_new: bool = False) -> str:
    """Trains a store, waits until the new version is live, and answers the name of the version.

    The training is forced, as the test may train on other sales than before.
    """
    result = train(client, store=store, source=source, train_only_new=train_only_new, force=True)[-1].result
    assert result.published, result
    version = result.version
    wait_until_live(client, store, version)
    return version


def wait_until_live(client: ForecastClient, store: str, version: str) -> None:
    """Waits until inference says that a version is live."""
    with client.watch_models(stores=[store]) as changes:
        for event in changes:
            live = [each.version for each in event.snapshot.live]
            active = event.change.version if event.change.state == inference_pb2.MODEL_STATE_ACTIVE else ""
            if version in (*live, active):
                return
