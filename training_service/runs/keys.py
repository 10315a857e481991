"""The names of the Redis keys in which runs are kept."""

from dataclasses import dataclass

from shared.store_names import folder_of


@dataclass(frozen=True, slots=True)
class Keys:
    """Names of the keys of all runs.

    A store is named as its folder is: a colon in the name of a store must not make the key of another one.

    Args:
        prefix: First part of the name of every key, so that several systems can share one Redis.
    """

    prefix: str

    @property
    def ping(self) -> str:
        """A key that is written only to find out whether Redis can be written to."""
        return self._key("ping")

    @property
    def live_runs(self) -> str:
        """Hash from the name of a store to the id of its live run."""
        return self._key("live")

    def run(self, run_id: str) -> str:
        """Hash with the state of a run; an empty id gives what the keys of all runs begin with."""
        return self._key("run", run_id)

    def events(self, run_id: str) -> str:
        """Stream of the events of a run."""
        return self._key("run", run_id, "events")

    def outcomes(self, run_id: str) -> str:
        """Hash from the name of a dish to its outcome in a run."""
        return self._key("run", run_id, "outcomes")

    def of_run(self, run_id: str) -> list[str]:
        """The three keys of a run, which expire together: its state, its events and its outcomes."""
        return [self.run(run_id), self.events(run_id), self.outcomes(run_id)]

    def group(self, group_id: str) -> str:
        """Hash with the state of a group of runs that share their trees."""
        return self._key("group", group_id)

    def group_sent(self, group_id: str) -> str:
        """A key that is kept for a while after the messages of a group were sent again."""
        return self._key("group", group_id, "sent")

    def store_runs(self, store: str) -> str:
        """Sorted set of the ids of all runs of a store."""
        return self._key("store", folder_of(store), "trainings")

    def request(self, store: str, request_id: str) -> str:
        """Id of the run that a request id of a store has started."""
        return self._key("store", folder_of(store), "request", request_id)

    def live_version_lock(self, store: str) -> str:
        """Lock of the process that decides which version of a store is live."""
        return self._key("store", folder_of(store), "deciding")

    def _key(self, *parts: str) -> str:
        return ":".join((self.prefix, *parts))
