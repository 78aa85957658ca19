"""Entering a prize draw: the nonce that helps to decide it is made from the wallet's key, so that none can be lost."""

import hashlib
import hmac

from bank_api.protocol.shapes.draws import DrawView
from chaincode.bindings.draw import commit
from chaincode.ids import id_from_hex
from chaincode.typed_data import Entry, Signed
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer

NONCE_LABEL = b"azukari draw nonce 1\x00"


@translated_errors()
def enter_draw(signer: Signer, draw: DrawView) -> Signed[Entry]:
    """An entry for the draw's price, committed to a nonce that only this wallet can show."""
    entry_id = signer.new_id()
    return signer.sign(
        Entry(
            entry_id=entry_id,
            member=signer.account,
            draw_id=id_from_hex(draw.draw_id, "draw_id"),
            title=draw.title,
            nonce_hash=commit(entry_id, nonce_of(signer, entry_id)),
            coins=draw.price_coins,
            deadline=signer.deadline(),
        )
    )


def nonce_of(signer: Signer, entry_id: bytes) -> bytes:
    """The 32 bytes that this wallet shows for an entry of its own."""
    return hmac.new(bytes(signer.key.key), NONCE_LABEL + entry_id, hashlib.sha256).digest()
