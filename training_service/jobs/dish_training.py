"""Trains one dish of a run and stores its model."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from shared.notices import DishFailure
from shared.registry.registry import Registry
from training_service.jobs.worker_deaths import Attempts, part_of_dish
from training_service.learning.train_dish import TrainedDish, train_dish
from training_service.outcomes import DishOutcome, DishSuccess
from training_service.runs.run_models import Run
from training_service.versions.new_manifest import version_of
from training_service.versions.planned_work import PlannedWork

log = structlog.get_logger(__name__)

#: Trains a dish, as `train_dish` does.
TrainDish = Callable[..., TrainedDish]


@dataclass(frozen=True, slots=True)
class DishTraining:
    """Trains dishes, and turns what goes wrong with a dish into the outcome of the dish.

    Args:
        registry: Takes the models.
        attempts: Counts how often a dish has killed its worker.
        train_dish: Trains a dish.
    """

    registry: Registry
    attempts: Attempts
    train_dish: TrainDish = train_dish

    def outcome(self, run: Run, dish: str, work: PlannedWork) -> DishOutcome:
        """Trains a dish, unless the dish has killed its worker too often.

        Args:
            run: The run.
            dish: Name of the dish.
            work: Plan of the run.

        Raises:
            OSError: The machine failed, not the dish; the message is to be tried again.
            Unavailable: Redis or the registry does not answer; the message is to be tried again.
        """
        with self.attempts.begin(run.run_id, part_of_dish(dish)) as may_begin:
            if may_begin:
                return self._trained(run, dish, work)
        return _failed(dish, "NEVER_ENDED", f"its training {self.attempts.never_ended}")

    def _trained(self, run: Run, dish: str, work: PlannedWork) -> DishOutcome:
        started = time.monotonic()
        try:
            if work.store_fit is None:
                raise ValueError("the plan holds nothing that is fitted to the store")
            trained = self.train_dish(dish, work.history, work.store_fit, run.request.place.calendar, work.config)
        except OSError:
            raise  # the machine's fault, not the dish's: the message is tried again
        except Exception as error:
            log.exception("the training of a dish failed", run=run.run_id, dish=dish)
            return _failed(dish, "TRAINING_FAILED", f"{type(error).__name__}: {error}")
        artifact = self.registry.put(run.request.store, trained.model.to_payload())
        entry = trained.entry(artifact, work.trees, version_of(run))
        return DishOutcome(success=DishSuccess(dish=dish, entry=entry, seconds=time.monotonic() - started))


def _failed(dish: str, reason: str, message: str) -> DishOutcome:
    return DishOutcome(failure=DishFailure(dish=dish, reason=reason, message=message))
