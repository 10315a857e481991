"""The Dramatiq actors: they take messages from the queues and call the steps of the pipeline."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import dramatiq

from shared.messaging.redis_errors import redis_errors
from training_service.jobs.outbox import Outbox
from training_service.runs.group_models import UnknownGroup
from training_service.runs.run_models import Run
from training_service.runs.run_store import RunStore, UnknownRun

if TYPE_CHECKING:
    # The training service only sends messages, and must not load the forecasters that the pipeline needs.
    from training_service.jobs.pipeline import Pipeline

#: Plans and publications have a queue of their own that a worker empties first (Dramatiq takes low numbers first): a
#: store whose dishes are done must not wait for the dishes of all other stores.
_SOON: dict[str, Any] = {"queue_name": "runs", "priority": 0}
_LATER: dict[str, Any] = {"queue_name": "dishes", "priority": 10}


def declare_actors(broker: dramatiq.Broker, pipeline: "Pipeline | None") -> dict[str, dramatiq.Actor[..., Any]]:
    """Declares the actors on a broker.

    Args:
        broker: Broker on which the actors are declared.
        pipeline: Work behind the messages; None in the training service, which only sends messages.

    Returns:
        The actors by name.
    """

    def work() -> "Pipeline":
        if pipeline is None:
            raise RuntimeError("this process only sends messages; start a worker to work on them")
        return pipeline

    def plan_training(run_id: str) -> None:
        work().plan(run_id, outbox)

    def train_dishes(run_id: str, dishes: list[str]) -> None:
        work().train(run_id, dishes, outbox)

    def publish_version(run_id: str) -> None:
        work().publish(run_id)

    def read_group(group_id: str) -> None:
        work().group_training.read(group_id, outbox)

    def fit_group_trees(group_id: str, cutoff: str) -> None:
        work().group_training.fit(group_id, cutoff, outbox)

    def give_up(message: dict[str, Any], _: dict[str, Any]) -> None:
        run_id, *rest = message["args"]
        if message["actor_name"] in (read_group.__name__, fit_group_trees.__name__):
            # The error may speak of one store, and all stores of the group are told the reason.
            reason = "a step of its group was given up after repeated errors; see the log of the workers"
            work().group_training.give_up(run_id, reason)
            return
        last_line = str(message["options"].get("traceback", "")).strip().rpartition("\n")[2]
        work().give_up(run_id, rest[0] if rest else [], f"gave up after repeated errors: {last_line}", outbox)

    # A message of a run or a group that is no longer kept is not tried again.
    common: dict[str, Any] = {"broker": broker, "throws": (UnknownRun, UnknownGroup)}
    retried: dict[str, Any] = {**common, "on_retry_exhausted": give_up.__name__}
    declared: tuple[dramatiq.Actor[..., Any], ...] = (
        dramatiq.actor(**_SOON, **retried)(plan_training),
        dramatiq.actor(**_LATER, **retried)(train_dishes),
        dramatiq.actor(**_SOON, **retried)(publish_version),
        dramatiq.actor(**_SOON, **retried)(read_group),
        dramatiq.actor(**_SOON, **retried)(fit_group_trees),
        dramatiq.actor(**_SOON, **common)(give_up),
    )
    actors = {actor.actor_name: actor for actor in declared}
    outbox = Outbox(
        train=actors["train_dishes"].send,
        publish=actors["publish_version"].send,
        plan=actors["plan_training"].send,
        read_group=actors["read_group"].send,
        fit_group=actors["fit_group_trees"].send,
    )
    return actors


def send_plan(actor: dramatiq.Actor[..., Any], runs: RunStore, run: Run) -> None:
    """Sends a run to the workers and notes the time; a second message of the same run does no harm.

    Args:
        actor: The actor that plans runs.
        runs: State of all runs, in which the time is noted.
        run: The run to send.

    Raises:
        Unavailable: Redis does not answer.
    """
    with redis_errors():
        actor.send(run.run_id)
    runs.note_sent(run.run_id)


def send_group(actor: dramatiq.Actor[..., Any], runs: RunStore, started: Sequence[Run]) -> None:
    """Sends the runs of a group to the workers and notes the time; a second message of the same group does no harm.

    Args:
        actor: The actor that reads the sales of groups.
        runs: State of all runs, in which the time is noted.
        started: The runs of one group, at least one.

    Raises:
        Unavailable: Redis does not answer.
    """
    with redis_errors():
        actor.send(started[0].request.group)
    for run in started:
        runs.note_sent(run.run_id)
