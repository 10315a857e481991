"""Computes the fingerprint of a configuration, and refuses a stored configuration with another fingerprint."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from shared.config import FEATURE_SCHEMA, PipelineConfig
from shared.errors import UnservableVersion


def checked_config(stored: Mapping[str, Any], known: str, what: str) -> PipelineConfig:
    """Reads a stored configuration, if its settings and features mean the same here.

    Args:
        stored: Fields of the configuration, as JSON has them.
        known: Fingerprint of the fields when they were stored.
        what: Name of the thing that the configuration belongs to, for the message.

    Raises:
        UnservableVersion: This release does not know a setting, or computes other features.
    """
    try:
        config = PipelineConfig.model_validate(stored)
    except ValidationError as error:
        details = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise UnservableVersion(
            f"{what} has a configuration that this release does not know ({details}); train again with this release"
        ) from error
    # The fingerprint is that of the stored fields: a setting that came later has its default and changes nothing.
    here = fingerprint(stored)
    if here != known:
        raise UnservableVersion(
            f"{what} was trained with other features than this code computes (fingerprint {known[:12]}…, here "
            f"{here[:12]}…); train again with this release"
        )
    return config


def fingerprint(config: Mapping[str, Any]) -> str:
    """The digest of a configuration and the feature schema of this release: SHA-256 in hexadecimal digits.

    Args:
        config: All fields of a `PipelineConfig`, as JSON has them.
    """
    text = json.dumps(config, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{FEATURE_SCHEMA}:{text}".encode()).hexdigest()
