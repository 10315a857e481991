"""The options of the client's gRPC channels: retries, reconnection, and the detection of a server that has vanished."""

import json
from dataclasses import dataclass

DEFAULT_INFERENCE_ADDRESS = "127.0.0.1:50051"
DEFAULT_TRAINING_ADDRESS = "127.0.0.1:50052"

#: Deadline of one call with all its retries, in seconds: a Predict of a large store takes a few seconds.
DEFAULT_TIMEOUT = 30.0

#: Longest duration of one attempt to connect, in seconds.
CONNECT_TIMEOUT = 5.0

_INFERENCE = "smartsuschef.forecast.v1.InferenceService"
_TRAINING = "smartsuschef.forecast.v1.TrainingService"

#: The calls that may be repeated without harm. RollbackVersion is missing, because a repeat without a version would go
#: back one version further. The streams are missing, because `client.resume` continues a stream where the stream broke.
RETRIED_METHODS = (
    (_INFERENCE, "Predict"),
    (_INFERENCE, "ListModels"),
    (_INFERENCE, "GetModel"),
    (_TRAINING, "StartTraining"),
    (_TRAINING, "StartGroupTraining"),
    (_TRAINING, "GetTraining"),
    (_TRAINING, "ListTrainings"),
    (_TRAINING, "CancelTraining"),
    (_TRAINING, "ListVersions"),
    (_TRAINING, "ListStores"),
)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How a call is retried while its service is unavailable. All retries end with the deadline of the call.

    Args:
        attempts: Number of attempts of one call, from 2 to 5 (gRPC allows no more).
        first_pause: Mean pause before the second attempt, in seconds; doubled before each further attempt.
        longest_pause: Upper bound of the mean pause, in seconds.
    """

    attempts: int = 4
    first_pause: float = 0.2
    longest_pause: float = 2.0


def channel_options(retry: RetryPolicy) -> list[tuple[str, str | int]]:
    """Returns the options of every channel, for grpc and grpc.aio alike.

    Args:
        retry: How calls are retried.
    """
    return [
        ("grpc.service_config", _service_config(retry)),
        # gRPC keeps no larger request for a retry; its default is 256 KiB. The servers accept up to 16 MiB.
        ("grpc.per_rpc_retry_buffer_size", 16 * 1024 * 1024),
        ("grpc.initial_reconnect_backoff_ms", 200),
        ("grpc.min_reconnect_backoff_ms", int(CONNECT_TIMEOUT * 1000)),
        ("grpc.max_reconnect_backoff_ms", 5_000),
        # A watch may be silent for a long time, and without pings nobody would notice that its server has vanished. The
        # servers allow a ping every 30 seconds.
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
        # The result of a training of many thousand dishes is larger than the 4 MiB that gRPC allows by default.
        ("grpc.max_receive_message_length", 64 * 1024 * 1024),
    ]


def _service_config(retry: RetryPolicy) -> str:
    """Returns gRPC's description of the retries, as JSON."""
    names = [{"service": service, "method": method} for service, method in RETRIED_METHODS]
    policy = {
        "maxAttempts": retry.attempts,
        "initialBackoff": f"{retry.first_pause:f}s",
        "maxBackoff": f"{retry.longest_pause:f}s",
        "backoffMultiplier": 2,
        # A server that stops answers CANCELLED to the calls that are still on their way to the server.
        "retryableStatusCodes": ["UNAVAILABLE", "CANCELLED"],
    }
    return json.dumps({"methodConfig": [{"name": names, "retryPolicy": policy}]})
