"""Runs an object storage on loopback that speaks the protocol of S3."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer

BUCKET = "restaurant"


class ObjectStorage:
    """A storage with one bucket, whose `settings` are environment variables that lead clients to the storage.

    Args:
        endpoint: URL of the storage.
    """

    def __init__(self, endpoint: str) -> None:
        self.settings = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        self._client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            region_name="us-east-1",
        )
        self._client.create_bucket(Bucket=BUCKET)

    def put(self, name: str, data: bytes) -> str:
        """Stores an object and answers its URL.

        Args:
            name: Key of the object.
            data: Content of the object.
        """
        self._client.put_object(Bucket=BUCKET, Key=name, Body=data)
        return f"s3://{BUCKET}/{name}"


@contextmanager
def object_storage() -> Iterator[ObjectStorage]:
    """Runs a storage; a process finds it that has its `settings` in the environment."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield ObjectStorage(f"http://{host}:{port}")
    finally:
        server.stop()
