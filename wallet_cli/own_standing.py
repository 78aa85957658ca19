"""One's own account as the ledger has it, so that nobody is kept from the time in which a recovery can be vetoed."""

from typing import TYPE_CHECKING

from bank_api.protocol.kinds import InboxKind
from bank_api.protocol.messages.said import said
from chaincode import places
from wallet_cli.errors import EvidenceError

if TYPE_CHECKING:
    from wallet_cli.invocation import Invocation

PAGES_MAX = 20


def check_standing(invocation: "Invocation") -> None:
    """Raises EvidenceError if the account rests, as it does while a recovery waits, and the bank tells of none."""
    account = invocation.client.account
    _, (word,) = invocation.proven.read("membership", [places.account_slot(account)])
    if not places.read_account(word).is_resting:
        return
    _, told = invocation.client.inbox.items(False, PAGES_MAX)
    if not any(one.kind in (InboxKind.RECOVERY_ASKED, InboxKind.RECOVERY_CERTAIN) for one in told):
        raise EvidenceError(said("error-hidden-recovery"), said("hint-hidden-recovery"))
