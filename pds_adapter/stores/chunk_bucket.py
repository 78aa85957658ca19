"""The embedded store's chunks in a bucket of an S3-compatible server, instead of files beside its database.

    <prefix>/<account>/<upload>/<index>

A chunk is put with a condition (If-None-Match), so that it is written once whoever else writes; the server must know
conditional puts, as S3 does since 2024. A server that does not answer raises StoreUnavailableError: within seconds, and
then at once for a while; nobody but whose chunk it is waits for it. What is removed is the server's to overwrite, and
so are older versions where the bucket keeps them: the keys that open chunks never are in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError, PreconditionError
from obstore.store import S3Store

from pds_adapter.errors import (
    DocumentUnknownError,
    EnvelopeFormatError,
    ETagConflictError,
    PlaceRefusedError,
    StoreFormatError,
    StoreUnavailableError,
)
from pds_adapter.sealing.chunks import SealedChunk
from pds_adapter.stores.chunks import check_chunk, chunk_box, chunk_name
from pds_adapter.stores.guarded import Patience
from pds_adapter.stores.port import etag_of

ANSWER_SECONDS: Final = 10
CONNECT_SECONDS: Final = 3


@dataclass(frozen=True)
class Bucket:
    """Where it is, and by which key it is reached. Without an endpoint it is Amazon's own."""

    name: str
    prefix: str = ""
    endpoint: str | None = None
    region: str = "us-east-1"
    access_key_id: str = field(default="", repr=False)
    secret_access_key: str = field(default="", repr=False)

    @classmethod
    def at(cls, url: str, key: str, endpoint: str | None = None, region: str = "us-east-1") -> Bucket:
        """From `s3://bucket/prefix` and the two lines of a key's file. Raises PlaceRefusedError."""
        name, _, prefix = url.removeprefix("s3://").partition("/")
        if not url.startswith("s3://") or not name:
            raise PlaceRefusedError("url", "must be s3://bucket or s3://bucket/prefix")
        lines = key.split()
        if len(lines) != 2:
            raise PlaceRefusedError("key_file", "must hold the id of an access key and its secret, a line each")
        return cls(name, prefix.strip("/"), endpoint, region, *lines)


class ChunkBucket:
    """Accounts are checked by the caller."""

    def __init__(self, bucket: Bucket) -> None:
        self._label = f"s3://{bucket.name}/{bucket.prefix}"
        self._patience = Patience(self._label)
        self._root = f"{bucket.prefix}/" if bucket.prefix else ""
        self._store = S3Store(
            bucket.name,
            endpoint=bucket.endpoint,
            region=bucket.region,
            access_key_id=bucket.access_key_id,
            secret_access_key=bucket.secret_access_key,
            virtual_hosted_style_request=bucket.endpoint is None,
            client_options={
                "allow_http": bool(bucket.endpoint and bucket.endpoint.startswith("http://")),
                "timeout": timedelta(seconds=ANSWER_SECONDS),
                "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
            },
            retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=ANSWER_SECONDS)},
        )

    def put(self, account_id: str, upload: str, index: int, chunk: SealedChunk) -> bool:
        key, encoded = self._key(account_id, upload, index), check_chunk(chunk)
        with self._asked():
            try:
                obstore.put(self._store, key, encoded, mode="create", use_multipart=False)
            except (AlreadyExistsError, PreconditionError):
                found = bytes(obstore.get(self._store, key).bytes())
            else:
                return True
        if found == encoded:
            return False
        raise ETagConflictError(account_id, chunk_box(upload), chunk_name(index), None, etag_of(found))

    def get(self, account_id: str, upload: str, index: int) -> SealedChunk:
        key = self._key(account_id, upload, index)
        with self._asked():
            try:
                found = bytes(obstore.get(self._store, key).bytes())
            except (NotFoundError, FileNotFoundError):
                raise DocumentUnknownError(account_id, chunk_box(upload), chunk_name(index)) from None
        try:
            return SealedChunk(found)
        except EnvelopeFormatError as error:
            raise StoreFormatError(f"{self._label}/{key}", f"the stored document is damaged: {error}") from error

    def indexes(self, account_id: str, upload: str) -> list[int]:
        chunk_box(upload)
        names = (key.rpartition("/")[2] for key in self._keys(f"{account_id}/{upload}/"))
        return sorted(int(name) for name in names if name.isdigit())

    def uploads(self, account_id: str) -> list[str]:
        return sorted({key.split("/")[-2] for key in self._keys(f"{account_id}/")})

    def drop(self, account_id: str, upload: str) -> int:
        chunk_box(upload)
        return self._remove(f"{account_id}/{upload}/")

    def drop_account(self, account_id: str) -> None:
        self._remove(f"{account_id}/")

    def _remove(self, folder: str) -> int:
        keys = self._keys(folder)
        with self._asked():
            if keys:
                obstore.delete(self._store, keys)
        return len(keys)

    def _keys(self, folder: str) -> list[str]:
        with self._asked():
            pages = obstore.list(self._store, prefix=self._root + folder)
            return [str(one["path"]) for page in pages for one in page]

    def _key(self, account_id: str, upload: str, index: int) -> str:
        chunk_box(upload)
        return f"{self._root}{account_id}/{upload}/{chunk_name(index)}"

    @contextmanager
    def _asked(self) -> Iterator[None]:
        with self._patience.asked():
            try:
                yield
            except (BaseError, OSError) as error:
                raise StoreUnavailableError(self._label, _reason(error)) from error


def _reason(error: Exception) -> str:
    """Its kind: what a server says of a failed request may quote the request."""
    return f"does not answer as a bucket should ({type(error).__name__}): try again"
