"""What is signed about acting for others: a delegation, its end, and the board's appointment of a guardian."""

from bank_api.protocol.appointment import AppointmentBody
from bank_api.protocol.messages.said import said
from bank_api.protocol.signed import SignedBody, read_signed
from chaincode.bindings import Scope
from chaincode.ids import to_hex
from chaincode.typed_data import DELEGATION_STATEMENT, Appointment, Delegation, Signed
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer

APPOINTMENT_SECONDS = 30 * 86400
"""An appointment goes from hand to hand: its words stay good for a month."""


@translated_errors()
def delegate(signer: Signer, account: str, scope: Scope, until: int) -> Signed[Delegation]:
    """Let another account act for this one, within a scope, until a date."""
    if account == signer.account:
        raise InputError("DELEGATE", said("rule-somebody-else"))
    if not scope:
        raise InputError("--may", said("rule-one-scope"))
    return signer.sign(_words(signer, account, scope, until))


@translated_errors()
def end_delegation(signer: Signer, account: str) -> Signed[Delegation]:
    """The other may no longer act for this account; whoever appointed it."""
    return signer.sign(_words(signer, account, Scope(0), 0))


def _words(signer: Signer, account: str, scope: Scope, until: int) -> Delegation:
    return Delegation(
        delegation_id=signer.new_id(),
        account=signer.account,
        statement=DELEGATION_STATEMENT,
        delegate=account,
        scope=int(scope),
        until=until,
        sequence=signer.sequence(),
        deadline=signer.deadline(),
    )


@translated_errors()
def propose_guardian(
    signer: Signer, ward: str, guardian: str, scope: Scope, until: int, evidence_hash: bytes
) -> AppointmentBody:
    """The first signature under the words; it counts as an approval."""
    words = Appointment(
        delegation_id=signer.new_id(),
        account=ward,
        guardian=guardian,
        scope=int(scope),
        until=until,
        evidence_hash=evidence_hash,
        sequence=signer.sequence(),
        deadline=signer.now() + APPOINTMENT_SECONDS,
    )
    return AppointmentBody(appointment=SignedBody.model_validate(signer.sign(words).to_json()), approvals=[])


@translated_errors()
def words_of(body: AppointmentBody) -> Appointment:
    """The words that are approved."""
    return read_signed(Appointment, body.appointment, "appointment").struct


@translated_errors()
def approve_guardian(signer: Signer, body: AppointmentBody) -> AppointmentBody:
    """The same with this wallet's approval in it."""
    signature = to_hex(signer.sign(words_of(body)).signature)
    return body.model_copy(update={"approvals": [*body.approvals, signature]})
