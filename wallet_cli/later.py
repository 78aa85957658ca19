"""Modules imported when something of them is first used: a command pays for what it does, not for its group."""

import sys
from importlib import util
from types import ModuleType


def later(name: str) -> ModuleType:
    """The module of that name, empty until something of it is looked at (PEP 690's idea, importlib's LazyLoader)."""
    if name in sys.modules:
        return sys.modules[name]
    spec = util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(name, name=name)
    spec.loader = util.LazyLoader(spec.loader)
    module = util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
