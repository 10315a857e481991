"""Training runs over gRPC: incremental, cancelled, repeated and refused runs, and their watchers."""

import concurrent.futures
import datetime as dt
import time
from collections.abc import Callable

import grpc
import pytest

from smartsuschef.client import ForecastClient, ForecastServiceError
from smartsuschef.forecast.v1 import forecast_pb2, training_pb2
from tests.support.stack import Stack
from tests.support.waiting import train, trained_version, wait_until_live

DE = forecast_pb2.Location(country="DE")


def append_dish(stack: Stack, source: str, dish: str) -> None:
    """Appends a dish to a sales file; it sells like dish-0."""
    file = stack.data / source
    rows = [line.replace("dish-0", dish) for line in file.read_text().splitlines() if "dish-0" in line]
    file.write_text(file.read_text() + "\n".join(rows) + "\n")


def test_an_incremental_training_trains_only_new_dishes_and_shares_the_others(
    client: ForecastClient, stack: Stack, sales_file: Callable[..., str]
) -> None:
    source = sales_file(dishes=2)
    first = trained_version(client, store="incremental", source=source)
    before = {model.dish: model for model in client.list_models(store="incremental")}
    append_dish(stack, source, "dish-new")

    result = train(client, store="incremental", source=source, train_only_new=True)[-1].result
    wait_until_live(client, "incremental", result.version)
    after = {model.dish: model for model in client.list_models(store="incremental")}

    assert list(result.trained_dishes) == ["dish-new"]
    assert {(skipped.dish, skipped.reason) for skipped in result.skipped_dishes} == {
        ("dish-0", "HAS_MODEL"),
        ("dish-1", "HAS_MODEL"),
    }
    assert {dish: after[dish] for dish in before} == before
    assert {model.trained_version for model in before.values()} == {first}
    assert after["dish-new"].trained_version == result.version
    answer = client.predict(store="incremental")
    assert [forecast.dish for forecast in answer.forecasts] == ["dish-0", "dish-1", "dish-new"]


def test_an_incremental_training_without_new_dishes_changes_nothing(
    client: ForecastClient, sales_file: Callable[..., str]
) -> None:
    source = sales_file(dishes=1)
    version = trained_version(client, store="nothing-new", source=source)

    last = train(client, store="nothing-new", source=source, train_only_new=True)[-1]

    assert last.state == training_pb2.RUN_STATE_SUCCEEDED
    assert not last.result.published
    assert [each.version for each in client.list_versions(store="nothing-new")] == [version]


def test_a_cancelled_run_stops_within_a_dish_and_publishes_nothing(
    client: ForecastClient, sales_file: Callable[..., str]
) -> None:
    run = client.start_training(store="cancel", sales_data_source=sales_file(dishes=20, days=120), location=DE)
    events = []
    for event in client.watch_training(run.run_id, store=run.store):
        events.append(event)
        if event.kind == training_pb2.PROGRESS_KIND_DISH_FINISHED and event.current == 1:
            client.cancel_training(run.run_id, store=run.store)

    assert events[-1].state == training_pb2.RUN_STATE_CANCELLED
    assert events[-1].kind == training_pb2.PROGRESS_KIND_FINISHED
    assert events[-1].current < 20
    assert list(client.list_versions(store="cancel")) == []
    assert client.cancel_training(run.run_id, store=run.store).state == training_pb2.RUN_STATE_CANCELLED
    again = client.start_training(store="cancel", sales_data_source=sales_file(dishes=1), location=DE)
    assert list(client.watch_training(again.run_id, store=again.store))[-1].state == training_pb2.RUN_STATE_SUCCEEDED


def test_a_run_that_has_ended_cannot_be_cancelled(client: ForecastClient, sales_file: Callable[..., str]) -> None:
    run_id = train(client, store="ended", source=sales_file(dishes=1))[-1].run_id

    with pytest.raises(ForecastServiceError) as caught:
        client.cancel_training(run_id, store="ended")

    assert caught.value.code is grpc.StatusCode.FAILED_PRECONDITION


def test_a_watcher_that_comes_after_the_end_sees_every_event(
    client: ForecastClient, sales_file: Callable[..., str]
) -> None:
    events = train(client, store="late", source=sales_file(dishes=2))

    assert list(client.watch_training(events[0].run_id, store=events[0].store)) == events


def test_a_watcher_that_comes_back_continues_after_its_token(
    client: ForecastClient, sales_file: Callable[..., str]
) -> None:
    events = train(client, store="comeback", source=sales_file(dishes=2))

    for i in (0, 3, len(events) - 2):
        resumed = list(
            client.watch_training(events[0].run_id, store=events[0].store, resume_token=events[i].resume_token)
        )
        assert resumed == events[i + 1 :]


