"""What every test shares: a deterministic hypothesis, and small paths to the project's data."""

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # tests read scripts/, which is not installed

settings.register_profile(
    "quick", max_examples=25, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "long", max_examples=1000, derandomize=False, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(  # for mutants: that a test fails is enough, the smallest failure interests nobody
    "first", settings.get_profile("quick"), phases=(Phase.explicit, Phase.generate), report_multiple_bugs=False
)
settings.load_profile(os.environ.get("AZUKARI_HYPOTHESIS", "quick"))
