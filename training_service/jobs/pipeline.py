"""The steps of a run: plan, train, publish. Each may be stopped anywhere and run twice."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog

from shared.config import PipelineConfig
from shared.errors import ForecastingError, NotFound, Unavailable
from shared.messaging.announcements import Announcement, Announcer
from shared.notices import DishFailure, Notice
from shared.registry.manifest import Manifest
from shared.registry.registry import Registry
from training_service.jobs.outbox import Outbox
from training_service.learning.train_dish import train_dish
from training_service.outcomes import FUTURE_SALES, SALES_FROM_FILE, DishOutcome, RunResult, result_of
from training_service.runs.run_models import Run, RunState
from training_service.runs.run_store import RunStore
from training_service.sources.sales_source import SalesSource
from training_service.versions.challenge import compare, dropped_dishes, objection_to
from training_service.versions.new_manifest import build_manifest, success_of, version_of
from training_service.versions.plan import WEATHER_UNUSED, make_plan
from training_service.versions.planned_work import OtherRelease, PlannedWork, PlannedWorkspaces

log = structlog.get_logger(__name__)

T = TypeVar("T")

#: Warnings that belong to the event that tells the plan.
_OF_THE_SOURCES = (SALES_FROM_FILE, FUTURE_SALES, "NO_WEATHER", WEATHER_UNUSED)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The work behind the messages.

    Args:
        runs: state of all runs.
        source: of the sales.
        registry: where models go.
        workspaces: of the runs.
        config: of features and forecasters, for runs that are planned here.
        announcer: tells the inference service.
        versions_kept: by the registry, for each store.
        max_attempts: how often a plan, the training of a dish or a publication is begun before it counts as failed.
        lanes: messages of one run that wait or are worked on at a time.
    """

    runs: RunStore
    source: SalesSource
    registry: Registry
    workspaces: PlannedWorkspaces
    config: PipelineConfig
    announcer: Announcer
    versions_kept: int
    max_attempts: int
    lanes: int

    def plan(self, run_id: str, outbox: Outbox) -> None:
        """Reads the sales and sends the first messages; each has one dish (short dishes share one).

        The messages of a run lie in lanes, and each message sends the next of its lane when it is done: so the queue
        never holds more of one run than it has lanes, and runs of other stores come in between.
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
        work = self._attempted(run, "plan", self._planned)
        if work is None:
            return
        sent = [self._send_first_open(run_id, lane, outbox) for lane in work.lanes]
        if not any(sent):
            outbox.publish(run_id)

    def train(self, run_id: str, dishes: list[str], outbox: Outbox) -> None:
        """Trains the dishes of one message; whoever finishes the last dish of a run sends for publication."""
        run = self.runs.get(run_id)
        if run.state is not RunState.PROGRESS:
            return
        work = self._loaded(run)
        if work is None:
            return
        for dish in dishes:
            step = self.runs.dish_started(run, dish)
            if step.state is not RunState.PROGRESS:
                return  # cancelled
            if step.taken:
                step = self.runs.dish_done(run, dish, self._train_dish(run, dish, work))
        self._send_next(run_id, dishes, work, outbox)
        if step.all_done and step.state is RunState.PROGRESS:
            outbox.publish(run_id)

    def publish(self, run_id: str) -> None:
        """Writes the new version, makes it live and ends the run."""
        run = self.runs.get(run_id)
        step = self.runs.publishing(run)
        if not step.taken and step.state is not RunState.PUBLISHING:
            return
        self._attempted(run, "publication", self._publish)

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
            self._give_up_run(run, reason)
            return
        for dish in dishes:
            failure = DishFailure(dish=dish, reason="INFRASTRUCTURE", message=reason)
            step = self.runs.dish_done(run, dish, DishOutcome(failure=failure))
        if run.state is RunState.PROGRESS:
            try:
                work = self.workspaces.load(run_id, self.runs.workspace(run_id))
            except (OSError, ForecastingError):
                log.exception("plan not readable, the run ends", run=run_id)
                self._give_up_run(run, reason)
                return
            self._send_next(run_id, dishes, work, outbox)
        if step.all_done and step.state is RunState.PROGRESS:
            outbox.publish(run_id)

    def _publish(self, run: Run) -> None:
        work = self._loaded(run)
        if work is None:
            return
        outcomes = self.runs.outcomes(run.run_id)
        if not any(outcome.success for outcome in outcomes.values()):
            error = "no dish could be trained; the errors of the dishes tell why. The live version stays."
            self._end(run, RunState.FAILED, _result(work, outcomes), error)
            return
        manifest = self._written(run, work, outcomes)
        with self.runs.deciding(manifest.store):
            result = self._decided(run, work, outcomes, manifest)
            self._end(run, RunState.SUCCEEDED, result)
            self._prune(manifest.store)

    def _decided(
        self, run: Run, work: PlannedWork, outcomes: Mapping[str, DishOutcome], manifest: Manifest
    ) -> RunResult:
        """The result of a run whose version is written, which goes live if nothing is against it."""
        live = self.registry.current(manifest.store) or ""
        before = self._live_before(live, manifest)
        comparison = compare(before, manifest, work.config.challenger_margin) if before else None
        objection = objection_to(
            manifest,
            live,
            before,
            comparison,
            parent=work.parent,
            has_been_live=self.registry.has_been_live(manifest.store, manifest.version),
            force=run.request.force,
        )
        if objection is None:
            self.registry.activate(manifest.store, manifest.version, replacing=live or None)
            self._announce(manifest)
        warnings = [objection] if objection else dropped_dishes(before, manifest, {each.dish for each in work.skipped})
        result = _result(work, outcomes, manifest.version, published=objection is None, warnings=warnings)
        return result.model_copy(update={"comparison": comparison})

    def _planned(self, run: Run) -> PlannedWork | None:
        """The plan of a run, made where there is none yet; None where the run has ended instead."""
        if self.runs.workspace(run.run_id):
            # An earlier worker died after planning: what it may not have sent is sent again.
            return self._loaded(run)
        try:
            work = make_plan(run, self.source, self.registry, self.config, self.lanes)
        except Unavailable:
            raise  # the next try may find it mended
        except ForecastingError as error:
            self._end(run, RunState.FAILED, RunResult(), f"the sales cannot be used: {error.message}")
            return None
        if not work.dishes:
            self._end_without_work(run, work)
            return None
        digest = self.workspaces.save(run.run_id, work)
        step = self.runs.planned(run, len(work.dishes), digest, _describe(work))
        if step.taken:
            return work
        if step.state in (RunState.PROGRESS, RunState.PUBLISHING):
            # A second delivery of this message was faster: its plan counts.
            return self._loaded(run)
        self.workspaces.delete(run.run_id)
        return None

    def _loaded(self, run: Run) -> PlannedWork | None:
        """The plan of a run; None where this release cannot go on with it, and the run has ended."""
        try:
            return self.workspaces.load(run.run_id, self.runs.workspace(run.run_id))
        except OtherRelease as error:
            self._give_up_run(run, error.message)
            return None

    def _attempted(self, run: Run, what: str, step: Callable[[Run], T]) -> T | None:
        """What a step answers; None where it has killed its worker too often, and the run has ended."""
        with self._attempt(run, what) as is_allowed:
            if is_allowed:
                return step(run)
        self._give_up_run(run, f"its {what} {self._never_ended}")
        return None

    @contextlib.contextmanager
    def _attempt(self, run: Run, what: str) -> Iterator[bool]:
        """Whether something may be begun once more. It stays counted where the worker dies in it, and only then: errors
        are counted by Dramatiq."""
        is_allowed = self.runs.count_attempt(run.run_id, what) <= self.max_attempts
        try:
            yield is_allowed
        finally:
            if is_allowed:
                self._uncount(run, what)

    def _uncount(self, run: Run, what: str) -> None:
        try:
            self.runs.uncount_attempt(run.run_id, what)
        except Unavailable as error:
            # The work that was done counts for more; the outcome of a dish ends its count as well.
            log.warning("an attempt stays counted", run=run.run_id, what=what, error=str(error))

    @property
    def _never_ended(self) -> str:
        return f"was begun {self.max_attempts} times and never came to an end"

    def _send_next(self, run_id: str, dishes: list[str], work: PlannedWork, outbox: Outbox) -> None:
        """Sends the message that follows in the lane of this one; twice does no harm."""
        for lane in work.lanes:
            if dishes in lane:
                self._send_first_open(run_id, lane[lane.index(dishes) + 1 :], outbox)

    def _send_first_open(self, run_id: str, messages: Sequence[list[str]], outbox: Outbox) -> bool:
        """Sends the first of these messages that has a dish to train; whether there is one."""
        done = self.runs.done_among(run_id, [dish for dishes in messages for dish in dishes])
        following = next((dishes for dishes in messages if not done.issuperset(dishes)), None)
        if following is None:
            return False
        outbox.train(run_id, following)
        return True

    def _written(self, run: Run, work: PlannedWork, outcomes: Mapping[str, DishOutcome]) -> Manifest:
        """The run's version; the one that is there, where an earlier worker died after writing it."""
        try:
            return self.registry.manifest(run.request.store, version_of(run))
        except NotFound:
            manifest = build_manifest(run, work, outcomes, self.registry, work.config)
            self.registry.add(manifest)
            return manifest

    def _live_before(self, live: str, manifest: Manifest) -> Manifest | None:
        """The live version that a new one is to replace; None where there is none, or it cannot be read."""
        if live in ("", manifest.version):
            return None
        return self.registry.readable_manifest(manifest.store, live)

    def _announce(self, manifest: Manifest) -> None:
        try:
            self.announcer.announce(Announcement(manifest.store, manifest.version))
        except Unavailable as error:
            log.warning("not announced, polling will find it", version=manifest.version, error=str(error))

    def _prune(self, store: str) -> None:
        try:
            self.registry.prune(store, self.versions_kept)
        except Exception:
            # The run has done its work; the next one prunes again.
            log.exception("old versions not deleted", store=store)

    def _give_up_run(self, run: Run, reason: str) -> None:
        outcomes, version = self.runs.outcomes(run.run_id), version_of(run)
        try:
            is_live = self.registry.current(run.request.store) == version
        except Exception:
            log.exception("cannot tell which version is live", store=run.request.store)
            is_live = False
        if is_live:
            # It failed only after its version went live: what serves is told as it is.
            self._end(run, RunState.SUCCEEDED, result_of(outcomes, version, published=True))
        else:
            self._end(run, RunState.FAILED, result_of(outcomes), reason)

    def _train_dish(self, run: Run, dish: str, work: PlannedWork) -> DishOutcome:
        with self._attempt(run, f"dish:{dish}") as is_allowed:
            if is_allowed:
                return self._trained(run, dish, work)
        message = f"its training {self._never_ended}"
        return DishOutcome(failure=DishFailure(dish=dish, reason="NEVER_ENDED", message=message))

    def _trained(self, run: Run, dish: str, work: PlannedWork) -> DishOutcome:
        started = time.monotonic()
        try:
            if work.store_fit is None:
                raise ValueError("the plan holds nothing that is fitted to the store")
            trained = train_dish(dish, work.history, work.store_fit, run.request.place.calendar, work.config)
        except OSError:
            raise  # the machine's fault, not the dish's: try again
        except Exception as error:
            log.exception("dish not trained", run=run.run_id, dish=dish)
            message = f"{type(error).__name__}: {error}"
            return DishOutcome(failure=DishFailure(dish=dish, reason="TRAINING_FAILED", message=message))
        artifact = self.registry.put(run.request.store, trained.model.to_payload())
        return DishOutcome(success=success_of(trained, artifact, work.trees, time.monotonic() - started))

    def _end_without_work(self, run: Run, work: PlannedWork) -> None:
        result = _result(work, {})
        if work.shared:
            self._end(run, RunState.SUCCEEDED, result)
        else:
            self._end(run, RunState.FAILED, result, "the sales name no dish that was ever sold")

    def _end(self, run: Run, state: RunState, result: RunResult, error: str = "") -> None:
        self.runs.finish(run, state, result, error)
        self.workspaces.delete(run.run_id)


def _result(
    work: PlannedWork,
    outcomes: Mapping[str, DishOutcome],
    version: str = "",
    *,
    published: bool = False,
    warnings: Sequence[Notice] = (),
) -> RunResult:
    told = [*work.warnings, *warnings]
    result = result_of(outcomes, version, published=published, skipped=work.skipped, warnings=told)
    worth = work.store_fit.weather_worth if work.store_fit else None
    return result.model_copy(update={"report": work.report, "weather_worth": worth})


def _describe(work: PlannedWork) -> str:
    days, dishes = len(work.history.closed), len(work.dishes)
    closed = int(work.history.closed.sum())
    weather = ", ".join(work.history.weather) or "none"
    told = "".join(f"; {each.message}" for each in work.warnings if each.reason in _OF_THE_SOURCES)
    return (
        f"{dishes} dishes to train, {len(work.shared)} shared, {len(work.skipped)} skipped; "
        f"{work.history.start} to {work.history.end}, {days} days, {closed} closed; weather: {weather}; "
        f"sales from {work.report.sales_source}{told}"
    )
