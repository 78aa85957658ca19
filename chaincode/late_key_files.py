"""Reads and writes of key files are loaded when there is a key file.

`eth_account`, which everything signs with, imports them, and with them the curves of another signature scheme
(`py_ecc`, for keys of validators): half a second of processor time for each command and each process, and a recursion
limit of 100,000.
"""

import importlib
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

MODULE = "eth_keyfile.keyfile"
FUNCTIONS = ("create_keyfile_json", "decode_keyfile_json", "load_keyfile", "extract_key_from_keyfile")
"""What the module offers; `eth_keyfile` passes all of them on, and `eth_account` two."""

_LOADING = threading.Lock()


def load_key_files_late() -> None:
    """Put a module in the place of the real one that loads it at its first use; without effect once that is loaded."""
    if MODULE in sys.modules:
        return
    late = ModuleType(MODULE)
    for name in FUNCTIONS:
        setattr(late, name, _late(late, name))
    late.KDFType = str  # type: ignore[attr-defined]
    sys.modules[MODULE] = late


def _late(late: ModuleType, name: str) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        with _LOADING:
            if sys.modules.get(MODULE) is late:
                del sys.modules[MODULE]
        return getattr(importlib.import_module(MODULE), name)(*given, **named)

    call.__name__ = name
    return call
