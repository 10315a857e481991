"""A pipeline without a queue: the bench keeps its messages, and a test delivers them when it wants."""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.restaurant.place import Place
from training_service.jobs.outbox import Outbox
from training_service.jobs.pipeline import Pipeline
from training_service.runs.run_models import Run, RunRequest
from training_service.sources.database.queries import Queries
from training_service.sources.database.sales_database import SalesDatabase
from training_service.sources.files.access import SalesFiles
from training_service.sources.files.sales_columns import SalesColumns
from training_service.sources.sales_source import SalesSource

#: Short histories, so that only the baseline is fitted and the tests are quick.
DAYS = 50


@dataclass
class Bench:
    """A pipeline, and the messages that it has sent and that are not yet delivered.

    Args:
        work: The pipeline.
        folder: Folder with the sales files, the models and the plans.
        trains: Messages that train dishes: id of the run and names of the dishes.
        publishes: Messages that publish a run: id of the run.
        plans: Messages that plan a run: id of the run.
        reads: Messages that read the sales of a group: id of the group.
        fits: Messages that fit trees of a group: id of the group and name of the trees.
    """

    work: Pipeline
    folder: Path
    trains: list[tuple[str, list[str]]] = field(default_factory=list)
    publishes: list[str] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    fits: list[tuple[str, str]] = field(default_factory=list)

    @property
    def outbox(self) -> Outbox:
        return Outbox(
            train=lambda run_id, dishes: self.trains.append((run_id, dishes)),
            publish=self.publishes.append,
            plan=self.plans.append,
            read_group=self.reads.append,
            fit_group=lambda group_id, cutoff: self.fits.append((group_id, cutoff)),
        )

    def having(self, **parts: Any) -> "Bench":
        """The same bench, with the same messages, whose pipeline has other parts.

        Args:
            parts: Fields of `Pipeline` and their new values.
        """
        return dataclasses.replace(self, work=dataclasses.replace(self.work, **parts))

    def start(self, *, train_only_new: bool = False, request_id: str = "", force: bool = False) -> Run:
        request = RunRequest(
            store="harbour",
            place=Place(country="DE"),
            train_only_new=train_only_new,
            force=force,
            sales_data_source=str(self.folder / "sales.csv"),
        )
        return self.work.runs.create(request, request_id).run

    def deliver_all(self) -> None:
        """Delivers all messages, and those that they send, oldest first."""
        while self.trains or self.publishes or self.plans or self.reads or self.fits:
            for group_id in self.reads[:]:
                self.reads.remove(group_id)
                self.work.group_training.read(group_id, self.outbox)
            for group_id, cutoff in self.fits[:]:
                self.fits.remove((group_id, cutoff))
                self.work.group_training.fit(group_id, cutoff, self.outbox)
            for run_id in self.plans[:]:
                self.plans.remove(run_id)
                self.work.plan(run_id, self.outbox)
            for run_id, dishes in self.trains[:]:
                self.trains.remove((run_id, dishes))
                self.work.train(run_id, dishes, self.outbox)
            for run_id in self.publishes[:]:
                self.publishes.remove(run_id)
                self.work.publish(run_id)

    def complete(self, run: Run) -> Run:
        self.work.plan(run.run_id, self.outbox)
        self.deliver_all()
        return self.work.runs.get(run.run_id)


def events(bench: Bench, run: Run) -> list[dict[str, Any]]:
    """What the events of a run say, oldest first, as Redis keeps them."""
    entries: Any = bench.work.runs.client.xrange(f"test-{bench.folder.name}:run:{run.run_id}:events")
    return [json.loads(fields["event"]) for _, fields in entries]


def start_from_default(bench: Bench, store: str) -> Run:
    """Starts a run that names no sales file."""
    request = RunRequest(store=store, place=Place(country="DE"), sales_data_source="")
    return bench.work.runs.create(request, "").run


def reading(bench: Bench, database: str) -> Bench:
    """The same bench, with sales from a database; the file till.csv stands in for the database."""
    source = SalesSource(
        SalesFiles(bench.folder),
        "till.csv",
        SalesColumns(),
        bench.work.config,
        SalesDatabase(database, Queries(), timeout_seconds=10),
    )
    return bench.having(source=source)
