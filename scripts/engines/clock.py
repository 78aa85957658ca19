"""A time of day that all geth nodes of a network share and that stands still until it is set.

Clique writes the time of day into every header, and the contracts' tests travel days. geth has no option for that, and
its source is not touched: `overlay` has Go build it with one line more in Go's own `time.Now`, which then reads the
time of day from a small file that all processes map. Timers and deadlines stay true. Only forward, as Clique demands.
"""

from __future__ import annotations

import json
import mmap
import re
import struct
import subprocess
from pathlib import Path

from .nodes import EngineMissingError

HOOK = Path(__file__).with_name("settable_clock.go")
VARIABLE = "AZUKARI_CLOCK"
_NOW = re.compile(r"(?m)^func Now\(\) Time \{\n\tsec, nsec, mono := \w+\(\)\n")
_NANOSECONDS = 10**9


def overlay(go: str, folder: Path) -> Path:
    """Write what `go build -overlay` needs so that the time of day can be set, and return that file."""
    root = subprocess.run([go, "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip()
    original = Path(root) / "src" / "time" / "time.go"
    changed, places = _NOW.subn(
        lambda found: found.group() + "\tsec, nsec = settable(sec, nsec)\n", original.read_text()
    )
    if places != 1:
        raise EngineMissingError(f"{original} is not written as clock.py knows it, so geth's clock cannot be set")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "time.go").write_text(changed)
    replaced = {str(original): str(folder / "time.go"), str(original.with_name(HOOK.name)): str(HOOK)}
    (folder / "overlay.json").write_text(json.dumps({"Replace": replaced}))
    return folder / "overlay.json"


class SharedClock:
    """The clock's only writer. `path` goes to the nodes in the variable AZUKARI_CLOCK."""

    def __init__(self, path: Path, seconds: int) -> None:
        self.path = path
        self.is_late = False
        """Whether it stands at the end of its second. Then a signer out of turn, who waits up to 1.5 s from the
        second's beginning, has mostly waited already: right only when a single signer may seal."""
        path.write_bytes(struct.pack("=q", seconds * _NANOSECONDS))
        with path.open("r+b") as file:
            self._content = mmap.mmap(file.fileno(), 8)

    @property
    def seconds(self) -> int:
        return int(struct.unpack("=q", self._content[:])[0]) // _NANOSECONDS

    def set(self, seconds: int) -> None:
        """Move to a second; back is refused, because a block from the future is not taken."""
        if seconds < self.seconds:
            raise ValueError(f"the clock stands at {self.seconds} and does not go back to {seconds}")
        within = _NANOSECONDS - 1 if self.is_late else 0
        self._content[:] = struct.pack("=q", seconds * _NANOSECONDS + within)
