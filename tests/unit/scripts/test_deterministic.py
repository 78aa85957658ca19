"""The default test run is the same everywhere: what hypothesis tries depends on nothing but the test."""

import sys
import types

from hypothesis import settings
from hypothesis.internal.conjecture import providers

from tests.conftest import PROFILE


def test_a_newly_loaded_module_changes_nothing_that_is_tried(tmp_path, monkeypatch):
    if PROFILE not in ("quick", "first"):
        return
    source = tmp_path / "newly_loaded.py"
    source.write_text("CONSTANT = 123_456_789_123\n")
    module = types.ModuleType("newly_loaded")
    module.__file__ = str(source)
    monkeypatch.setitem(sys.modules, "newly_loaded", module)
    assert settings().derandomize
    assert not list(providers.HypothesisProvider(None)._local_constants.integers)
