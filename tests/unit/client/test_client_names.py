"""Whoever types a call of the client imports every name of its signature from the client itself."""

import inspect
import typing

import pytest

import smartsuschef.client
from smartsuschef.client import AsyncForecastClient, ForecastClient


def named_in(annotation: object) -> set[type]:
    """The classes of our own that an annotation names."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    own = {each for each in (annotation, origin) if getattr(each, "__module__", "").startswith("smartsuschef")}
    return {each for each in own if isinstance(each, type)}.union(*(named_in(each) for each in arguments))


@pytest.mark.parametrize("client", [ForecastClient, AsyncForecastClient])
def test_every_class_of_a_signature_can_be_imported_from_the_client(client: type) -> None:
    methods = [method for name, method in inspect.getmembers(client, inspect.isfunction) if not name.startswith("_")]
    annotations = [
        each for method in [*methods, vars(client)["__init__"]] for each in typing.get_type_hints(method).values()
    ]

    named = set().union(*(named_in(each) for each in annotations))

    assert len(named) > 15
    missing = {each.__name__ for each in named if getattr(smartsuschef.client, each.__name__, None) is not each}
    assert not missing
    assert {each.__name__ for each in named} <= set(smartsuschef.client.__all__)
