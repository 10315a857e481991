"""Defines the record of a group: runs of several stores that share their pooled trees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.errors import NotFound


class UnknownGroup(NotFound):
    """The group never existed, or nothing was heard of it for too long."""

    default_reason = "UNKNOWN_GROUP"

    def __init__(self) -> None:
        super().__init__("the group of the run is no longer kept; start the training of the group again")


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it stands now.

    Args:
        runs: Ids of the runs of its stores.
        sales: Digest of the sales that were read, by id of the run.
        plan: Digest of the stored cutoffs and configuration; empty before the sales of all stores were read.
        trees: Digest of the trees that were fitted, by cutoff.
    """

    runs: Sequence[str]
    sales: Mapping[str, str]
    plan: str
    trees: Mapping[str, str]
