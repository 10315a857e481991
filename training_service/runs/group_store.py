"""Keeps the state of groups in Redis: runs of several stores that share their pooled trees.

A group passes three steps. First the sales of its stores are read, then its cutoffs are settled and the trees of each
cutoff are fitted, and then the plan of each run is made as that of any other run. Every step may be repeated.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import redis

from shared.messaging.redis_errors import redis_errors
from training_service.runs.attempt_counts import AttemptCounts
from training_service.runs.group_models import Group, UnknownGroup
from training_service.runs.keys import Keys
from training_service.runs.run_store import GROUP_SECONDS

#: Beginnings of the names of fields: digest of the sales of a run, and digest of the trees of a cutoff.
_SALES, _TREES = "sales:", "trees:"


class GroupStore:
    """Groups of all stores.

    Args:
        client: Connection to Redis, with decoded answers.
        prefix: First part of the name of every key.
    """

    def __init__(self, client: redis.Redis, prefix: str) -> None:
        # redis-py's annotations cannot tell decoded answers from bytes, hence Any.
        self._client: Any = client
        self._keys = Keys(prefix)
        self._counts = AttemptCounts(client)

    def get(self, group_id: str) -> Group:
        """Reads a group.

        Raises:
            UnknownGroup: There is no such group any more.
        """
        with redis_errors():
            fields = self._client.hgetall(self._keys.group(group_id))
        if not fields:
            raise UnknownGroup
        return Group(
            runs=fields["runs"].split(" "),
            sales=_named(fields, _SALES),
            plan=fields.get("plan", ""),
            trees=_named(fields, _TREES),
        )

    def note_sales(self, group_id: str, run_id: str, digest: str) -> None:
        """Notes that the sales of a store were read and stored."""
        self._note(group_id, _SALES + run_id, digest)

    def note_plan(self, group_id: str, digest: str) -> None:
        """Notes that the sales of all stores were read, and the cutoffs stored."""
        self._note(group_id, "plan", digest)

    def note_trees(self, group_id: str, cutoff: str, digest: str) -> set[str]:
        """Notes that the trees of a cutoff were fitted and stored.

        Returns:
            Names of all trees that were noted by then. Of two workers that note the last two trees, one is told all.
        """
        names = self._note(group_id, _TREES + cutoff, digest)
        return {name.removeprefix(_TREES) for name in names if name.startswith(_TREES)}

    def may_send_again(self, group_id: str, pause: dt.timedelta) -> bool:
        """Whether the messages of a group may be sent again; True once in a pause, as each store of a group asks.

        Args:
            group_id: Id of the group.
            pause: Time in which they are sent once.
        """
        key = self._keys.group_sent(group_id)
        with redis_errors():
            return bool(self._client.set(key, "sent", nx=True, ex=max(1, int(pause.total_seconds()))))

    def count_attempt(self, group_id: str, what: str) -> int:
        """Counts that a step of a group begins, and answers how often it was begun without coming to an end."""
        return self._counts.add(self._keys.group(group_id), what, 1)

    def uncount_attempt(self, group_id: str, what: str) -> None:
        """Takes one attempt back: the step came to an end, or its process lived to report an error."""
        self._counts.add(self._keys.group(group_id), what, -1)

    def _note(self, group_id: str, field: str, digest: str) -> list[str]:
        """Sets a field and answers the names of all fields. The first value stays, so all workers use the same files.

        Raises:
            UnknownGroup: There is no such group any more.
        """
        key = self._keys.group(group_id)
        with redis_errors():
            if not self._client.exists(key):
                raise UnknownGroup
            pipe = self._client.pipeline(transaction=True)
            pipe.hsetnx(key, field, digest)
            pipe.hkeys(key)
            pipe.expire(key, GROUP_SECONDS)
            names: list[str] = pipe.execute()[1]
        return names


def _named(fields: Mapping[str, str], beginning: str) -> dict[str, str]:
    """The fields whose names begin so, by the rest of their names."""
    return {name.removeprefix(beginning): value for name, value in fields.items() if name.startswith(beginning)}
