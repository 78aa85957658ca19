"""The wallet: keys, what they sign, and the `azukari` command."""

import sys

sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
# httpx imports its own command line (click, pygments) wherever these are installed, and does without them elsewhere.
