"""What every test shares: a deterministic hypothesis, and small paths to the project's data.

AZUKARI_HYPOTHESIS names another profile: `brief` is for each further Python, `search` (`./scripts/test --search`) looks
freely, `long` the same for longer.
What they find becomes a vector or an @example: the default run must be the same everywhere.
"""

import fcntl
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import providers

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # tests read scripts/, which is not installed

settings.register_profile(
    "quick", max_examples=25, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("brief", settings.get_profile("quick"), max_examples=5)
settings.register_profile(
    "search",
    max_examples=100,
    derandomize=False,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "long", max_examples=1000, derandomize=False, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(  # for mutants: that a test fails is enough, the smallest failure interests nobody
    "first", settings.get_profile("quick"), phases=(Phase.explicit, Phase.generate), report_multiple_bugs=False
)
PROFILE = os.environ.get("AZUKARI_HYPOTHESIS", "quick")
settings.load_profile(PROFILE)
if PROFILE in ("quick", "brief", "first"):
    # Hypothesis also tries constants of whatever modules are loaded: the tests that ran before in the same process
    # would decide what is tried now. Derandomized means the same everywhere.
    providers._get_local_constants = lambda: providers._local_constants


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., object]:
    """`deployed(folder, …)`: a `Stage` on whose ledger the contracts stand, copied from one that is made once for all.

    Takes what `Stage` takes. Its ledger is to be started, and nothing is to be deployed.
    """
    from scripts.stage.processes import Stage

    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent

    def copied(folder: Path, *words: object, **named: object) -> Stage:
        with (place / "deployed.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if not (place / "deployed").exists():
                made = Stage(place / "deploying")
                try:
                    made.start_ledger()
                    made.deploy()
                finally:
                    made.stop()
                made.folder.rename(place / "deployed")
        shutil.copytree(place / "deployed", folder, dirs_exist_ok=True)
        return Stage(folder, *words, **named)

    return copied
