"""A server of S3's API of our own, in this process: moto's, which keeps objects and knows conditional puts."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from moto.server import ThreadedMotoServer

KEY = "an-access-key-id\na-secret-for-tests-alone\n"


@contextmanager
def s3_server(port: int = 0) -> Iterator[str]:
    """Its address; it holds one empty bucket, `documents`."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    try:
        httpx.post(f"{address}/moto-api/reset").raise_for_status()
        httpx.put(f"{address}/documents", headers={"Authorization": SIGNED}).raise_for_status()
        yield address
    finally:
        server.stop()


SIGNED = "AWS4-HMAC-SHA256 Credential=an-access-key-id/20260101/us-east-1/s3/aws4_request"
"""Moto asks for no signature, and reads region and service from this."""
