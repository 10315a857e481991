"""Writes a manifest as signed JSON, and reads it again: also a manifest that release 0.1 wrote."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from shared.errors import UnservableVersion
from shared.registry.manifest import Manifest


def encode_manifest(manifest: Manifest, signing_key: bytes | None) -> bytes:
    """Makes the JSON that the registry stores.

    Args:
        manifest: Manifest to store.
        signing_key: Key of the HMAC-SHA256 that signs the manifest; None leaves it unsigned.
    """
    content = manifest.model_dump(mode="json")
    document: dict[str, Any] = {"manifest": content}
    if signing_key:
        document["signature"] = _signature(content, signing_key)
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False).encode()


def decode_manifest(data: bytes, store: str, version: str, signing_key: bytes | None) -> Manifest:
    """Reads a manifest from the JSON that `encode_manifest` made.

    Args:
        data: Stored JSON.
        store: Name of the store that the manifest must belong to: nobody can put one manifest in the place of another.
        version: Name of the version that the manifest must belong to.
        signing_key: Key that the manifest must be signed with; None accepts any manifest.

    Raises:
        UnservableVersion: The manifest cannot be read, belongs to another version, or does not have the signature.
    """
    try:
        document = json.loads(data)
        content = document["manifest"]
        if signing_key and not hmac.compare_digest(
            str(document.get("signature", "")), _signature(content, signing_key)
        ):
            raise UnservableVersion(
                f"manifest of version {version} has no valid signature: it was not written by this system's training; "
                "check MODEL_SIGNING_KEY, or train again",
                reason="BAD_SIGNATURE",
            )
        manifest = Manifest.model_validate(_as_written_today(content))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnservableVersion(
            f"manifest of version {version} cannot be read: {error}; train again, or roll back"
        ) from error
    if (manifest.store, manifest.version) != (store, version):
        raise UnservableVersion(
            f"the manifest stored as version {version} of store {store} is that of version {manifest.version} of "
            f"store {manifest.store}; roll back to another version, or train again"
        )
    return manifest


def _signature(content: Mapping[str, Any], signing_key: bytes) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(signing_key, text.encode(), hashlib.sha256).hexdigest()


def _as_written_today(content: Any) -> Any:
    """The fields of a manifest; one that release 0.1 wrote is converted, so that the version is still listed."""
    if not isinstance(content, dict):
        return content  # Validation refuses it.
    known = {name: value for name, value in content.items() if name != "weather_columns"}
    if isinstance(known.get("warnings"), list):
        known["warnings"] = [_warning_as_written_today(warning) for warning in known["warnings"]]
    return known


def _warning_as_written_today(warning: Any) -> Any:
    """A stored warning; release 0.1 wrote the reason and the message as a pair."""
    return dict(zip(("reason", "message"), warning, strict=True)) if isinstance(warning, list) else warning
