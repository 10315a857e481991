"""Translates runs, events and versions into the gRPC messages of the contract, not the messages to the workers."""

from dataclasses import asdict

from shared.notices import DishFailure
from shared.registry.manifest import Manifest
from shared.rpc.resume_tokens import resume_token
from shared.rpc.translate import figures_message, timestamp
from smartsuschef.forecast.v1 import forecast_pb2, training_pb2
from training_service.api.preview_message import data_report_message, location_message, preview_message
from training_service.api.sales_import import Imported
from training_service.outcomes import DishSuccess, RunResult
from training_service.runs.run_models import Event, Run


def run_message(run: Run) -> training_pb2.TrainingRun:
    """Translates a run; the message has a result where the run has one."""
    message = training_pb2.TrainingRun(
        run_id=run.run_id,
        store=run.request.store,
        state=f"RUN_STATE_{run.state.value}",
        current=run.current,
        total=run.total,
        train_only_new=run.request.train_only_new,
        sales_data_source=run.request.sales_data_source,
        location=location_message(run.request.place),
        create_time=timestamp(run.created),
        update_time=timestamp(run.updated),
        error=run.error,
        group_id=run.request.group,
    )
    if run.ended:
        message.end_time.CopyFrom(timestamp(run.ended))
    if run.result:
        message.result.CopyFrom(_result(run.result))
    return message


def event_message(event: Event) -> training_pb2.TrainingProgress:
    """Translates one step of a run."""
    message = training_pb2.TrainingProgress(
        run_id=event.run_id,
        store=event.store,
        sequence=event.sequence,
        kind=f"PROGRESS_KIND_{event.kind.value}",
        state=f"RUN_STATE_{event.state.value}",
        dish=event.dish,
        current=event.current,
        total=event.total,
        time=timestamp(event.time),
        resume_token=resume_token(event.run_id, event.sequence),
        message=event.message,
    )
    if event.outcome and event.outcome.success:
        message.dish_result.CopyFrom(_dish_result(event.outcome.success))
    if event.outcome and event.outcome.failure:
        message.dish_error.CopyFrom(_dish_error(event.outcome.failure))
    if event.result:
        message.result.CopyFrom(_result(event.result))
    return message


def import_message(imported: Imported) -> training_pb2.ImportSalesResponse:
    """Translates what came of an import.

    Args:
        imported: Sales that were received.
    """
    return training_pb2.ImportSalesResponse(
        store=imported.store,
        sales_data_source=imported.source,
        data_report=data_report_message(imported.report),
        warnings=[forecast_pb2.Warning(reason=w.reason, message=w.message) for w in imported.warnings],
        preview=preview_message(imported.preview),
    )


def version_message(manifest: Manifest, *, live: bool) -> training_pb2.ModelVersion:
    """Translates a version.

    Args:
        manifest: Manifest of the version.
        live: True where the version is the live version of its store.
    """
    return training_pb2.ModelVersion(
        version=manifest.version,
        create_time=timestamp(manifest.created),
        dishes=len(manifest.dishes),
        live=live,
        run_id=manifest.run_id,
        parent=manifest.parent,
        fingerprint=manifest.fingerprint,
    )


def _result(result: RunResult) -> training_pb2.TrainingResult:
    compared, worth = result.comparison, result.weather_worth
    return training_pb2.TrainingResult(
        version=result.version,
        published=result.published,
        results_table=[_dish_result(success) for success in result.successes],
        trained_dishes=[success.dish for success in result.successes],
        skipped_dishes=[training_pb2.SkippedDish(**skipped.model_dump()) for skipped in result.skipped],
        errors=[_dish_error(failure) for failure in result.failures],
        warnings=[forecast_pb2.Warning(reason=w.reason, message=w.message) for w in result.warnings],
        comparison=training_pb2.Comparison(**compared.model_dump()) if compared else None,
        data_report=data_report_message(result.report) if result.report else None,
        weather_worth=training_pb2.WeatherWorth(**asdict(worth)) if worth else None,
    )


def _dish_result(success: DishSuccess) -> training_pb2.DishResult:
    return training_pb2.DishResult(
        dish=success.dish,
        champion=success.entry.champion,
        candidates=[figures_message(figures) for figures in success.entry.figures],
        history_days=success.entry.history_days,
        seconds=success.seconds,
    )


def _dish_error(failure: DishFailure) -> forecast_pb2.DishError:
    return forecast_pb2.DishError(dish=failure.dish, reason=failure.reason, message=failure.message)
