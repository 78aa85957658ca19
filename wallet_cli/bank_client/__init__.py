"""The bank over HTTP, as one wallet sees it.

`BankConnection` is the shared connection pool; a `BankClient` is one key's view over it with a face per role. A client
is a handful of small objects, so a program may hold one per member and use them from many threads.
"""

from eth_account.signers.local import LocalAccount

from bank_api.protocol.signed import SignedMessage
from wallet_cli.bank_client.connection import BankConnection, RetryPolicy
from wallet_cli.bank_client.escrow import EscrowDeposit, EscrowFace
from wallet_cli.bank_client.member import MemberFace
from wallet_cli.bank_client.operator import Invitation, OperatorFace, Organization
from wallet_cli.bank_client.partner import BoardFace, PartnerFace, ShopFace
from wallet_cli.bank_client.public import PublicFace
from wallet_cli.bank_client.session import BankSession

__all__ = [
    "BankClient",
    "BankConnection",
    "EscrowDeposit",
    "Invitation",
    "Organization",
    "RetryPolicy",
    "SignedMessage",
]


class BankClient:
    """One key's client; `client.member.answer(…)`, `client.partner.releases()`, ..."""

    def __init__(self, connection: BankConnection, key: LocalAccount) -> None:
        self.session = BankSession(connection, key)
        self.public = PublicFace(connection)
        self.member = MemberFace(self.session)
        self.partner = PartnerFace(self.session)
        self.shop = ShopFace(self.session)
        self.board = BoardFace(self.session)
        self.operator = OperatorFace(self.session)
        self.escrow = EscrowFace(self.session)

    @property
    def account(self) -> str:
        """The permanent account this key acts for; logs in if need be."""
        return self.session.account
