"""The bank over HTTP, as one wallet sees it.

`BankConnection` is the shared connection pool; a `BankClient` is one key's view over it: `send` for every act that
people sign, and a face per role for what they read. A client is a handful of small objects, so a program may hold one
per member and use them from many threads.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bank_api.protocol.shapes.receipts import Receipt
from chaincode.keys import Key
from wallet_cli.bank_client.boxes import BoxesFace
from wallet_cli.bank_client.connection import BankConnection, RetryPolicy, read_shape
from wallet_cli.bank_client.draws import DrawsFace
from wallet_cli.bank_client.escrow import EscrowFace
from wallet_cli.bank_client.files import FileGrantsFace, FilesFace
from wallet_cli.bank_client.inbox import InboxFace
from wallet_cli.bank_client.kept_keys import KeptKeysFace
from wallet_cli.bank_client.member import MemberFace
from wallet_cli.bank_client.notices import NoticesFace
from wallet_cli.bank_client.offices import OfficeFace
from wallet_cli.bank_client.operator import Invitation, OperatorFace, Organization
from wallet_cli.bank_client.partner import BoardFace, PartnerFace, ShopFace
from wallet_cli.bank_client.promotions import PromotionsFace
from wallet_cli.bank_client.proofs import ProofFace
from wallet_cli.bank_client.public import PublicFace
from wallet_cli.bank_client.recovery import RecoveryFace
from wallet_cli.bank_client.rights import RightsFace
from wallet_cli.bank_client.rules import RulesFace
from wallet_cli.bank_client.session import BankSession
from wallet_cli.bank_client.shared_key import SharedKeyFace
from wallet_cli.bank_client.terms import TermsFace
from wallet_cli.bank_client.wards import WardsFace

if TYPE_CHECKING:
    from chaincode.typed_data import Signed
    from wallet_cli.signing.draft import Draft

__all__ = ["BankClient", "BankConnection", "Invitation", "Organization", "RetryPolicy"]


class BankClient:
    """One key's client; `client.send(signed)`, `client.partner.releases()`, ..."""

    def __init__(
        self,
        connection: BankConnection,
        key: Key,
        ward: str | None = None,
        check_receipt: "Callable[[Signed[Any], Receipt], None] | None" = None,
    ) -> None:
        """`ward` is the account to act for, where the key's own account may do so.

        `check_receipt` raises what it finds wrong with the receipt of an act; without it receipts are believed.
        """
        self._check_receipt = check_receipt
        self.session = BankSession(connection, key, ward)
        self.public = PublicFace(connection)
        self.member = MemberFace(self.session)
        self.partner = PartnerFace(self.session)
        self.shop = ShopFace(self.session)
        self.board = BoardFace(self.session)
        self.operator = OperatorFace(self.session)
        self.office = OfficeFace(self.session)
        self.escrow = EscrowFace(self.session)
        self.files = FilesFace(self.session)
        self.file_grants = FileGrantsFace(self.session)
        self.draws = DrawsFace(self.session)
        self.recovery = RecoveryFace(self.session)
        self.rules = RulesFace(self.session)
        self.wards = WardsFace(self.session)
        self.proofs = ProofFace(self.session)
        self.rights = RightsFace(self.session)
        self.inbox = InboxFace(self.session)
        self.terms = TermsFace(self.session)
        self.notices = NoticesFace(self.session)
        self.shared_key = SharedKeyFace(self.session)
        self.boxes = BoxesFace(self.session)
        self.promotions = PromotionsFace(self.session)
        self.kept_keys = KeptKeysFace(self.session)

    @property
    def account(self) -> str:
        """The permanent account this key acts for; logs in if need be."""
        return self.session.account

    def send(self, act: "Signed[Any] | Draft[Any, Any]") -> Receipt:
        """Send an act that was signed, with what travels beside it; its receipt comes once the block is sealed."""
        from bank_api.protocol.acts import SUBMISSION_OF, Parts, Sender
        from wallet_cli.signing.draft import Draft

        signed, parts = (act.signed, act.parts) if isinstance(act, Draft) else (act, Parts())
        submission = SUBMISSION_OF[type(signed.struct)]
        path, body = submission.path_of(signed.struct), submission.body_of(signed, parts)
        if submission.sender is Sender.STRANGER:
            answer = self.session.connection.call("POST", path, body=body)
        else:
            answer = self.session.post(path, body)
        receipt = read_shape(submission.receipt, answer, path)
        if self._check_receipt is not None:
            self._check_receipt(signed, receipt)
        return receipt
