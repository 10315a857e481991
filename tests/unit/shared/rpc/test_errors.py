"""The status of an error: what is unknown is named for programs, within the room that headers have."""

from google.rpc import error_details_pb2

from shared.errors import NotFound, Violation
from shared.rpc.errors import _details


def test_what_is_unknown_is_named_in_the_metadata_and_by_the_field_that_names_it() -> None:
    error = NotFound(
        "no model for 'Sup'",
        reason="UNKNOWN_DISH",
        metadata={"dish": "Sup", "store": "harbour"},
        violations=[Violation("dishes[1]", "no model for 'Sup'")],
    )

    info, request = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    first, second = _details(error)

    assert first.Unpack(info)
    assert (info.reason, dict(info.metadata)) == ("UNKNOWN_DISH", {"dish": "Sup", "store": "harbour"})
    assert second.Unpack(request)
    assert [violation.field for violation in request.field_violations] == ["dishes[1]"]


def test_an_error_without_a_wrong_field_has_no_field_details() -> None:
    assert len(_details(NotFound("no such thing"))) == 1


def test_a_long_name_is_shortened_in_the_metadata() -> None:
    info = error_details_pb2.ErrorInfo()

    _details(NotFound("no model", metadata={"dish": "火" * 500}))[0].Unpack(info)

    assert len(info.metadata["dish"].encode()) <= 400
