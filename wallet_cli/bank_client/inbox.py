"""What awaits whoever is logged in."""

from bank_api.protocol.shapes.inbox import Inbox, InboxItem
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.bank_client.session import BankSession


class InboxFace:
    def __init__(self, session: BankSession) -> None:
        self._session = session

    def items(self, unread: bool = False, pages_max: int = 1) -> tuple[Inbox, list[InboxItem]]:
        """The first page, and the items of so many pages, the newest first."""
        path = f"/v1/inbox?unread={str(unread).lower()}"
        first = page = self._session.read(Inbox, path)
        items = list(page.items)
        for _ in range(pages_max - 1):
            if page.next is None:
                break
            page = self._session.read(Inbox, f"{path}&cursor={page.next}")
            items += page.items
        return first, items

    def note_read(self, through: int) -> Inbox:
        path = "/v1/inbox/read"
        return read_shape(Inbox, self._session.call("PUT", path, {"through": through}), path)
