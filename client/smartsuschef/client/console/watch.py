"""`suschef watch`: follows a run that goes on, or replays one that has ended."""

from smartsuschef.client.console.follow import follow
from smartsuschef.client.console.options import STORE, TRAINING, Json, RunId, Store, TrainingAddress
from smartsuschef.client.console.sessions import training_session


def watch(
    run_id: RunId, store: Store = STORE, training_address: TrainingAddress = TRAINING, as_json: Json = False
) -> None:
    """Watch a training to its end; Ctrl-C leaves the run running."""
    with training_session(training_address, as_json=as_json) as client:
        # Tells at once when there is no such run or no service; the watch itself is patient with an outage.
        client.get_training(run_id, store=store)
        follow(client, run_id, store=store, address=training_address, as_json=as_json)
