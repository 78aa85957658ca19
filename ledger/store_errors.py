"""What LMDB and the file system say of a store, in the ledger's own errors."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import lmdb

from .errors import StoreCorruptError, StoreError, StoreFullError, StoreReadOnlyError


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Foreign errors become the ledger's own where they enter; MapFullError is `Store.commit`'s to handle."""
    try:
        yield
    except lmdb.MapFullError:
        raise
    except (lmdb.CorruptedError, lmdb.InvalidError, lmdb.PageNotFoundError, lmdb.VersionMismatchError) as error:
        raise StoreCorruptError("{path}: {why}", path=path, why=error) from error
    except lmdb.ReadonlyError as error:
        raise StoreReadOnlyError from error
    except lmdb.Error as error:
        raise translate_lmdb_error(error, path) from error
    except OSError as error:
        raise translate_os_error(error, path) from error


def translate_lmdb_error(error: lmdb.Error, path: Path) -> StoreError:
    words = str(error)
    for code, kind in ((errno.ENOSPC, StoreFullError), (errno.EFBIG, StoreFullError), (errno.EDQUOT, StoreFullError)):
        if os.strerror(code) in words:
            return kind()
    for code in (errno.EROFS, errno.EACCES, errno.EPERM):
        if os.strerror(code) in words:
            return StoreReadOnlyError()
    return StoreError(f"{path}: {words}")


def translate_os_error(error: OSError, path: Path) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        return StoreFullError()
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return StoreReadOnlyError()
    return StoreError(f"{path}: {error}")
