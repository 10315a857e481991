"""Which event of a stream is its last."""

from smartsuschef.forecast.v1 import inference_pb2, training_pb2


def is_last_of_run(event: training_pb2.TrainingProgress) -> bool:
    """Whether the run ended with this event."""
    return event.kind == training_pb2.PROGRESS_KIND_FINISHED


def never_last(event: inference_pb2.WatchModelsResponse) -> bool:
    """News of models have no end of their own."""
    return False
