"""The steps of a group before the plans of its runs: read the sales of all stores, then fit the trees of each cutoff.

Each store has a run of its own, which can be watched, cancelled and published as any other run. Only the trees are
fitted together. Each step may be stopped anywhere and repeated, as the steps of a run:

1. `read` stores the sales of one store after the other, and notes each. A store whose sales cannot be read fails, and
   the other stores go on. A repeated step reads the stores that are left.
2. `fit` fits the trees of one cutoff and notes them. Each cutoff has a message, so several workers fit at the same
   time. The worker that notes the last trees sends the plans of all runs.
3. The plan of a run takes the sales and the trees that were stored. A plan that comes too early, because the caretaker
   has sent a silent run again, sends `read`, which sends whatever is missing.
"""

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from shared.config import PipelineConfig
from shared.errors import ForecastingError, Unavailable
from shared.registry.registry import Registry
from training_service.jobs.outbox import Outbox
from training_service.jobs.worker_deaths import Attempts
from training_service.learning.group_trees import GroupMember, fit_group_trees, group_cutoffs
from training_service.outcomes import RunResult
from training_service.runs.group_models import Group
from training_service.runs.group_store import GroupStore
from training_service.runs.run_models import Run, RunState
from training_service.runs.run_store import RunStore, UnknownRun
from training_service.sources.sales_source import SalesSource
from training_service.versions.group_work import WHOLE, GroupFiles, GroupPlan
from training_service.versions.plan import plan_with
from training_service.versions.planned_work import OtherRelease, PlannedWork
from training_service.versions.run_sales import RunSales, read_run_sales

log = structlog.get_logger(__name__)

#: States of a run that has no plan yet.
_UNPLANNED = (RunState.PENDING, RunState.STARTED)

#: Time in which the messages of a group are sent again once, however many of its runs ask for them.
_RESEND_PAUSE = dt.timedelta(minutes=5)

#: The step that reads, whose attempts are counted; those of the trees are counted for each cutoff.
_READING = "reading"


