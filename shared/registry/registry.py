"""The model registry: versions that never change, in a folder or object store, and a file that names the live one.

    <root>/<folder>/blobs/<sha256>            artifacts
    <root>/<folder>/versions/<version>.json   manifests
    <root>/<folder>/CURRENT                   name of the live version, then of those that were live before it

The folder of a store bears its name, in the form of `shared.store_names.folder_of`.

A version is published in three steps: write the blobs, write the manifest, replace CURRENT. A reader never sees a part
of a version.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import structlog

from shared.errors import NotFound, NotReady, UnservableVersion, Violation
from shared.names import PLAIN_NAME
from shared.registry.artifacts import DIGEST, CorruptArtifact, digest_of, dump_artifact, load_artifact
from shared.registry.manifest import Manifest
from shared.registry.manifest_json import decode_manifest, encode_manifest
from shared.registry.storage import Storage
from shared.store_names import folder_of, is_store_name, store_of

log = structlog.get_logger(__name__)

#: Age at which blobs that no manifest names are deleted. Younger ones may belong to a run that has not yet written its
#: manifest.
ORPHAN_AGE = dt.timedelta(days=1)

#: Number of versions that CURRENT names: the live version and those that were live before.
_REMEMBERED = 20


class LiveVersionChanged(NotReady):
    """Another version was made live between a decision and its execution.

    Args:
        store: Name of the store.
        live: Name of the version that is live now.
    """

    default_reason = "LIVE_VERSION_CHANGED"

    def __init__(self, store: str, live: str) -> None:
        super().__init__(f"version {live} of store {store} was made live in the meantime; decide again")


class Registry:
    """The versions of all stores. Every method raises Unavailable where the storage does not answer.

    Args:
        root: Folder, or URL that fsspec knows (`s3://…`), that holds the registry.
        signing_key: Key that signs manifests; with a key, unsigned manifests are refused.
    """

    def __init__(self, root: str, signing_key: bytes | None = None) -> None:
        self._storage = Storage(root)
        self._signing_key = signing_key

    def stores(self) -> list[str]:
        """The names of all stores that have a folder, sorted; a store may have no live version."""
        return sorted(filter(None, map(store_of, self._storage.names())))

    def current(self, store: str) -> str | None:
        """The name of a store's live version; None where it has none."""
        return next(iter(self._lives(store)), None)

    def has_been_live(self, store: str, version: str) -> bool:
        """Whether a version is live, or was among the last `_REMEMBERED` versions that were."""
        return version in self._lives(store)

    def manifest(self, store: str, version: str) -> Manifest:
        """Reads the manifest of a version.

        Raises:
            NotFound: The store has no such version.
            UnservableVersion: The manifest cannot be read, or is not signed as required.
        """
        data = self._storage.read(_manifest_path(store, version))
        if data is None:
            raise NotFound(
                f"store {store} has no version {version}; ListVersions lists its versions",
                reason="UNKNOWN_VERSION",
                metadata={"store": store, "version": version},
                violations=[Violation("version", f"store {store} has no version {version}")],
            )
        return decode_manifest(data, store, version, self._signing_key)

    def readable_manifest(self, store: str, version: str) -> Manifest | None:
        """Reads the manifest of a version, for callers that can do without; None where it is missing or unreadable."""
        try:
            return self.manifest(store, version)
        except (NotFound, UnservableVersion) as error:
            log.warning("the manifest cannot be used", store=store, version=version, reason=error.message)
            return None

    def versions(self, store: str) -> list[str]:
        """The names of the versions that are kept, newest first."""
        files = self._storage.names(f"{_folder(store)}/versions")
        names = (name.removesuffix(".json") for name in files if name.endswith(".json"))
        return sorted((name for name in names if PLAIN_NAME.fullmatch(name)), reverse=True)

    def put(self, store: str, value: Any) -> str:
        """Stores an artifact and returns its digest; storing it again mends a damaged copy."""
        data = dump_artifact(value)
        digest = digest_of(data)
        # An artifact that exists is written again: it gets younger, and `prune` does not delete it as an orphan.
        self._storage.write(_blob_path(store, digest), data)
        return digest

    def get(self, store: str, digest: str) -> Any:
        """Loads the artifact that a manifest names.

        Args:
            store: Name of the store.
            digest: Digest of the artifact.

        Raises:
            CorruptArtifact: The artifact is missing, its bytes have another digest, or the name is no digest.
        """
        if not DIGEST.fullmatch(digest):
            raise CorruptArtifact(
                f"a manifest of store {store} names an artifact by {digest[:12]!r}…, which is no digest"
            )
        data = self._storage.read(_blob_path(store, digest))
        if data is None:
            raise CorruptArtifact(f"artifact {digest[:12]}… of store {store} is missing")
        return load_artifact(data, digest)

    def add(self, manifest: Manifest) -> Manifest:
        """Writes the manifest of a version whose artifacts are stored; the version is kept, but not live.

        Returns:
            The manifest that is kept: that of another process, if it added the same version before.

        Raises:
            UnservableVersion: The manifest that is kept cannot be read.
        """
        path = _manifest_path(manifest.store, manifest.version)
        if self._storage.create(path, encode_manifest(manifest, self._signing_key)):
            return manifest
        return self.manifest(manifest.store, manifest.version)

    def activate(self, store: str, version: str, *, replacing: str | None) -> Manifest:
        """Makes a kept version live; a repetition changes nothing.

        Args:
            store: Name of the store.
            version: Name of the version.
            replacing: Name of the version that was live when this was decided; None where there was none. A process
                that was delayed cannot undo a later decision.

        Raises:
            LiveVersionChanged: Another version is live by now.
            NotFound: The store has no such version.
            UnservableVersion: The version could not be served: its manifest cannot be read, is not signed as required
                or is of another release, or artifacts are missing. The live version stays.
        """
        manifest = self.manifest(store, version)
        manifest.servable_config()
        missing = manifest.digests.difference(self._storage.names(_blobs(store)))
        if missing:
            raise UnservableVersion(
                f"version {version} of store {store} lacks {len(missing)} of its {len(manifest.digests)} artifacts, "
                f"such as {min(missing)[:12]}…; roll back to another version or train again"
            )
        before: list[str] = []

        def to_the_front(content: bytes | None) -> bytes | None:
            before[:] = _names(content)
            if before[:1] == [version]:
                return None
            if before[:1] != ([replacing] if replacing else []):
                raise LiveVersionChanged(store, before[0] if before else "none")
            return _lines([version, *(name for name in before if name != version)])

        def back(content: bytes | None) -> bytes | None:
            return _lines(before) if _names(content)[:1] == [version] else None

        has_changed = self._storage.change(_current_path(store), to_the_front)
        try:
            return self.manifest(store, version)
        except NotFound:
            # `prune` deleted the version at the same moment.
            if has_changed:
                self._storage.change(_current_path(store), back)
            raise

    def check(self, manifest: Manifest) -> None:
        """Reads all artifacts of a version, to find damage.

        Raises:
            CorruptArtifact: An artifact is missing, or its bytes have another digest.
        """
        for digest in sorted(manifest.digests):
            self.get(manifest.store, digest)

    def prune(self, store: str, keep: int) -> Sequence[str]:
        """Deletes old versions, then the artifacts that no version names any more.

        The live version and its parent are kept at any age: a rollback leads to the parent.

        Args:
            store: Name of the store.
            keep: Number of the newest versions that are kept.

        Returns:
            The names of the deleted versions.
        """
        names, live = self.versions(store), self.current(store)
        spared = {live, self._parent(store, live)}
        gone = []
        for name in names[keep:]:
            # The live version is read again each time: somebody may just have rolled back to the version `name`.
            if name not in spared and name != self.current(store):
                self._storage.delete(_manifest_path(store, name))
                gone.append(name)
        self._delete_orphans(store, [name for name in names if name not in gone])
        return gone

    def _lives(self, store: str) -> list[str]:
        """The name of the live version, then of those that were live before, the latest first."""
        return _names(self._storage.read(_current_path(store)))

    def _delete_orphans(self, store: str, kept: Sequence[str]) -> None:
        try:
            named = set().union(*(self.manifest(store, name).digests for name in kept))
        except (UnservableVersion, NotFound) as error:
            # The artifacts of an unreadable manifest are unknown, so none may be deleted.
            log.warning("artifacts that no version names were not deleted", store=store, reason=error.message)
            return
        for name, age in self._storage.ages(_blobs(store)).items():
            if name not in named and age > ORPHAN_AGE:
                self._storage.delete(_blob_path(store, name))

    def _parent(self, store: str, version: str | None) -> str:
        manifest = self.readable_manifest(store, version) if version else None
        return manifest.parent if manifest else ""


def _names(content: bytes | None) -> list[str]:
    """The names of versions that CURRENT holds."""
    return [name for name in (content or b"").decode(errors="replace").split() if PLAIN_NAME.fullmatch(name)]


def _lines(names: Sequence[str]) -> bytes:
    """The content of CURRENT for some names of versions."""
    return "".join(f"{name}\n" for name in names[:_REMEMBERED]).encode()


def _folder(store: str) -> str:
    if not is_store_name(store):
        raise NotFound(
            f"{store!r} is not a possible name of a store; use the form in which this service answers names",
            reason="BAD_NAME",
        )
    return folder_of(store)


def _current_path(store: str) -> str:
    return f"{_folder(store)}/CURRENT"


def _manifest_path(store: str, version: str) -> str:
    if not PLAIN_NAME.fullmatch(version):
        raise NotFound(
            f"{version!r} is not a possible name of a version; use letters, digits, dots, dashes and underscores",
            reason="BAD_NAME",
        )
    return f"{_folder(store)}/versions/{version}.json"


def _blobs(store: str) -> str:
    return f"{_folder(store)}/blobs"


def _blob_path(store: str, digest: str) -> str:
    return f"{_blobs(store)}/{digest}"
