"""Says which event of a stream is the last."""

from smartsuschef.forecast.v1 import inference_pb2, training_pb2


def is_last_of_run(event: training_pb2.TrainingProgress) -> bool:
    """Returns whether the run ended with this event.

    Args:
        event: An event of WatchTraining.
    """
    return event.kind == training_pb2.PROGRESS_KIND_FINISHED


def never_last(event: inference_pb2.WatchModelsResponse) -> bool:
    """Returns False: a stream of WatchModels has no last event.

    Args:
        event: An event of WatchModels.
    """
    return False