@dataclass(frozen=True, slots=True)
class GroupTraining:
    """The work behind the messages of groups.

    Args:
        runs: State of all runs.
        groups: State of all groups.
        source: Reads the sales.
        registry: Takes the trees of each store.
        files: Keeps sales and trees until the runs have plans.
        config: Configuration of the groups that are read here; a group that was read keeps its own.
        max_attempts: How often a step is begun before it counts as failed.
        read_seconds: Time after which a message sends the next one to read the stores that are left: a message has a
            time limit, and other stores wait for their plans.
    """

    runs: RunStore
    groups: GroupStore
    source: SalesSource
    registry: Registry
    files: GroupFiles
    config: PipelineConfig
    max_attempts: int
    read_seconds: float = 60.0

    def read(self, group_id: str, outbox: Outbox) -> None:
        """Reads the sales of all stores of a group, and sends what follows; a group that was read goes on.

        Args:
            group_id: Id of the group.
            outbox: Takes the messages.

        Raises:
            UnknownGroup: The group is no longer kept.
            Unavailable: The sales of a store do not answer; the message is to be tried again.
        """
        group = self.groups.get(group_id)
        if not group.plan:
            with self._attempts.begin(group_id, _READING) as may_begin:
                if may_begin and not self._read_all(group_id, group):
                    outbox.read_group(group_id)
                    return
            if not may_begin:
                self.give_up(group_id, f"the reading of its group {self._attempts.never_ended}")
                return
        group = self.groups.get(group_id)
        plan = self._plan(group_id, group)
        if plan:
            self._send_missing(group_id, group, plan, outbox)

    def fit(self, group_id: str, cutoff: str, outbox: Outbox) -> None:
        """Fits the trees of one cutoff; the worker that notes the last trees sends the plans of the runs.

        Args:
            group_id: Id of the group.
            cutoff: Name of the trees, see `GroupPlan`.
            outbox: Takes the messages.

        Raises:
            UnknownGroup: The group is no longer kept.
        """
        group = self.groups.get(group_id)
        plan = self._plan(group_id, group)
        if plan is None:
            return
        fitted = set(group.trees)
        if cutoff not in fitted:
            with self._attempts.begin(group_id, f"trees of {cutoff}") as may_begin:
                if may_begin:
                    fitted = self._fit(group_id, group, cutoff, plan)
            if not may_begin:
                self.give_up(group_id, f"the fit of the trees of its group {self._attempts.never_ended}")
                return
        if fitted.issuperset(plan.cutoffs):
            self._send_plans(group, outbox)

    def is_ready(self, run: Run) -> bool:
        """Whether all is fitted that the plan of a run takes from its group.

        Raises:
            UnknownGroup: The group is no longer kept.
            OtherRelease: Another release has planned the group.
        """
        group = self.groups.get(run.request.group)
        if not group.plan:
            return False
        return set(group.trees).issuperset(self.files.plan(run.request.group, group.plan).cutoffs)

    def send_again(self, run: Run, outbox: Outbox) -> None:
        """Sends what is missing for the plan of a run; the runs of one group do so once in a while.

        Args:
            run: A run whose group is not ready.
            outbox: Takes the message.
        """
        if self.groups.may_send_again(run.request.group, _RESEND_PAUSE):
            outbox.read_group(run.request.group)

    def plan_of(self, run: Run, lanes: int) -> PlannedWork:
        """Makes the plan of a run of a group that is ready.

        Args:
            run: The run.
            lanes: Number of messages of the run that wait or are worked on at a time.

        Raises:
            UnknownGroup: The group is no longer kept.
            OtherRelease: Another release has planned the group.
            OSError: The stored sales or trees cannot be read.
        """
        group_id = run.request.group
        group = self.groups.get(group_id)
        plan = self.files.plan(group_id, group.plan)
        trees = self.files.group_trees(group_id, group, plan, run.run_id)
        sales = self.files.sales(run.run_id, group.sales[run.run_id])
        return plan_with(run, sales, self.registry, plan.config, lanes, trees)

    def give_up(self, group_id: str, reason: str) -> None:
        """Ends all runs of a group that have no plan yet.

        Args:
            group_id: Id of the group.
            reason: Why, for people; says nothing of a single store.
        """
        for run in self._unplanned(self.groups.get(group_id)):
            self._fail(run, reason)

    @property
    def _attempts(self) -> Attempts:
        return Attempts(self.groups, self.max_attempts)

    def _read_all(self, group_id: str, group: Group) -> bool:
        """Reads the sales of all stores and settles the plan; False where another message is to go on with that."""
        began = time.monotonic()
        has_read = False
        for run in self._unplanned(group):
            if run.run_id in group.sales:
                continue
            if has_read and time.monotonic() - began > self.read_seconds:
                return False
            has_read = True
            self._read_one(group_id, run)
        sales = [sales for _, sales in self._stores(self.groups.get(group_id))]
        if not sales:
            return True  # no store is left
        histories = [each.history for each in sales]
        plan = GroupPlan(
            cutoffs=[*(day.isoformat() for day in group_cutoffs(histories, self.config)), WHOLE],
            config=self.config,
            dish_days=sum(history.dish_days for history in histories),
            stores=len(histories),
        )
        self.groups.note_plan(group_id, self.files.save_plan(group_id, plan))
        return True

    def _read_one(self, group_id: str, run: Run) -> None:
        """Reads the sales of one store. What is wrong with them ends the run of this store only."""
        if run.state is RunState.PENDING and not self.runs.start(run).taken:
            return  # the run was cancelled
        try:
            sales = read_run_sales(run, self.source, self.config)
        except (Unavailable, OSError):
            raise  # a later try may find the storage mended
        except ForecastingError as error:
            self._fail(run, f"the sales cannot be used: {error.message}")
            return
        except Exception as error:  # whatever is wrong with the sales of one store, the others are trained
            log.exception("the sales of a store of a group could not be read", run=run.run_id)
            self._fail(run, f"the sales cannot be used: {type(error).__name__}: {error}")
            return
        self.groups.note_sales(group_id, run.run_id, self.files.save_sales(run.run_id, sales))

    def _fit(self, group_id: str, group: Group, cutoff: str, plan: GroupPlan) -> set[str]:
        """Fits and notes the trees of a cutoff; answers the names of all trees that are fitted now."""
        stores = list(self._stores(group))
        if not stores:
            return set()  # all runs were cancelled
        members = [GroupMember(sales.history, run.request.place.calendar) for run, sales in stores]
        last_day = None if cutoff == WHOLE else dt.date.fromisoformat(cutoff)
        trees = fit_group_trees(members, last_day, plan.config)
        by_run = {run.run_id: each for (run, _), each in zip(stores, trees, strict=True)}
        return self.groups.note_trees(group_id, cutoff, self.files.save_trees(group_id, by_run))

    def _plan(self, group_id: str, group: Group) -> GroupPlan | None:
        """Plan of the group; None where no store is left, or this release cannot go on and the runs have ended."""
        try:
            return self.files.plan(group_id, group.plan) if group.plan else None
        except OtherRelease as error:
            self.give_up(group_id, error.message)
            return None

    def _send_missing(self, group_id: str, group: Group, plan: GroupPlan, outbox: Outbox) -> None:
        missing = [cutoff for cutoff in plan.cutoffs if cutoff not in group.trees]
        for cutoff in missing:
            outbox.fit_group(group_id, cutoff)
        if not missing:
            self._send_plans(group, outbox)

    def _send_plans(self, group: Group, outbox: Outbox) -> None:
        for run in self._unplanned(group):
            outbox.plan(run.run_id)

    def _unplanned(self, group: Group) -> Iterator[Run]:
        """The runs of a group that are live and have no plan yet."""
        for run_id in group.runs:
            try:
                run = self.runs.get(run_id, with_result=False)
            except UnknownRun:
                continue
            if run.state in _UNPLANNED:
                yield run

    def _stores(self, group: Group) -> Iterator[tuple[Run, RunSales]]:
        """The live runs whose sales were read, with these sales."""
        for run in self._unplanned(group):
            if run.run_id not in group.sales:
                continue
            try:
                yield run, self.files.sales(run.run_id, group.sales[run.run_id])
            except FileNotFoundError:
                if self.runs.get(run.run_id, with_result=False).state in _UNPLANNED:
                    raise
                # The run was cancelled in between, and its workspace deleted.

    def _fail(self, run: Run, reason: str) -> None:
        self.runs.finish(run, RunState.FAILED, RunResult(), reason)
        self.files.workspaces.delete(run.run_id)
