"""The model registry: immutable versions in a folder or object store, and one line that says which is current.

    <root>/<store>/blobs/<sha256>            artifacts
    <root>/<store>/versions/<version>.json   manifests
    <root>/<store>/CURRENT                   name of the live version, then of those that were live before it

A version is published by writing blobs, then the manifest, then replacing CURRENT; a reader never sees half of one.
"""

import contextlib
import datetime as dt
import os
import re
import uuid
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec
import structlog

from shared.artifacts import CorruptArtifact, digest_of, dump_artifact, load_artifact
from shared.errors import NotFound
from shared.manifest import Manifest, UnservableVersion, decode_manifest, encode_manifest

log = structlog.get_logger(__name__)

#: What a store or version may be called; keeps names inside their folder.
NAME = re.compile(r"(?!\.+$)[A-Za-z0-9._-]{1,64}")

#: Blobs that no manifest names are deleted when they are older: a run at work writes its blobs before its manifest.
ORPHAN_AGE = dt.timedelta(days=1)

#: Versions that CURRENT names, the live one among them.
_REMEMBERED = 20


class Registry:
    """Versions of all stores.

    Args:
        root: a folder, or a URL that fsspec knows (`s3://…`).
        signing_key: signs manifests; where set, unsigned ones are refused.
    """

    def __init__(self, root: str, signing_key: bytes | None = None) -> None:
        self._fs, path = fsspec.core.url_to_fs(root)
        self._root = PurePosixPath(path)
        self._local = "file" in _protocols(self._fs)
        self._signing_key = signing_key

    def stores(self) -> list[str]:
        """Stores that have a folder; whether they have a live version is told by `current`."""
        if not self._fs.isdir(str(self._root)):
            return []
        self._fs.invalidate_cache()
        names = (PurePosixPath(path).name for path in self._fs.ls(str(self._root), detail=False))
        return sorted(name for name in names if NAME.fullmatch(name))

    def current(self, store: str) -> str | None:
        """The live version of a store, or None."""
        return next(iter(self._lives(store)), None)

    def has_been_live(self, store: str, version: str) -> bool:
        """Whether a version is or was live, as far as that is remembered."""
        return version in self._lives(store)

    def manifest(self, store: str, version: str) -> Manifest:
        """Reads a version's manifest.

        Raises:
            NotFound: there is no such version.
            UnservableVersion: it cannot be read or is not signed as required.
        """
        try:
            data = self._fs.cat_file(self._manifest_path(store, version))
        except FileNotFoundError as error:
            raise NotFound(
                f"store {store} has no version {version}; ListVersions tells those it has", reason="UNKNOWN_VERSION"
            ) from error
        return decode_manifest(data, store, version, self._signing_key)

    def versions(self, store: str) -> list[str]:
        """Names of the versions that are kept, newest first."""
        folder = str(self._folder(store) / "versions")
        if not self._fs.isdir(folder):
            return []
        self._fs.invalidate_cache()
        names = (PurePosixPath(path).name for path in self._fs.ls(folder, detail=False))
        return sorted((name.removesuffix(".json") for name in names if name.endswith(".json")), reverse=True)

    def put(self, store: str, value: Any) -> str:
        """Stores an artifact and returns its digest; a second time it changes nothing, but mends a damaged one."""
        data = dump_artifact(value)
        digest = digest_of(data)
        # Written even where it is there: it is younger again, and not deleted as an orphan of an older run.
        self._write(str(self._blobs(store) / digest), data)
        return digest

    def get(self, store: str, digest: str) -> Any:
        """Loads an artifact whose digest stands in a manifest.

        Raises:
            CorruptArtifact: it is missing, or its bytes do not have this digest.
        """
        try:
            data = self._fs.cat_file(str(self._blobs(store) / digest))
        except FileNotFoundError as error:
            raise CorruptArtifact(f"artifact {digest[:12]}… of store {store} is missing") from error
        return load_artifact(data, digest)

    def add(self, manifest: Manifest) -> None:
        """Writes the manifest of a version whose artifacts are stored; it is kept, but not live yet."""
        self._write(self._manifest_path(manifest.store, manifest.version), encode_manifest(manifest, self._signing_key))

    def activate(self, store: str, version: str) -> Manifest:
        """Makes a kept version live; repeating it is harmless.

        Raises:
            NotFound: there is no such version.
            UnservableVersion: it could not be served: its manifest cannot be read, is not signed as required or is
                that of another release, or artifacts are missing. The live version stays.
        """
        manifest = self.manifest(store, version)
        manifest.servable_config()
        missing = manifest.digests - self._blob_names(store)
        if missing:
            raise UnservableVersion(
                f"version {version} of store {store} lacks {len(missing)} of its {len(manifest.digests)} artifacts, "
                f"such as {min(missing)[:12]}…; roll back to another version or train again"
            )
        before = self._lives(store)
        self._write_lives(store, [version, *(name for name in before if name != version)])
        try:
            return self.manifest(store, version)
        except NotFound:
            # Deleted as an old one in this very moment.
            self._write_lives(store, before)
            raise

    def prune(self, store: str, keep: int) -> Sequence[str]:
        """Deletes all but the newest `keep` versions, the live one and its parent, to which one may want to roll back;
        then the artifacts that nothing names.

        Returns:
            The versions deleted.
        """
        names, live = self.versions(store), self.current(store)
        spared = {live, self._parent(store, live)}
        gone = []
        for name in names[keep:]:
            # Looked up again each time: somebody may just have rolled back to it.
            if name not in spared and name != self.current(store):
                self._delete(self._manifest_path(store, name))
                gone.append(name)
        self._delete_orphans(store, [name for name in names if name not in gone])
        return gone

    def _lives(self, store: str) -> list[str]:
        """The live version, then those that were live before, the latest first."""
        try:
            names = self._fs.cat_file(str(self._folder(store) / "CURRENT")).decode().split()
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [str(name) for name in names]

    def _write_lives(self, store: str, names: Sequence[str]) -> None:
        self._write(str(self._folder(store) / "CURRENT"), "".join(f"{name}\n" for name in names[:_REMEMBERED]).encode())

    def _delete_orphans(self, store: str, kept: Sequence[str]) -> None:
        try:
            named = set().union(*(self.manifest(store, name).digests for name in kept))
        except UnservableVersion as error:
            # What an unreadable manifest names is unknown: nothing may be deleted.
            log.warning("orphans kept", store=store, reason=error.message)
            return
        blobs = str(self._blobs(store))
        for info in self._fs.ls(blobs, detail=True) if self._fs.isdir(blobs) else ():
            if PurePosixPath(info["name"]).name not in named and _age(info) > ORPHAN_AGE:
                self._delete(info["name"])

    def _parent(self, store: str, version: str | None) -> str:
        try:
            return self.manifest(store, version).parent if version else ""
        except (NotFound, UnservableVersion) as error:
            log.warning("live version cannot be read", store=store, version=version, reason=error.message)
            return ""

    def _blob_names(self, store: str) -> set[str]:
        blobs = str(self._blobs(store))
        self._fs.invalidate_cache()
        return (
            {PurePosixPath(path).name for path in self._fs.ls(blobs, detail=False)} if self._fs.isdir(blobs) else set()
        )

    def _blobs(self, store: str) -> PurePosixPath:
        return self._folder(store) / "blobs"

    def _folder(self, store: str) -> PurePosixPath:
        return self._root / _checked(store)

    def _manifest_path(self, store: str, version: str) -> str:
        return str(self._folder(store) / "versions" / f"{_checked(version)}.json")

    def _write(self, path: str, data: bytes) -> None:
        """Replaces a file at once: object stores do by themselves, folders by renaming."""
        if not self._local:
            self._fs.pipe_file(path, data)
            return
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        try:
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def _delete(self, path: str) -> None:
        # Another worker may prune at the same time.
        with contextlib.suppress(FileNotFoundError):
            self._fs.rm_file(path)


def _checked(name: str) -> str:
    if not NAME.fullmatch(name):
        raise NotFound(f"{name!r} is not a possible name of a store or version", reason="BAD_NAME")
    return name


def _protocols(fs: Any) -> tuple[str, ...]:
    return (fs.protocol,) if isinstance(fs.protocol, str) else tuple(fs.protocol)


def _age(info: dict[str, Any]) -> dt.timedelta:
    """Time since a file was written; local files tell `mtime`, object stores `LastModified` or `created`."""
    written = info.get("mtime") or info.get("LastModified") or info.get("created")
    if isinstance(written, dt.datetime):
        moment = written if written.tzinfo else written.replace(tzinfo=dt.UTC)
    else:
        moment = dt.datetime.fromtimestamp(float(written or 0), dt.UTC)
    return dt.datetime.now(dt.UTC) - moment
