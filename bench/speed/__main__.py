"""`make bench`: measures calls and trainings, and compares them with something simpler measured in the same run.

A call of `Predict` is compared with an empty call to the same server; the training of a dish is compared with one plain
fit and forecast of Prophet. The multiples hardly depend on the machine; the seconds do.
"""

import argparse
import json
import logging
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pandas as pd
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prophet import Prophet
from rich.console import Console
from rich.table import Table

from bench.cpu_time import cpu_seconds
from bench.sales import counted_sales
from bench.stack import running_stack
from local_stack.child import exit_on_stop_signals
from smartsuschef.client import ForecastClient
from smartsuschef.forecast.v1 import forecast_pb2, inference_pb2, inference_pb2_grpc

#: Length of the history of each dish, in days.
_DAYS = 400

#: Number of calls whose median is measured.
_CALLS = 200

#: Number of callers at once.
_CALLERS = 16

#: Number of dishes that plain Prophet fits.
_PROPHET_FITS = 5

#: Seconds between two looks for the new version; the time at which the version answers is as exact.
_LOOK_SECONDS = 0.005


def main() -> None:
    """Trains a restaurant, measures, prints the table and writes it as JSON."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--dishes", type=int, default=30, help="number of dishes of the restaurant")
    parser.add_argument("--output", type=Path, default=Path("var/bench"), help="folder of the result, speed.json")
    arguments = parser.parse_args()
    exit_on_stop_signals()
    console = Console()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sales = _sales(arguments.dishes)
        sales.to_csv(folder / "sales.csv", index=False)
        with console.status("Starting the services …") as status, running_stack(folder, {}) as addresses:
            status.update(f"Training {arguments.dishes} dishes …")
            trained = _train(*addresses)
            status.update("Calling …")
            calls = _calls(addresses[1], sorted(sales["dish"].unique()))
    with console.status("Fitting Prophet alone …"):
        plain = _plain_prophet(sales)
    report = {"dishes": arguments.dishes, "days": _DAYS, **trained, **calls, "plain_prophet_seconds": plain}
    console.print(*_tables(report), sep="\n\n")
    arguments.output.mkdir(parents=True, exist_ok=True)
    target = arguments.output / "speed.json"
    target.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    console.print(f"\nWritten: {target}", highlight=False)


def _sales(dishes: int) -> pd.DataFrame:
    """Sales of a restaurant with a weekly pattern: columns `date`, `dish` and `sales`."""
    dates = pd.date_range("2025-01-06", periods=_DAYS)
    sold = counted_sales(dishes, dates, np.random.default_rng(1))
    frames = [pd.DataFrame({"date": dates, "dish": f"dish {i:03}", "sales": sales}) for i, sales in enumerate(sold)]
    return pd.concat(frames, ignore_index=True)


def _train(training: str, inference: str) -> dict[str, float]:
    """Seconds of a training, and seconds from its end to the first answer of the new version."""
    with ForecastClient(training_address=training) as client, grpc.insecure_channel(inference) as channel:
        stub = inference_pb2_grpc.InferenceServiceStub(channel)
        started = time.perf_counter()
        run = client.start_training(location=forecast_pb2.Location(country="DE"))
        *_, last = client.watch_training(run.run_id)
        ended = time.perf_counter()
        if not last.result.published:
            raise RuntimeError(f"the training published nothing: {last.message}")
        while not _answers(stub, last.result.version):
            time.sleep(_LOOK_SECONDS)
        return {"training_seconds": ended - started, "live_after_seconds": time.perf_counter() - ended}


def _answers(inference: inference_pb2_grpc.InferenceServiceStub, version: str) -> bool:
    try:
        return inference.ListModels(inference_pb2.ListModelsRequest(page_size=1)).version == version
    except grpc.RpcError as error:
        if error.code() is grpc.StatusCode.FAILED_PRECONDITION:
            return False  # the store has no version yet
        raise


def _calls(address: str, dishes: list[str]) -> dict[str, Mapping[str, float]]:
    """Median seconds of calls made one after the other, and calls a second of many callers at once."""
    with grpc.insecure_channel(address) as channel:
        health, inference = health_pb2_grpc.HealthStub(channel), inference_pb2_grpc.InferenceServiceStub(channel)
        one = inference_pb2.PredictRequest(dishes=dishes[:1], horizon_days=14)
        full = inference_pb2.PredictRequest(
            dishes=dishes[:1], horizon_days=14, quantiles=[0.1, 0.5, 0.9], view=inference_pb2.PREDICT_VIEW_FULL
        )
        calls: dict[str, Callable[[], Any]] = {
            "empty": lambda: health.Check(health_pb2.HealthCheckRequest()),
            "one dish": lambda: inference.Predict(one),
            "one dish, quantiles and explanation": lambda: inference.Predict(full),
            "all dishes": lambda: inference.Predict(inference_pb2.PredictRequest(horizon_days=14)),
            "one dish, overrides": partial(inference.Predict, _overridden(dishes[:1], inference)),
            "all dishes, overrides": partial(inference.Predict, _overridden(dishes, inference)),
        }
        latency = {name: _median_seconds(call) for name, call in calls.items()}
        rate = {name: _rate(calls[name]) for name in ("empty", "one dish")}
    return {"call_seconds": latency, "calls_a_second": rate}


def _overridden(dishes: list[str], inference: inference_pb2_grpc.InferenceServiceStub) -> inference_pb2.PredictRequest:
    """A request with sales of three days after the training, the weather of all days, and two closed days."""
    first = inference.Predict(inference_pb2.PredictRequest(dishes=dishes[:1], horizon_days=1)).forecasts[0].days[0].date
    dates = [date.date().isoformat() for date in pd.date_range(first, periods=17)]
    sold = [inference_pb2.SalesDay(dish=dish, date=date, sales=20) for dish in dishes for date in dates[:3]]
    weather = [inference_pb2.WeatherDay(date=date, temperature_2m_mean=10.0 + i) for i, date in enumerate(dates)]
    return inference_pb2.PredictRequest(
        dishes=dishes, horizon_days=14, recent_sales=sold, weather=weather, closed_dates=[dates[5], dates[8]]
    )


def _median_seconds(call: Callable[[], Any]) -> float:
    for _ in range(10):
        call()
    spent = []
    for _ in range(_CALLS):
        started = time.perf_counter()
        call()
        spent.append(time.perf_counter() - started)
    return statistics.median(spent)


def _rate(call: Callable[[], Any]) -> float:
    with ThreadPoolExecutor(_CALLERS) as threads:
        started = time.perf_counter()
        list(threads.map(lambda _: call(), range(4 * _CALLS)))
        return 4 * _CALLS / (time.perf_counter() - started)


def _plain_prophet(sales: pd.DataFrame) -> float:
    """Median processor seconds of one fit and forecast of a dish by Prophet with its default settings."""
    logging.disable(logging.WARNING)  # Prophet logs every fit
    spent = []
    for dish in sorted(sales["dish"].unique())[:_PROPHET_FITS]:
        frame = sales.loc[sales["dish"] == dish].rename(columns={"date": "ds", "sales": "y"})
        started = cpu_seconds()
        model = Prophet().fit(frame[["ds", "y"]])
        model.predict(model.make_future_dataframe(14, include_history=False))
        spent.append(cpu_seconds() - started)
    return statistics.median(spent)


def _tables(report: Mapping[str, Any]) -> list[Table]:
    empty = report["call_seconds"]["empty"]
    calls = Table("call", "ms", "times an empty call", title="One call after the other, median", title_justify="left")
    for name, seconds in report["call_seconds"].items():
        calls.add_row(name, f"{1000 * seconds:.1f}", f"{seconds / empty:.1f}")
    rates = report["calls_a_second"]
    load = Table("call", "a second", "share of empty calls", title=f"{_CALLERS} callers", title_justify="left")
    for name, rate in rates.items():
        load.add_row(name, f"{rate:.0f}", f"{rate / rates['empty']:.0%}")
    a_dish = report["training_seconds"] / report["dishes"]
    title = f"Training of {report['dishes']} dishes of {report['days']} days"
    training = Table("", "seconds", "times plain Prophet", title=title, title_justify="left")
    training.add_row("plain Prophet, fit and forecast of a dish", f"{report['plain_prophet_seconds']:.2f}", "1.0")
    training.add_row(
        "a dish, all steps and all workers", f"{a_dish:.2f}", f"{a_dish / report['plain_prophet_seconds']:.1f}"
    )
    training.add_row("from the end of the run to the first answer", f"{report['live_after_seconds']:.3f}", "")
    return [calls, load, training]


if __name__ == "__main__":
    main()
