"""Curves that only Prague's precompiled contracts need (EIP-2537) are loaded when one of those is called.

py-evm imports them with everything else, and they work out tables as they are imported: nearly half of the processor
time that a process of the ledger takes to start. A chain under Berlin's rules never meets them.
"""

import importlib
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

MODULE = "eth.precompiles.bls12_381"
FUNCTIONS = (
    *("bls12_g1_add", "bls12_g1_msm", "bls12_map_fp_to_g1"),
    *("bls12_g2_add", "bls12_g2_msm", "bls12_map_fp2_to_g2"),
    "bls12_pairing_check",
)
"""All that the module offers."""
_LOADING = threading.Lock()


def load_curves_late() -> None:
    """Put a module in the place of the real one that loads it at its first use; without effect once that is loaded."""
    if MODULE in sys.modules:
        return
    late = ModuleType(MODULE)
    for name in FUNCTIONS:
        setattr(late, name, _late(late, name))
    sys.modules[MODULE] = late


def _late(late: ModuleType, name: str) -> Callable[[Any], Any]:
    def call(computation: Any) -> Any:
        with _LOADING:
            if sys.modules.get(MODULE) is late:
                del sys.modules[MODULE]
        return getattr(importlib.import_module(MODULE), name)(computation)

    call.__name__ = name
    return call
