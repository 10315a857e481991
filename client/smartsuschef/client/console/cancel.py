"""`suschef cancel`: stops a run."""

from smartsuschef.client.console.options import STORE, TRAINING, Json, RunId, Store, TrainingAddress
from smartsuschef.client.console.output import dishes, out, write_message
from smartsuschef.client.console.sessions import training_session


def cancel(
    run_id: RunId, store: Store = STORE, training_address: TrainingAddress = TRAINING, as_json: Json = False
) -> None:
    """Stop a training without publishing a version."""
    with training_session(training_address, as_json=as_json) as client:
        run = client.cancel_training(run_id, store=store)
    if as_json:
        write_message(run)
    else:
        out().print(f"Run {run.run_id} of store {run.store} is cancelled after {run.current} of {dishes(run.total)}.")
