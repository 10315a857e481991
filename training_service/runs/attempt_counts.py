"""Counts in Redis how often a step was begun without coming to an end."""

from importlib import resources
from typing import Any

import redis

from shared.messaging.redis_errors import redis_errors


class AttemptCounts:
    """Counts of attempts, in the hash of a run or of a group.

    Args:
        client: Connection to Redis.
    """

    def __init__(self, client: redis.Redis) -> None:
        script = resources.files("training_service.runs").joinpath("lua", "count_attempt.lua")
        self._count: Any = client.register_script(script.read_text(encoding="utf-8"))

    def add(self, key: str, what: str, more: int) -> int:
        """Changes a count; does nothing where the hash is no longer kept.

        Args:
            key: Key of the hash.
            what: Name of the step.
            more: 1 or -1.

        Returns:
            The count.
        """
        with redis_errors():
            return int(self._count(keys=[key], args=[f"attempts:{what}", more]))
