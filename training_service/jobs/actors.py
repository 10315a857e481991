"""The Dramatiq actors: thin, they pass names to the pipeline."""

from typing import TYPE_CHECKING, Any

import dramatiq

from shared.messaging.redis_errors import redis_errors
from training_service.jobs.outbox import Outbox
from training_service.runs.run_models import Run
from training_service.runs.run_store import RunStore, UnknownRun

if TYPE_CHECKING:
    # The service, which only sends, needs none of what the pipeline loads.
    from training_service.jobs.pipeline import Pipeline

#: Plans and publications have a queue of their own, out of which a worker takes first: a store whose dishes are done is
#: not to wait for those of all the others.
_SOON: dict[str, Any] = {"queue_name": "runs", "priority": 0}
_LATER: dict[str, Any] = {"queue_name": "dishes", "priority": 10}


def declare_actors(broker: dramatiq.Broker, pipeline: "Pipeline | None") -> dict[str, dramatiq.Actor[..., Any]]:
    """Declares the actors on a broker.

    Args:
        broker: to declare on.
        pipeline: the work; None in the service, which only sends.

    Returns:
        The actors by name.
    """

    def work() -> "Pipeline":
        if pipeline is None:
            raise RuntimeError("this process sends messages and does not work on them")
        return pipeline

    def plan_training(run_id: str) -> None:
        work().plan(run_id, outbox)

    def train_dishes(run_id: str, dishes: list[str]) -> None:
        work().train(run_id, dishes, outbox)

    def publish_version(run_id: str) -> None:
        work().publish(run_id)

    def give_up(message: dict[str, Any], _: dict[str, Any]) -> None:
        run_id, *rest = message["args"]
        last_line = str(message["options"].get("traceback", "")).strip().rpartition("\n")[2]
        work().give_up(run_id, rest[0] if rest else [], f"gave up after repeated errors: {last_line}", outbox)

    # A run that is no longer known needs no work.
    ended: dict[str, Any] = {"broker": broker, "throws": UnknownRun}
    retried: dict[str, Any] = {**ended, "on_retry_exhausted": give_up.__name__}
    declared: tuple[dramatiq.Actor[..., Any], ...] = (
        dramatiq.actor(**_SOON, **retried)(plan_training),
        dramatiq.actor(**_LATER, **retried)(train_dishes),
        dramatiq.actor(**_SOON, **retried)(publish_version),
        dramatiq.actor(**_SOON, **ended)(give_up),
    )
    actors = {actor.actor_name: actor for actor in declared}
    outbox = Outbox(train=actors["train_dishes"].send, publish=actors["publish_version"].send)
    return actors


def send_plan(actor: dramatiq.Actor[..., Any], runs: RunStore, run: Run) -> None:
    """Sends a run to the workers and notes that; a second message does no harm.

    Args:
        actor: that plans.
        runs: where it is noted.
        run: to send.

    Raises:
        Unavailable: Redis does not answer.
    """
    with redis_errors():
        actor.send(run.run_id)
    runs.note_sent(run.run_id)
