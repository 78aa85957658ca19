"""The wallet: keys, what they sign, and the `azukari` command."""

import sys

from chaincode.late_key_files import load_key_files_late

load_key_files_late()
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
# httpx imports its own command line (click, pygments) wherever these are installed, and does without them elsewhere.
