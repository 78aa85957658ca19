"""What the board signs about its own seats and the operator's."""

from bank_api.protocol.seat import SeatBody
from bank_api.protocol.signed import SignedBody, read_signed
from chaincode.bindings import Role
from chaincode.ids import to_hex
from chaincode.typed_data import Seat
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer

SEAT_SECONDS = 30 * 86400
"""A seat goes from hand to hand: its words stay good for a month."""


@translated_errors()
def propose_seat(
    signer: Signer, account: str, role: Role, name: str, *, seated: bool, encryption_key: str | None = None
) -> SeatBody:
    """The first signature under the words; it counts as an approval."""
    words = Seat(signer.new_id(), account, int(role), seated, signer.sequence(), signer.now() + SEAT_SECONDS)
    signed = SignedBody.model_validate(signer.sign(words).to_json())
    return SeatBody(seat=signed, name=name, encryption_key=encryption_key, approvals=[])


@translated_errors()
def words_of(body: SeatBody) -> Seat:
    """The words that are approved."""
    return read_signed(Seat, body.seat, "seat").struct


@translated_errors()
def approve_seat(signer: Signer, body: SeatBody) -> SeatBody:
    """The same with this wallet's approval in it."""
    signature = to_hex(signer.sign(words_of(body)).signature)
    return body.model_copy(update={"approvals": [*body.approvals, signature]})
