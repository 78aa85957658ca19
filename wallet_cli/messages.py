"""What people read: the catalogue in one language, with what only this side of it knows: moments and lines.

Texts of surveys, requests, notices and terms come from the bank in their own language and are shown as they are signed.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bank_api.protocol.messages import Catalogue

if TYPE_CHECKING:
    from bank_api.protocol.shapes.member import PassbookEntry

LAST_SECONDS = 253_402_128_000
"""The last day of the year 9999: no calendar here goes further."""


class Messages(Catalogue):
    """The catalogue in one language."""

    def words(self, *names: str) -> list[str]:
        """Headings, columns and labels, a word each."""
        return [self(f"word-{name}") for name in names]

    def passbook_line(self, entry: "PassbookEntry") -> str:
        """What a line tells; of a kind the catalogue does not know, the kind as the bank wrote it."""
        facts = {
            "title": entry.title or "",
            "partner": entry.partner or "",
            "count": entry.count or 0,
            "state": self.named("state", entry.state or ""),
        }
        return self.find(f"line-{entry.kind}", **facts) or entry.kind

    def moment(self, seconds: int) -> str:
        """Local time of the reader, to the minute; ∞ for what no calendar has, as a ledger's 64 bits can say."""
        if seconds >= LAST_SECONDS:
            return "∞"
        local = datetime.fromtimestamp(seconds, UTC).astimezone()
        return local.strftime("%Y年%m月%d日 %H:%M" if self.language == "ja" else "%Y-%m-%d %H:%M")
