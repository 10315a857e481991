"""The steps of a run: plan, train, publish, and give up.

Each step may be stopped anywhere and repeated. `worker_deaths.py` tells what happens when a worker dies in a step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from shared.config import PipelineConfig
from shared.errors import ForecastingError, Unavailable
from shared.messaging.announcements import Announcer
from shared.notices import DishFailure
from shared.registry.registry import Registry
from training_service.jobs.dish_training import DishTraining, TrainDish
from training_service.jobs.group_training import GroupTraining
from training_service.jobs.lanes import Lanes
from training_service.jobs.outbox import Outbox
from training_service.jobs.publication import BuildManifest, Publication
from training_service.jobs.reports import describe_plan, run_result
from training_service.jobs.worker_deaths import PLAN, PUBLICATION, Attempts
from training_service.learning.train_dish import train_dish
from training_service.outcomes import DishOutcome, RunResult, result_of
from training_service.runs.group_models import UnknownGroup
from training_service.runs.group_store import GroupStore
from training_service.runs.live_version_lock import LiveVersionLock
from training_service.runs.run_models import Run, RunState
from training_service.runs.run_store import RunStore
from training_service.sources.sales_source import SalesSource
from training_service.versions.group_work import GroupFiles
from training_service.versions.new_manifest import build_manifest, version_of
from training_service.versions.plan import make_plan
from training_service.versions.planned_work import OtherRelease, PlannedWork, PlannedWorkspaces

log = structlog.get_logger(__name__)

T = TypeVar("T")

#: Makes the plan of a run, as `make_plan` does.
MakePlan = Callable[[Run, SalesSource, Registry, PipelineConfig, int], PlannedWork]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The work behind the messages of the queue.

    Args:
        runs: State of all runs.
        groups: State of all groups of runs.
        source: Reads the sales.
        registry: Keeps models and versions.
        workspaces: Folders in which the plans of runs are stored.
        config: Configuration of the runs that are planned here; a planned run keeps its own.
        announcer: Tells the inference service which version is live.
        live_version_lock: Lets one process at a time decide which version of a store is live.
        versions_kept: Number of versions that the registry keeps of each store.
        max_attempts: How often a plan, the training of a dish or a publication is begun before it counts as failed.
        lanes: Number of messages of one run that wait or are worked on at a time.
        make_plan: Makes the plan of a run.
        train_dish: Trains a dish.
        build_manifest: Makes the manifest of a new version.
    """

    runs: RunStore
    groups: GroupStore
    source: SalesSource
    registry: Registry
    workspaces: PlannedWorkspaces
    config: PipelineConfig
    announcer: Announcer
    live_version_lock: LiveVersionLock
    versions_kept: int
    max_attempts: int
    lanes: int
    make_plan: MakePlan = make_plan
    train_dish: TrainDish = train_dish
    build_manifest: BuildManifest = build_manifest

    def plan(self, run_id: str, outbox: Outbox) -> None:
        """Makes the plan of a run and sends its first messages; a run that has a plan goes on where it stands.

        Each message names one dish, or several dishes that are quick to train.

        Args:
            run_id: Id of the run.
            outbox: Takes the messages.
        """
        run = self.runs.get(run_id)
        if run.state is RunState.PENDING:
            if not self.runs.start(run).taken:
                return
        elif run.state is RunState.PUBLISHING:
            outbox.publish(run_id)
            return
        elif run.state not in (RunState.STARTED, RunState.PROGRESS):
            return
        if run.request.group and not self._group_is_ready(run, outbox):
            return
        work = self._attempted(run, PLAN, self._planned)
        if work is None:
            return
        if not self._lanes(run, work, outbox).send_first():
            outbox.publish(run_id)

    def train(self, run_id: str, dishes: list[str], outbox: Outbox) -> None:
        """Trains the dishes of one message; the worker that ends the last dish of a run sends for its publication.

        Args:
            run_id: Id of the run.
            dishes: Names of the dishes of the message.
            outbox: Takes the next message.
        """
        run = self.runs.get(run_id)
        if run.state is not RunState.PROGRESS:
            return
        work = self._loaded(run)
        if work is None:
            return
        training = DishTraining(self.registry, self._attempts, self.train_dish)
        for dish in dishes:
            step = self.runs.dish_started(run, dish)
            if step.state is not RunState.PROGRESS:
                return  # the run was cancelled
            if step.taken:
                step = self.runs.dish_done(run, dish, training.outcome(run, dish, work))
        self._lanes(run, work, outbox).send_next(dishes)
        if step.all_done and step.state is RunState.PROGRESS:
            outbox.publish(run_id)

    def publish(self, run_id: str) -> None:
        """Writes the new version, makes it live and ends the run.

        Args:
            run_id: Id of the run.
        """
        run = self.runs.get(run_id)
        step = self.runs.publishing(run)
        if not step.taken and step.state is not RunState.PUBLISHING:
            return
        self._attempted(run, PUBLICATION, self._publish)

    def give_up(self, run_id: str, dishes: list[str], reason: str, outbox: Outbox) -> None:
        """Gives up a message that has failed too often: its dishes fail, or, where it names none, its run fails.

        Args:
            run_id: Id of the run.
            dishes: Dishes of a train message; empty for a plan or a publication.
            reason: The last error of the message.
            outbox: Takes the next message.
        """
        run = self.runs.get(run_id)
        if not dishes:
            self._give_up_run(run, reason)
            return
        for dish in dishes:
            failure = DishFailure(dish=dish, reason="INFRASTRUCTURE", message=reason)
            step = self.runs.dish_done(run, dish, DishOutcome(failure=failure))
        if run.state is RunState.PROGRESS:
            try:
                work = self.workspaces.load(run_id, self.runs.workspace(run_id))
            except (OSError, ForecastingError):
                log.exception("the plan of a run cannot be read; the run ends", run=run_id)
                self._give_up_run(run, reason)
                return
            self._lanes(run, work, outbox).send_next(dishes)
        if step.all_done and step.state is RunState.PROGRESS:
            outbox.publish(run_id)

    @property
    def group_training(self) -> GroupTraining:
        """The steps of the groups of runs."""
        return GroupTraining(
            runs=self.runs,
            groups=self.groups,
            source=self.source,
            registry=self.registry,
            files=GroupFiles(self.workspaces),
            config=self.config,
            max_attempts=self.max_attempts,
        )

    @property
    def _attempts(self) -> Attempts:
        return Attempts(self.runs, self.max_attempts)

    @property
    def _publication(self) -> Publication:
        return Publication(self.registry, self.announcer, self.versions_kept, self.build_manifest)

    def _lanes(self, run: Run, work: PlannedWork, outbox: Outbox) -> Lanes:
        return Lanes(run_id=run.run_id, work=work, runs=self.runs, outbox=outbox)

    def _attempted(self, run: Run, what: str, step: Callable[[Run], T]) -> T | None:
        """Result of a step; None where the step has killed its worker too often, and the run has ended."""
        with self._attempts.begin(run.run_id, what) as may_begin:
            if may_begin:
                return step(run)
        self._give_up_run(run, f"its {what} {self._attempts.never_ended}")
        return None

    def _group_is_ready(self, run: Run, outbox: Outbox) -> bool:
        """Whether the group of a run is ready for its plan; if not, what is missing is sent, or the run has ended."""
        if self.runs.workspace(run.run_id):
            return True
        try:
            if self.group_training.is_ready(run):
                return True
        except (OtherRelease, UnknownGroup) as error:
            self._give_up_run(run, error.message)
            return False
        self.group_training.send_again(run, outbox)
        return False

    def _planned(self, run: Run) -> PlannedWork | None:
        """The plan of a run, which is made where there is none yet; None where the run has ended instead."""
        if self.runs.workspace(run.run_id):
            # An earlier worker died after planning: the caller sends again what that worker may not have sent.
            return self._loaded(run)
        try:
            if run.request.group:
                work = self.group_training.plan_of(run, self.lanes)
            else:
                work = self.make_plan(run, self.source, self.registry, self.config, self.lanes)
        except Unavailable:
            raise  # a later try may find the storage mended
        except (OtherRelease, UnknownGroup) as error:
            self._give_up_run(run, error.message)
            return None
        except ForecastingError as error:
            self._end(run, RunState.FAILED, RunResult(), f"the sales cannot be used: {error.message}")
            return None
        if not work.dishes:
            self._end_without_work(run, work)
            return None
        digest = self.workspaces.save(run.run_id, work)
        step = self.runs.planned(run, len(work.dishes), digest, describe_plan(work))
        if step.taken:
            return work
        if step.state in (RunState.PROGRESS, RunState.PUBLISHING):
            # A second delivery of this message was faster: its plan counts.
            return self._loaded(run)
        self.workspaces.delete(run.run_id)
        return None

    def _loaded(self, run: Run) -> PlannedWork | None:
        """The stored plan of a run; None where this release cannot go on with the plan, and the run has ended."""
        try:
            return self.workspaces.load(run.run_id, self.runs.workspace(run.run_id))
        except OtherRelease as error:
            self._give_up_run(run, error.message)
            return None

    def _publish(self, run: Run) -> None:
        work = self._loaded(run)
        if work is None:
            return
        outcomes = self.runs.outcomes(run.run_id)
        if not any(outcome.success for outcome in outcomes.values()):
            error = "no dish could be trained, and the live version stays; the errors of the dishes say why"
            self._end(run, RunState.FAILED, run_result(work, outcomes), error)
            return
        publication = self._publication
        manifest = publication.written(run, work, outcomes)
        with self.live_version_lock.held(manifest.store):
            result = publication.decided(run, work, outcomes, manifest)
            self._end(run, RunState.SUCCEEDED, result)
            publication.prune(manifest.store)

    def _give_up_run(self, run: Run, reason: str) -> None:
        outcomes = self.runs.outcomes(run.run_id)
        if self._publication.is_live(run):
            # The run failed only after its version went live: its result must say what is served.
            self._end(run, RunState.SUCCEEDED, result_of(outcomes, version_of(run), published=True))
        else:
            self._end(run, RunState.FAILED, result_of(outcomes), reason)

    def _end_without_work(self, run: Run, work: PlannedWork) -> None:
        result = run_result(work, {})
        if work.shared:
            self._end(run, RunState.SUCCEEDED, result)
        else:
            self._end(
                run,
                RunState.FAILED,
                result,
                "no dish in these sales was ever sold; check the column with the quantities",
            )

    def _end(self, run: Run, state: RunState, result: RunResult, error: str = "") -> None:
        self.runs.finish(run, state, result, error)
        self.workspaces.delete(run.run_id)
