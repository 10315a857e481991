"""Checks the request to train a group of stores; an error names all violations of all members at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.errors import InvalidInput, Violation
from shared.names import enumerated
from shared.restaurant.place import Place
from shared.rpc.validation import Violations
from smartsuschef.forecast.v1 import training_pb2
from training_service.api.requests import MAX_REQUEST_ID, given_place, named_events
from training_service.learning.events import SalesEvent
from training_service.runs.run_models import RunRequest
from training_service.sources.places import Places
from training_service.sources.sales_limits import SALES_FIELD
from training_service.sources.sales_source import SalesSource

#: Smallest and largest number of stores of a group. One worker reads the sales of all stores, and one fits their trees.
_FEWEST, _MOST = 2, 100

#: Stores that a message names at most.
_STORES_NAMED = 10


@dataclass(frozen=True, slots=True)
class _Member:
    """A checked store of a group.

    Args:
        field: Name of its field in messages to the caller, such as "members[1]"; empty where the caller named no
            stores.
        store: Name of the store.
        source: Sales file as `SalesSource.resolve` answers it; empty for the database.
        events: Named days from which nothing is learnt.
        place: Place that the request gives; None where it gives none.
        address: Address that the request gives; may be empty.
    """

    field: str
    store: str
    source: str
    events: tuple[SalesEvent, ...]
    place: Place | None
    address: str


def named_stores(request: training_pb2.StartGroupTrainingRequest) -> list[str]:
    """Names of the stores of a request that may be the repeat of an earlier one; empty where it cannot be a repeat.

    Args:
        request: The request as received.
    """
    violations = Violations()
    stores = [violations.store(member.store) for member in request.members]
    known = request.request_id and len(request.request_id) <= MAX_REQUEST_ID and not violations.found
    return stores if known else []


def start_group_training(
    request: training_pb2.StartGroupTrainingRequest, source: SalesSource, places: Places
) -> list[RunRequest]:
    """Checks a request to train a group, and that the sales files of its members have the members.

    Args:
        request: The request as received.
        source: Finds and reads sales files, and lists the stores of a database.
        places: Finds the place of an address or of a store.

    Returns:
        One request for each store, in the order of the members.

    Raises:
        InvalidInput: The request is wrong; the error names every violation.
        NotReady: All stores are asked for, and nobody knows which there are.
        Unavailable: The registry, the storage or the database does not answer.
    """
    violations = Violations()
    if len(request.request_id) > MAX_REQUEST_ID:
        violations.add("request_id", f"expected at most {MAX_REQUEST_ID} characters")
    shared_place = violations.place("location", request.location) if request.HasField("location") else None
    if request.all_stores and request.members:
        violations.add("all_stores", "expected either members or all_stores, not both")
    violations.raise_if_any()
    if request.all_stores:
        named: Sequence[training_pb2.GroupMember] = [
            training_pb2.GroupMember(store=store) for store in _all_stores(request, source)
        ]
    else:
        named = request.members
    if not _FEWEST <= len(named) <= _MOST:
        field = "all_stores" if request.all_stores else "members"
        violations.add(field, f"expected {_FEWEST} to {_MOST} stores in a group, got {len(named)}")
        violations.raise_if_any()
    members = [
        _checked(position, member, request, shared_place, source, violations) for position, member in enumerate(named)
    ]
    _check_distinct(members, violations)
    violations.raise_if_any()
    _check_files(members, source, violations)
    violations.raise_if_any()
    return list(_run_requests(members, request, places))


def _all_stores(request: training_pb2.StartGroupTrainingRequest, source: SalesSource) -> list[str]:
    """Names of the stores of a sales file, or of those that the server knows where the request names no file."""
    if not request.sales_data_source:
        return source.stores()
    stores = source.stores_of_file(source.resolve(request.sales_data_source, ""))
    if not stores:
        message = "the file has no column of stores; name the members, each with a file of its own"
        raise InvalidInput([Violation(SALES_FIELD, message)])
    return stores


def _checked(
    position: int,
    member: training_pb2.GroupMember,
    request: training_pb2.StartGroupTrainingRequest,
    shared_place: Place | None,
    source: SalesSource,
    violations: Violations,
) -> _Member:
    """One member of a request; its violations are noted with the name of its field."""
    field = "" if request.all_stores else f"members[{position}]"
    of_member = Violations()
    store = of_member.store(member.store)
    path = ""
    try:
        path = source.resolve(member.sales_data_source or request.sales_data_source, store)
    except InvalidInput as error:
        of_member.extend(error)
    events = named_events(member, of_member)
    place = given_place(member, of_member)
    for found in of_member.found:
        violations.add(_field_of(field, found, is_shared=not member.sales_data_source), found.description)
    address = member.address
    return _Member(field, store, path, events, place or (None if address else shared_place), address)


def _field_of(field: str, found: Violation, *, is_shared: bool) -> str:
    """Path of the field of a violation; a wrong source that all members share is that of the request."""
    return found.field if not field or (is_shared and found.field == SALES_FIELD) else f"{field}.{found.field}"


def _check_distinct(members: Sequence[_Member], violations: Violations) -> None:
    seen: set[str] = set()
    for member in members:
        if member.store in seen:
            violations.add(f"{member.field}.store", f"expected each store once; {member.store} is named before")
        seen.add(member.store)


def _check_files(members: Sequence[_Member], source: SalesSource, violations: Violations) -> None:
    """Reads each sales file once, so that the caller learns at once of a wrong file and of stores that it lacks."""
    by_file: dict[str, list[_Member]] = {}
    for member in members:
        if member.source:  # a database, which may be slow, is left to the workers
            by_file.setdefault(member.source, []).append(member)
    for path, of_file in by_file.items():
        try:
            if len(of_file) == 1:
                source.check(path, of_file[0].store)
            else:
                _check_stores(of_file, source.stores_of_file(path), violations)
        except InvalidInput as error:
            for found in error.violations:
                field = found.field if len(of_file) > 1 else _field_of(of_file[0].field, found, is_shared=False)
                violations.add(field, found.description)


def _check_stores(of_file: Sequence[_Member], stores: Sequence[str], violations: Violations) -> None:
    """Checks that a file has the sales of several members.

    Args:
        of_file: The members that read the file.
        stores: Names of the stores that the file names.
        violations: Takes the violations.
    """
    if not stores:
        named = enumerated([member.store for member in of_file[:_STORES_NAMED]], len(of_file))
        message = f"the file has no column of stores, and {named} would have the same sales; name a file for each"
        violations.add(SALES_FIELD, message)
        return
    for member in of_file:
        if member.store not in stores:
            message = f"no sales of store {member.store!r} in the file; write the name of the store as in the file"
            violations.add(f"{member.field}.store", message)


def _run_requests(
    members: Sequence[_Member], request: training_pb2.StartGroupTrainingRequest, places: Places
) -> Iterator[RunRequest]:
    for member in members:
        place, warnings = (member.place, ()) if member.place else places.find(member.store, member.address)
        yield RunRequest(
            store=member.store,
            place=place,
            train_only_new=request.train_only_new,
            keep_outliers=request.keep_outliers,
            events=member.events,
            sales_data_source=member.source,
            force=request.force,
            warnings=warnings,
        )