def test_many_watchers_see_the_same_events(client: ForecastClient, sales_file: Callable[..., str]) -> None:
    run = client.start_training(store="many", sales_data_source=sales_file(dishes=3), location=DE)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: list(client.watch_training(run.run_id, store=run.store)), range(8)))

    assert all(events == seen[0] for events in seen)
    assert seen[0][-1].kind == training_pb2.PROGRESS_KIND_FINISHED


def test_a_resume_token_of_another_run_is_refused(client: ForecastClient, sales_file: Callable[..., str]) -> None:
    events = train(client, store="token", source=sales_file(dishes=1))

    for token in ("another.1", f"{events[0].run_id}.x", f"{events[0].run_id}.9999"):
        with pytest.raises(ForecastServiceError) as caught:
            list(client.watch_training(events[0].run_id, store=events[0].store, resume_token=token))
        assert caught.value.code is grpc.StatusCode.INVALID_ARGUMENT
        assert [violation.field for violation in caught.value.violations] == ["resume_token"]


def test_a_repeated_request_id_returns_the_same_run(
    client: ForecastClient, stack: Stack, sales_file: Callable[..., str]
) -> None:
    source = sales_file(dishes=1)
    wish = {"store": "repeat", "sales_data_source": source, "location": DE, "request_id": "order-66"}

    first = client.start_training(**wish)  # type: ignore[arg-type]
    second = client.start_training(**wish)  # type: ignore[arg-type]
    list(client.watch_training(first.run_id, store=first.store))
    (stack.data / source).unlink()
    third = client.start_training(**wish)  # type: ignore[arg-type]

    assert first.run_id == second.run_id == third.run_id
    assert len(list(client.list_trainings(store="repeat"))) == 1


def test_a_second_live_run_of_a_store_is_refused_with_the_id_of_the_first(
    client: ForecastClient, sales_file: Callable[..., str]
) -> None:
    source = sales_file(dishes=30, days=120)
    first = client.start_training(store="busy", sales_data_source=source, location=DE)

    with pytest.raises(ForecastServiceError) as caught:
        client.start_training(store="busy", sales_data_source=source, location=DE)

    assert caught.value.code is grpc.StatusCode.ALREADY_EXISTS
    assert caught.value.metadata["run_id"] == first.run_id
    client.cancel_training(first.run_id, store=first.store)


def test_all_violations_of_a_request_are_told_at_once(client: ForecastClient) -> None:
    with pytest.raises(ForecastServiceError) as caught:
        client.start_training(
            store="no\nline break",
            location=forecast_pb2.Location(country="XX", latitude=91),
            sales_data_source="../../etc/passwd",
            request_id="x" * 200,
        )

    assert caught.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert {violation.field for violation in caught.value.violations} == {
        "store",
        "location",
        "location.latitude",
        "location.country",
        "sales_data_source",
        "request_id",
    }


def test_a_wrong_sales_file_is_refused_and_the_wrong_lines_are_named(client: ForecastClient, stack: Stack) -> None:
    (stack.data / "wrong.csv").write_text(
        "date,dish,sales\n2025-01-01,soup,3\n2025-01-02,soup,many\n2025-01-03,soup,x\n"
    )

    with pytest.raises(ForecastServiceError) as caught:
        client.start_training(store="wrong", sales_data_source="wrong.csv", location=DE)

    assert caught.value.code is grpc.StatusCode.INVALID_ARGUMENT
    described = " ".join(violation.description for violation in caught.value.violations)
    assert "sales" in described
    assert "3" in described
    assert "4" in described
    assert list(client.list_trainings(store="wrong")) == []


def test_without_a_location_the_fallback_place_is_used_with_a_warning(
    client: ForecastClient, sales_file: Callable[..., str]
) -> None:
    run = client.start_training(store="nowhere", sales_data_source=sales_file(dishes=1))
    result = list(client.watch_training(run.run_id, store=run.store))[-1].result
    wait_until_live(client, "nowhere", result.version)

    assert run.location.country == "CN"
    assert [warning.reason for warning in result.warnings] == ["FALLBACK_LOCATION"]
    warnings = client.predict(store="nowhere").warnings
    assert [warning.reason for warning in warnings] == ["FALLBACK_LOCATION", "STALE_HISTORY", "FORECAST_OF_THE_PAST"]


