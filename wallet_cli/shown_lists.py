"""The lists that this wallet showed last: a number in place of an id means the row that its owner saw under it.

home/lists/<bank and wallet, hashed>.json holds ids alone, and is kept for convenience: whoever loses it types an id.
"""

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path

from chaincode.ids import text_hash
from wallet_cli.private_file import replace_private

FOLDER, NAME_DIGITS = "lists", 24
LISTS_KEPT = 12
DIGITS_MAX = 5
ACCOUNT_DIGITS = 42
"""Of an address with its 0x; every other id is longer."""


class ShownLists:
    """What was shown, the latest first."""

    def __init__(self, home: Path, bank_url: str, wallet: str) -> None:
        name = text_hash(f"{bank_url}\n{wallet}").hex()[:NAME_DIGITS]
        self._path = home / FOLDER / f"{name}.json"

    def remember(self, numbered: Mapping[int, str]) -> None:
        """Ids by the numbers that they were shown under. A disk that takes nothing takes no convenience away."""
        kept = [{str(number): item for number, item in numbered.items()}, *self._kept()][:LISTS_KEPT]
        with suppress(OSError):
            replace_private(self._path, json.dumps(kept).encode(), durable=False)

    def find(self, number: int, candidates: Collection[str]) -> str | None:
        """The candidate that was shown under a number, in the latest list that had one of them there."""
        for shown in self._kept():
            item = shown.get(str(number))
            if item in candidates:
                return item
        return None

    def account(self, number: int) -> str | None:
        """The account that was shown under a number, in the latest list that had one there."""
        found = (shown.get(str(number), "") for shown in self._kept())
        return next((item for item in found if len(item) == ACCOUNT_DIGITS), None)

    def _kept(self) -> list[dict[str, str]]:
        """Nothing if there is none, or what is there is no such file."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [one for one in kept if isinstance(one, dict)] if isinstance(kept, list) else []


LISTS: ContextVar[ShownLists | None] = ContextVar("LISTS", default=None)
"""Those of the wallet whose command runs; None outside of any."""


def number_in(text: str) -> int | None:
    """What a person typed in place of an id, where it is a row's number. No id begins so: they begin with 0x."""
    is_number = text.isascii() and text.isdecimal() and not text.startswith("0") and len(text) <= DIGITS_MAX
    return int(text) if is_number else None
