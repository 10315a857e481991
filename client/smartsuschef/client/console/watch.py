"""`suschef watch`: follows a run to its end, or replays a run that has ended."""

from smartsuschef.client.console.follow import follow
from smartsuschef.client.console.options import STORE, TRAINING, Json, RunId, Store, TrainingAddress
from smartsuschef.client.console.sessions import training_session


def watch(
    run_id: RunId, store: Store = STORE, training_address: TrainingAddress = TRAINING, as_json: Json = False
) -> None:
    """Watch a training to its end; Ctrl-C leaves the run running."""
    with training_session(training_address, as_json=as_json) as client:
        # This call fails at once if the run or the service does not exist. The watch itself waits during an outage.
        client.get_training(run_id, store=store)
        follow(client, run_id, store=store, address=training_address, as_json=as_json)
