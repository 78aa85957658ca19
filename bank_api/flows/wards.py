"""Acting for another account: who may be heard for whom, what was done so, and the guardian whom the board appoints."""

from collections.abc import Awaitable
from typing import Any

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ForbiddenError
from bank_api.flows.approvals import in_order
from bank_api.flows.flow import Sent
from bank_api.protocol.acts import SUBMISSIONS
from bank_api.protocol.appointment import AppointmentBody
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.protocol.signed import read_signed
from bank_api.protocol.ward import HEADER
from bank_api.receipts import receipt
from bank_api.store.tables import DelegatedActRow
from bank_api.views.wards import standing
from chaincode.acts import item_id
from chaincode.bindings import Role, Scope
from chaincode.ids import parse_address, to_hex
from chaincode.typed_data import Appointment

_TEAM = Scope.REQUEST | Scope.DISCLOSURE | Scope.COUPON
"""What somebody of a partner's team may be let do in the partner's name."""
_ANY = Scope.SURVEY | Scope.CONSENT | Scope.COIN | Scope.DRAW | Scope.ESCROW | _TEAM
READS: dict[str, Scope] = {
    "/v1/me": _ANY,
    "/v1/me/answers": Scope.SURVEY,
    "/v1/me/requests": Scope.CONSENT,
    "/v1/me/consents": Scope.CONSENT,
    "/v1/me/releases": Scope.CONSENT,
    "/v1/me/rules": Scope.CONSENT,
    "/v1/me/passbook": Scope.COIN,
    "/v1/me/coupons": Scope.COUPON,
    "/v1/redemptions/{redemption_id}": Scope.COUPON,
    "/v1/me/terms": Scope.CONSENT,
    "/v1/proofs/terms": Scope.CONSENT,
    "/v1/me/box-grants": Scope.ESCROW,
    "/v1/me/box-readings": Scope.ESCROW,
    "/v1/proofs/accounts/{account}": _ANY,
    "/v1/requests": Scope.REQUEST,
    "/v1/requests/{request_id}": Scope.REQUEST,
    "/v1/requests/{request_id}/expectation": Scope.REQUEST,
    "/v1/releases": Scope.DISCLOSURE,
    "/v1/releases/{release_id}": Scope.DISCLOSURE,
    "/v1/releases/{release_id}/payload": Scope.DISCLOSURE,
    "/v1/releases/{release_id}/sealed": Scope.DISCLOSURE,
    "/v1/gift-orders": Scope.COUPON,
    "/v1/partner/summary": _TEAM,
    "/v1/partner/statement": Scope.COIN,
}
"""What may be read for a ward, by the path; any one of the scopes named is enough. Nothing else is."""

BOX_GRANT = "/v1/me/boxes/{box}/grants/{grantee}"
BOXES = frozenset({("PUT", BOX_GRANT), ("DELETE", BOX_GRANT)})
"""Whoever may see to a ward's documents lets itself into its boxes, and out of them."""

ACTS = frozenset(("POST", one.path) for one in SUBMISSIONS if one.by_delegate)


def speaking_for(bank: Bank, caller: Caller, ward: str, asked: tuple[str, str]) -> Caller:
    """The caller in a ward's place: as a member, or as somebody of a partner's team, and nothing else.

    `asked` is the method and the path of the route.

    Raises ForbiddenError where no delegation stands, or none that reaches so far.
    """
    account = parse_address(ward, HEADER)
    with bank.database.reading():
        given = standing(bank, account, caller.account)
        recorded = bank.index.account(account)
        person = bank.directory.person(account)
    if given is None or recorded is None or person is None or not caller.roles:
        raise ForbiddenError(said("refusal-not-for-ward", ward=account), hint=said("hint-delegate"))
    method, path = asked
    is_read = method == "GET" and path in READS and bool(READS[path] & given.scope)
    if asked not in ACTS and not is_read and not (asked in BOXES and Scope.ESCROW & given.scope):
        raise ForbiddenError(said("refusal-beyond-scope"), hint=said("hint-delegate"))
    roles = frozenset({"member"} if Role.MEMBER in recorded.active else ())
    if Role.PARTNER in recorded.active and _TEAM & given.scope:
        roles |= {"partner"}
    return Caller(account, caller.key, person.name, roles, delegate=caller.account)


async def noted(bank: Bank, act: str, sent: Sent[Any, Any], taking: Awaitable[Receipt]) -> Receipt:
    """Take an act that a delegate sent, and note it for whom it was done: before it is tried, and once it is taken."""
    row = DelegatedActRow(
        account=sent.caller.account,
        act=act,
        item_id=to_hex(item_id(sent.words)),
        delegate=sent.caller.delegate or "",
        sent_at=bank.clock(),
    )
    await in_thread(bank.catalog.save, row)
    answer = await taking
    row.block_number = answer.block_number
    await in_thread(bank.catalog.save, row)
    return answer


async def appoint(bank: Bank, body: AppointmentBody) -> Receipt:
    """Carry the board's appointment of a guardian to the ledger, which counts the approvals; it begins in a week."""
    words = read_signed(Appointment, body.appointment, "appointment").struct
    approvals = await in_thread(in_order, bank, words, [body.appointment.signature, *body.approvals])
    return receipt(await in_thread(bank.contracts.membership.appoint, bank.transactor, words, approvals))
