"""Writes the version of a run and makes it live, unless `challenge.py` objects."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from shared.errors import NotFound, Unavailable
from shared.messaging.announcements import Announcement, Announcer
from shared.registry.manifest import Manifest
from shared.registry.registry import Registry
from training_service.jobs.reports import run_result
from training_service.outcomes import DishOutcome, RunResult
from training_service.runs.run_models import Run
from training_service.versions.challenge import compare, dropped_dishes, objection_to
from training_service.versions.new_manifest import build_manifest, version_of
from training_service.versions.planned_work import PlannedWork

log = structlog.get_logger(__name__)

#: Makes the manifest of a version, as `build_manifest` does.
BuildManifest = Callable[..., Manifest]


@dataclass(frozen=True, slots=True)
class Publication:
    """Publishes versions.

    Args:
        registry: Keeps the versions.
        announcer: Tells the inference service which version is live.
        versions_kept: Number of versions of a store that are kept; older ones are deleted.
        build_manifest: Makes the manifest of a new version.
    """

    registry: Registry
    announcer: Announcer
    versions_kept: int
    build_manifest: BuildManifest = build_manifest

    def written(self, run: Run, work: PlannedWork, outcomes: Mapping[str, DishOutcome]) -> Manifest:
        """Writes the version of a run; a version that an earlier worker wrote before it died is taken as it is.

        Args:
            run: The run.
            work: Plan of the run.
            outcomes: Outcomes by name of the dish; at least one is a success.

        Returns:
            The manifest of the version.
        """
        try:
            return self.registry.manifest(run.request.store, version_of(run))
        except NotFound:
            return self.registry.add(self.build_manifest(run, work, outcomes, self.registry, work.config))

    def decided(
        self, run: Run, work: PlannedWork, outcomes: Mapping[str, DishOutcome], manifest: Manifest
    ) -> RunResult:
        """Makes a written version live if nothing speaks against it, and gives the result of the run.

        The caller holds the lock of the store.

        Args:
            run: The run.
            work: Plan of the run.
            outcomes: Outcomes by name of the dish.
            manifest: The version.
        """
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
        result = run_result(work, outcomes, manifest.version, published=objection is None, warnings=warnings)
        return result.model_copy(update={"comparison": comparison})

    def prune(self, store: str) -> None:
        """Deletes the oldest versions of a store. A failure is only logged: the next run prunes again."""
        try:
            self.registry.prune(store, self.versions_kept)
        except Exception:
            log.exception("old versions could not be deleted", store=store)

    def is_live(self, run: Run) -> bool:
        """Whether the version of a run is live; False where the registry cannot tell."""
        try:
            return self.registry.current(run.request.store) == version_of(run)
        except Exception:
            log.exception("the registry cannot tell which version is live", store=run.request.store)
            return False

    def _live_before(self, live: str, manifest: Manifest) -> Manifest | None:
        """Manifest of the version that a new one is to replace; None where there is none, or it cannot be read."""
        if live in ("", manifest.version):
            return None
        return self.registry.readable_manifest(manifest.store, live)

    def _announce(self, manifest: Manifest) -> None:
        try:
            self.announcer.announce(Announcement(manifest.store, manifest.version))
        except Unavailable as error:
            log.warning(
                "a live version was not announced; polling will find it",
                version=manifest.version,
                error=str(error),
            )