def test_a_run_of_another_store_is_not_found_like_an_unknown_run(
    client: ForecastClient, sales_file: Callable[..., str]
) -> None:
    run_id = train(client, store="private", source=sales_file(dishes=1))[-1].run_id
    unknown = "20200101-000000-00000000"

    for call in (client.get_training, client.cancel_training, lambda run_id: list(client.watch_training(run_id))):
        told = set()
        for asked in (run_id, unknown):
            with pytest.raises(ForecastServiceError) as caught:
                call(asked)
            assert caught.value.code is grpc.StatusCode.NOT_FOUND
            told.add(caught.value.message.replace(asked, "RUN"))
        assert len(told) == 1


def test_runs_are_listed_newest_first_over_pages(client: ForecastClient, sales_file: Callable[..., str]) -> None:
    source = sales_file(dishes=1)
    run_ids = [train(client, store="listed", source=source)[-1].run_id for _ in range(3)]

    assert [run.run_id for run in client.list_trainings(store="listed", page_size=2)] == run_ids[::-1]


def test_a_caller_that_leaves_before_the_sales_are_read_starts_no_run(
    client: ForecastClient, sales_file: Callable[..., str]
) -> None:
    source = sales_file(dishes=150, days=1000)

    with pytest.raises(ForecastServiceError) as caught:
        client.start_training(store="left", sales_data_source=source, location=DE, timeout=0.1)
    time.sleep(3)  # for longer than it takes to read them

    assert caught.value.code is grpc.StatusCode.DEADLINE_EXCEEDED
    assert list(client.list_trainings(store="left")) == []


@pytest.mark.parametrize("keep", [False, True])
def test_one_large_order_is_limited_unless_the_caller_keeps_it(
    client: ForecastClient, stack: Stack, keep: bool
) -> None:
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(120)]
    sold = {day: 12 + day.weekday() for day in days} | {days[-6]: 900}
    rows = "".join(f"{day},soup,{units}\n" for day, units in sold.items())
    (stack.data / f"order-{keep}.csv").write_text(f"date,dish,quantity\n{rows}")
    store = f"order-{keep}".lower()

    run = client.start_training(store=store, sales_data_source=f"order-{keep}.csv", location=DE, keep_outliers=keep)
    report = list(client.watch_training(run.run_id, store=store))[-1].result.data_report

    (outlier,) = (each for each in report.outliers if each.quantity == 900)
    assert outlier.HasField("limited_to") is not keep
    assert outlier.line == 116


def test_a_named_day_is_neither_learnt_nor_told_as_an_outlier(client: ForecastClient, stack: Stack) -> None:
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(120)]
    sold = {day: 12 + day.weekday() for day in days} | dict.fromkeys(days[-9:-2], 1)
    rows = "".join(f"{day},{dish},{units}\n" for day, units in sold.items() for dish in ("soup", "pie"))
    (stack.data / "named.csv").write_text(f"date,dish,quantity\n{rows}")
    roadworks = training_pb2.SalesEvent(
        name="roadworks", first_date=f"{days[-9]}", last_date=f"{days[-3]}", dishes=["soup"]
    )
    mistyped = training_pb2.SalesEvent(name="fair", first_date="2025-04-01")

    run = client.start_training(store="named", sales_data_source="named.csv", location=DE, events=[roadworks, mistyped])
    result = list(client.watch_training(run.run_id, store="named"))[-1].result
    wait_until_live(client, "named", result.version)
    soup, pie = (
        sum(day.yhat for day in forecast.days)
        for forecast in client.predict(store="named", dishes=["soup", "pie"], horizon_days=7).forecasts
    )

    assert result.data_report.event_days == 7
    assert {outlier.dish for outlier in result.data_report.outliers} == {"pie"}
    (told,) = (warning.message for warning in result.warnings if warning.reason == "EVENTS_UNMATCHED")
    assert "fair on 2025-04-01" in told
    assert "roadworks" not in told
    assert soup == pytest.approx(7 * 15, rel=0.05)
    assert pie < soup


def test_wrong_events_are_refused_with_their_position(client: ForecastClient, sales_file: Callable[..., str]) -> None:
    events = [
        training_pb2.SalesEvent(name="", first_date="2026-02-30"),
        training_pb2.SalesEvent(name="fair", first_date="2026-02-02", last_date="2026-02-01"),
    ]

    with pytest.raises(ForecastServiceError) as caught:
        client.start_training(store="wrong-events", sales_data_source=sales_file(), location=DE, events=events)

    assert [violation.field for violation in caught.value.violations] == [
        "events[0].name",
        "events[0].first_date",
        "events[1].last_date",
    ]
