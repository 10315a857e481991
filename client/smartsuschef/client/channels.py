"""How the client's channels behave: what is retried, how fast they reconnect, how a dead peer is noticed."""

import json

DEFAULT_INFERENCE_ADDRESS = "127.0.0.1:50051"
DEFAULT_TRAINING_ADDRESS = "127.0.0.1:50052"

#: Deadline of one call with all its retries, in seconds.
DEFAULT_TIMEOUT = 30.0

#: Longest time that one attempt to connect takes, in seconds.
CONNECT_TIMEOUT = 5.0

_INFERENCE = "smartsuschef.forecast.v1.InferenceService"
_TRAINING = "smartsuschef.forecast.v1.TrainingService"

#: The calls that may be repeated without harm. Not among them: RollbackVersion, which without a version goes one step
#: back each time, and the streams, which `client.resume` continues where they broke off.
RETRIED_METHODS = (
    (_INFERENCE, "Predict"),
    (_INFERENCE, "ListModels"),
    (_INFERENCE, "GetModel"),
    (_TRAINING, "StartTraining"),
    (_TRAINING, "GetTraining"),
    (_TRAINING, "ListTrainings"),
    (_TRAINING, "CancelTraining"),
    (_TRAINING, "ListVersions"),
    (_TRAINING, "ListStores"),
)

_RETRY_POLICY = {
    "maxAttempts": 4,
    "initialBackoff": "0.2s",
    "maxBackoff": "2s",
    "backoffMultiplier": 2,
    # A server that stops answers calls that are on their way to it with CANCELLED.
    "retryableStatusCodes": ["UNAVAILABLE", "CANCELLED"],
}


def channel_options() -> list[tuple[str, str | int]]:
    """The options of every channel, for grpc and grpc.aio alike."""
    return [
        ("grpc.service_config", _service_config()),
        # A larger request is not kept for a retry; by default that is one above 256 KiB. The servers take 16 MiB.
        ("grpc.per_rpc_retry_buffer_size", 16 * 1024 * 1024),
        ("grpc.initial_reconnect_backoff_ms", 200),
        ("grpc.min_reconnect_backoff_ms", int(CONNECT_TIMEOUT * 1000)),
        ("grpc.max_reconnect_backoff_ms", 5_000),
        # A watch may be silent for long; without pings a peer that vanished would never be noticed. The servers allow
        # a ping every 30 seconds.
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
        # Results of trainings of many thousand dishes are larger than gRPC's 4 MiB.
        ("grpc.max_receive_message_length", 64 * 1024 * 1024),
    ]


def _service_config() -> str:
    names = [{"service": service, "method": method} for service, method in RETRIED_METHODS]
    return json.dumps({"methodConfig": [{"name": names, "retryPolicy": _RETRY_POLICY}]})
