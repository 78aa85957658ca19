"""The key that answers are sealed to besides the member's own, and the one before it while documents pass from one
to the other.

    release.key            the present key, 32 bytes in hex, of the bank alone (mode 0600)
    release.key.next       one that is being made
    release.key.former     the key before, as long as anything is still wrapped to it

A rotation is two renames of whole files: killed between them, the next attempt goes on. Nothing here opens anything.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from bank_api.durable import sync, write_whole
from bank_api.protocol.messages.said import Said, said
from pds_adapter.sealing.keys import KeyPair

KEY, NEXT, FORMER = "release.key", "release.key.next", "release.key.former"
PROGRESS = "release.key.progress"


class RotationRefusedError(Exception):
    """The release key cannot be replaced now."""

    def __init__(self, why: Said) -> None:
        super().__init__(str(why))
        self.said = why


@dataclass(frozen=True, slots=True)
class ReleaseKeys:
    present: KeyPair
    former: KeyPair | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the documents have passed to the present key; for people, nothing relies on it."""

    accounts: int
    done: int
    """Accounts that were gone through in this pass."""
    wrapped: int
    """Documents wrapped anew since the bank started."""
    waiting: int
    """Accounts whose store did not answer in this pass."""
    is_finished: bool = False


def load(data: Path) -> ReleaseKeys:
    """The keys of a bank; its first one is made now."""
    path = data / KEY
    if not path.exists():
        write_whole(path, os.urandom(32).hex())  # answers sealed to a key that a power cut took could never be released
    present, former = _read(path), data / FORMER
    if not former.exists():
        return ReleaseKeys(present)
    before = _read(former)
    return ReleaseKeys(present, None if before.public == present.public else before)


def rotate(data: Path) -> ReleaseKeys:
    """Put a new key in place of the present one, which becomes the former. Takes effect when the bank starts.

    1. the new key, 2. the present one kept as the former, 3. the new one in its place. Raises RotationRefusedError.
    """
    path, fresh, former = data / KEY, data / NEXT, data / FORMER
    if not path.exists():
        raise RotationRefusedError(said("error-backup-no-bank", folder=str(data)))
    present = _read(path)
    if former.exists() and _read(former).public != present.public:
        raise RotationRefusedError(said("error-rotation-under-way"))
    if not fresh.exists():
        write_whole(fresh, os.urandom(32).hex())  # 1.
    write_whole(former, path.read_text().strip())  # 2.
    fresh.replace(path)  # 3.
    sync(data)
    (data / PROGRESS).unlink(missing_ok=True)
    return load(data)


def shown(data: Path) -> tuple[ReleaseKeys, Progress | None]:
    """What there is, making nothing. Raises RotationRefusedError where no bank is."""
    if not (data / KEY).exists():
        raise RotationRefusedError(said("error-backup-no-bank", folder=str(data)))
    return load(data), progress_of(data)


def forget_former(data: Path) -> None:
    """Nothing is wrapped to the former key any more. Its bytes are written over before its name goes."""
    former = data / FORMER
    if former.exists():
        with former.open("r+b") as file:
            file.write(b"0" * former.stat().st_size)
            file.flush()
            os.fsync(file.fileno())
        former.unlink()
        sync(data)


def note(data: Path, progress: Progress) -> None:
    write_whole(data / PROGRESS, json.dumps(asdict(progress)))


def progress_of(data: Path) -> Progress | None:
    """None before the first pass of a rotation, or where there never was one."""
    try:
        return Progress(**json.loads((data / PROGRESS).read_text()))
    except FileNotFoundError:
        return None


def _read(path: Path) -> KeyPair:
    return KeyPair.from_seed(bytes.fromhex(path.read_text().strip()))
