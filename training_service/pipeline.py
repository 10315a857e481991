"""The steps of a run: plan, train, publish. Each may be stopped anywhere and run twice."""

import time
from dataclasses import asdict, dataclass

import structlog

from shared.announcements import Announcement, Announcer
from shared.config import PipelineConfig
from shared.errors import ForecastingError, Unavailable
from shared.manifest import FiguresEntry
from shared.registry import Registry
from training_service.outbox import Outbox
from training_service.plan import batches, make_plan
from training_service.publish import build_manifest, result_of
from training_service.run_models import (
    DishFailure,
    DishOutcome,
    DishSuccess,
    Run,
    RunResult,
    RunState,
    Skipped,
    Warned,
)
from training_service.runs import RunStore, Step
from training_service.sales_source import SalesSource
from training_service.train_dish import train_dish
from training_service.workspace import PlannedWork, Workspaces

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The work behind the messages.

    Args:
        runs: state of all runs.
        source: of the sales.
        registry: where models go.
        workspaces: of the runs.
        config: of features and forecasters.
        announcer: tells the inference service.
        versions_kept: by the registry, for each store.
        max_attempts: how often the training of a dish is begun before it counts as failed.
    """

    runs: RunStore
    source: SalesSource
    registry: Registry
    workspaces: Workspaces
    config: PipelineConfig
    announcer: Announcer
    versions_kept: int
    max_attempts: int

    def plan(self, run_id: str, outbox: Outbox) -> None:
        """Reads the sales and sends one message for each dish (short dishes share one)."""
        run = self.runs.get(run_id)
        if run.state is RunState.PENDING and not self.runs.start(run).taken:
            return
        digest = self.runs.workspace(run_id)
        if digest:
            # An earlier worker died after planning: what it may not have sent is sent again.
            work = self.workspaces.load(run_id, digest)
        else:
            try:
                work = make_plan(run, self.source, self.registry, self.config)
            except ForecastingError as error:
                self._end(run, RunState.FAILED, RunResult(), f"the sales cannot be used: {error.message}")
                return
            if not work.dishes:
                self._end_without_work(run, work)
                return
            digest = self.workspaces.save(run_id, work)
            step = self.runs.planned(run, len(work.dishes), digest, _describe(work))
            if not step.taken and step.state is not RunState.PROGRESS:
                self.workspaces.delete(run_id)
                return
        done = self.runs.done_among(run_id, work.dishes)
        open_dishes = [dish for dish in work.dishes if dish not in done]
        for dishes in batches(open_dishes, work.history, self.config):
            outbox.train(run_id, dishes)
        if not open_dishes:
            outbox.publish(run_id)

    def train(self, run_id: str, dishes: list[str], outbox: Outbox) -> None:
        """Trains the dishes of one message; whoever finishes the last dish of a run sends for publication."""
        run = self.runs.get(run_id)
        if run.state is not RunState.PROGRESS:
            return
        work = self.workspaces.load(run_id, self.runs.workspace(run_id))
        done = self.runs.done_among(run_id, dishes)
        step: Step | None = None
        for dish in dishes:
            if dish in done:
                continue
            if not self.runs.dish_started(run, dish).taken:
                return  # cancelled
            step = self.runs.dish_done(run, dish, self._train_dish(run, dish, work))
        if step is None:
            run = self.runs.get(run_id)
            step = Step(False, run.state, run.current, run.total)
        if step.all_done and step.state is RunState.PROGRESS:
            outbox.publish(run_id)

    def publish(self, run_id: str) -> None:
        """Writes the new version, makes it live and ends the run."""
        run = self.runs.get(run_id)
        step = self.runs.publishing(run)
        if not step.taken and step.state is not RunState.PUBLISHING:
            return
        work = self.workspaces.load(run_id, self.runs.workspace(run_id))
        outcomes = self.runs.outcomes(run_id)
        if not any(outcome.success for outcome in outcomes.values()):
            error = "no dish could be trained; the errors of the dishes tell why. The live version stays."
            self._end(run, RunState.FAILED, result_of(work, outcomes, ""), error)
            return
        manifest = build_manifest(run, work, outcomes, self.registry, self.config)
        self.registry.publish(manifest)
        self.registry.prune(manifest.store, self.versions_kept)
        try:
            self.announcer.announce(Announcement(manifest.store, manifest.version))
        except Unavailable as error:
            log.warning("not announced, polling will find it", version=manifest.version, error=str(error))
        self._end(run, RunState.SUCCEEDED, result_of(work, outcomes, manifest.version))

    def give_up(self, run_id: str, dishes: list[str], reason: str, outbox: Outbox) -> None:
        """What remains when a message has failed too often: its dishes fail, or, where it named none, its run.

        Args:
            run_id: the run.
            dishes: those of a train message; empty for plan and publish.
            reason: the last error.
            outbox: to send for publication, should these dishes have been the last.
        """
        run = self.runs.get(run_id)
        if not dishes:
            self._end(run, RunState.FAILED, RunResult(), reason)
            return
        for dish in dishes:
            failure = DishFailure(dish=dish, reason="INFRASTRUCTURE", message=reason)
            step = self.runs.dish_done(run, dish, DishOutcome(failure=failure))
        if step.all_done and step.state is RunState.PROGRESS:
            outbox.publish(run_id)

    def _train_dish(self, run: Run, dish: str, work: PlannedWork) -> DishOutcome:
        if self.runs.count_attempt(run.run_id, dish) > self.max_attempts:
            message = f"its training was begun {self.max_attempts} times and never came to an end"
            return DishOutcome(failure=DishFailure(dish=dish, reason="NEVER_ENDED", message=message))
        started = time.monotonic()
        try:
            trained = train_dish(dish, work.history, run.request.place.calendar, self.config)
        except OSError:
            raise  # the machine's fault, not the dish's: try again
        except Exception as error:
            log.exception("dish not trained", run=run.run_id, dish=dish)
            message = f"{type(error).__name__}: {error}"
            return DishOutcome(failure=DishFailure(dish=dish, reason="TRAINING_FAILED", message=message))
        artifact = self.registry.put(run.request.store, trained.model.to_payload())
        success = DishSuccess(
            dish=dish,
            champion=trained.model.forecaster.name,
            artifact=artifact,
            figures=tuple(FiguresEntry(**asdict(figures)) for figures in trained.figures),
            history_start=trained.history_start,
            history_end=trained.model.history_end,
            history_days=trained.history_days,
            seconds=time.monotonic() - started,
        )
        return DishOutcome(success=success)

    def _end_without_work(self, run: Run, work: PlannedWork) -> None:
        result = RunResult(
            skipped=tuple(Skipped(dish=dish, reason=reason) for dish, reason in work.skipped),
            warnings=tuple(Warned(reason=reason, message=message) for reason, message in work.warnings),
        )
        if work.shared:
            self._end(run, RunState.SUCCEEDED, result)
        else:
            self._end(run, RunState.FAILED, result, "the sales name no dish that was ever sold")

    def _end(self, run: Run, state: RunState, result: RunResult, error: str = "") -> None:
        self.runs.finish(run, state, result, error)
        self.workspaces.delete(run.run_id)


def _describe(work: PlannedWork) -> str:
    days, dishes = len(work.history.closed), len(work.dishes)
    closed = int(work.history.closed.sum())
    weather = ", ".join(work.history.weather) or "none"
    return (
        f"{dishes} dishes to train, {len(work.shared)} shared, {len(work.skipped)} skipped; "
        f"{work.history.start} to {work.history.end}, {days} days, {closed} closed; weather: {weather}"
    )
