"""Checks the requests of the contract, and translates them; an error names all violations of a request at once."""

from dataclasses import dataclass, replace

from shared.errors import InvalidInput
from shared.names import PLAIN_NAME
from shared.restaurant.place import Place
from shared.rpc import page_tokens
from shared.rpc.page_tokens import PageToken
from shared.rpc.resume_tokens import sequence_of
from shared.rpc.validation import Violations
from smartsuschef.forecast.v1 import training_pb2
from training_service.learning.events import SalesEvent
from training_service.runs.run_models import RunRequest
from training_service.sources.clean_names import clean_name
from training_service.sources.places import Places
from training_service.sources.sales_limits import has_control_characters
from training_service.sources.sales_source import SalesSource

#: Longest request id, in characters: it becomes part of a key in Redis, and a UUID or a hash fits well.
MAX_REQUEST_ID = 128

#: Longest address, in characters: a longer text is no address, and must not go to a geocoder.
_MAX_ADDRESS = 500

#: Largest number of events of a request, and longest name of an event in characters.
_MAX_EVENTS, _MAX_EVENT_NAME = 1000, 100


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list that the caller asks for.

    Args:
        token: The list, and the last entry of the page before (empty for the first page).
        size: Largest number of entries on the page.
    """

    token: PageToken
    size: int

    def next_token(self, position: str) -> str:
        """Makes the token of the page after this one.

        Args:
            position: Name of the last entry of this page; empty where this is the last page.
        """
        return page_tokens.written(replace(self.token, position=position)) if position else ""


def repeatable(request: training_pb2.StartTrainingRequest) -> tuple[str, str] | None:
    """Finds out whether a request to train may be the repeat of an earlier one.

    Args:
        request: The request as received.

    Returns:
        The name of the store and the request id; None where the request cannot be a repeat.
    """
    violations = Violations()
    store = violations.store(request.store)
    known = request.request_id and len(request.request_id) <= MAX_REQUEST_ID and not violations.found
    return (store, request.request_id) if known else None


def start_training(request: training_pb2.StartTrainingRequest, sources: SalesSource, places: Places) -> RunRequest:
    """Checks a request to train, except for the content of its sales file.

    Args:
        request: The request as received.
        sources: Finds the absolute path or the URL of a sales file.
        places: Finds the place of an address or of a store.

    Raises:
        InvalidInput: The request is wrong; the error names every violation.
        Unavailable: The registry does not answer.
    """
    violations = Violations()
    store = violations.store(request.store)
    if len(request.request_id) > MAX_REQUEST_ID:
        violations.add("request_id", f"expected at most {MAX_REQUEST_ID} characters")
    source = ""
    try:
        source = sources.resolve(request.sales_data_source, store)
    except InvalidInput as error:
        violations.extend(error)
    events = named_events(request, violations)
    given = given_place(request, violations)
    violations.raise_if_any()
    place, warnings = (given, ()) if given else places.find(store, request.address)
    return RunRequest(
        store=store,
        place=place,
        train_only_new=request.train_only_new,
        keep_outliers=request.keep_outliers,
        events=events,
        sales_data_source=source,
        force=request.force,
        warnings=warnings,
    )


def watch_training(request: training_pb2.WatchTrainingRequest) -> tuple[str, str, int]:
    """Checks a request to watch a run.

    Args:
        request: The request as received.

    Returns:
        The id of the run, the name of its store, and the sequence number of the last event that the caller knows (0
        for none).

    Raises:
        InvalidInput: The request is wrong; the error names every violation.
    """
    violations = Violations()
    run_id = _run_id(request.run_id, violations)
    store = violations.store(request.store)
    after = 0
    if request.resume_token:
        sequence = sequence_of(request.resume_token, run_id)
        if sequence is None:
            violations.add("resume_token", "expected the resume_token of an event of this run")
        else:
            after = sequence
    violations.raise_if_any()
    return run_id, store, after


def run_of_store(request: training_pb2.GetTrainingRequest | training_pb2.CancelTrainingRequest) -> tuple[str, str]:
    """Checks a request about one run.

    Args:
        request: The request as received.

    Returns:
        The id of the run and the name of its store.

    Raises:
        InvalidInput: The request is wrong; the error names every violation.
    """
    violations = Violations()
    run_id = _run_id(request.run_id, violations)
    store = violations.store(request.store)
    violations.raise_if_any()
    return run_id, store


def page(request: training_pb2.ListTrainingsRequest | training_pb2.ListVersionsRequest, listing: str) -> Page:
    """Checks a request for a page of the runs or the versions of a store.

    Args:
        request: The request as received.
        listing: Name of the method that lists.

    Raises:
        InvalidInput: The request is wrong; the error names every violation.
    """
    violations = Violations()
    store = violations.store(request.store)
    size = violations.page_size(request.page_size)
    token = violations.page_token(request.page_token, listing, store)
    violations.raise_if_any()
    return Page(token, size)


def list_stores(request: training_pb2.ListStoresRequest) -> Page:
    """Checks a request for a page of stores.

    Args:
        request: The request as received.

    Raises:
        InvalidInput: The request is wrong; the error names every violation.
    """
    violations = Violations()
    size = violations.page_size(request.page_size)
    token = violations.page_token(request.page_token, "ListStores")
    violations.raise_if_any()
    return Page(token, size)


def rollback(request: training_pb2.RollbackVersionRequest) -> tuple[str, str]:
    """Checks a request to roll back.

    Args:
        request: The request as received.

    Returns:
        The name of the store and the name of the version; the version is empty for the parent of the live version.

    Raises:
        InvalidInput: The request is wrong; the error names every violation.
    """
    violations = Violations()
    store = violations.store(request.store)
    if request.version and not PLAIN_NAME.fullmatch(request.version):
        violations.add("version", "expected the name of a version, as ListVersions gives it")
    violations.raise_if_any()
    return store, request.version


def given_place(
    request: training_pb2.StartTrainingRequest | training_pb2.ImportSalesHeader | training_pb2.GroupMember,
    violations: Violations,
) -> Place | None:
    """Checks the place of a request; None where the request gives an address or no place.

    Args:
        request: Message with `address` and `location`.
        violations: Takes the violations of both.
    """
    if len(request.address) > _MAX_ADDRESS:
        violations.add("address", f"expected at most {_MAX_ADDRESS} characters")
    return violations.place("location", request.location) if request.HasField("location") else None


def _run_id(value: str, violations: Violations) -> str:
    if not PLAIN_NAME.fullmatch(value):
        violations.add("run_id", "expected the id of a run, as StartTraining and ListTrainings give it")
    return value


def named_events(
    request: training_pb2.StartTrainingRequest | training_pb2.ImportSalesHeader | training_pb2.GroupMember,
    violations: Violations,
) -> tuple[SalesEvent, ...]:
    """Checks the events of a request.

    Args:
        request: Message with `events`.
        violations: Takes the violations of all events.
    """
    if len(request.events) > _MAX_EVENTS:
        violations.add("events", f"expected at most {_MAX_EVENTS} events, got {len(request.events)}")
        return ()
    events = []
    for position, event in enumerate(request.events):
        field = f"events[{position}]"
        name = event.name.strip()
        if not name or len(name) > _MAX_EVENT_NAME or has_control_characters(name):
            violations.add(f"{field}.name", f"expected 1 to {_MAX_EVENT_NAME} characters")
        first = violations.required_date(f"{field}.first_date", event.first_date)
        last = violations.date(f"{field}.last_date", event.last_date) or first
        if first and last and last < first:
            violations.add(f"{field}.last_date", f"expected {first} or a later day, got {last}")
        elif first and last:
            events.append(SalesEvent(name, first, last, tuple(clean_name(dish) for dish in event.dishes)))
    return tuple(events)
