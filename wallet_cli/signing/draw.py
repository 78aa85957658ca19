"""Prize draws: entering one, and being one of its drawers.

What a drawer shares with another follows from both their keys and from every term of the draw, so there is nothing to
keep and nothing to lose: either of the two can work it out again, and under other terms, or with another's key in place
of the right one, it comes out as something else.
"""

from bank_api.protocol.documents.draw import purpose
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.draws import DrawView
from chaincode.bindings.draw import commit, part_number
from chaincode.ids import EMPTY_ID, id_from_hex
from chaincode.typed_data import DrawBinding, Entry, Signed
from pds_adapter.sealing.agreement import agreed_secret
from pds_adapter.sealing.canonical import canonical_json
from pds_adapter.sealing.keys import PublicKey
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer


@translated_errors()
def enter_draw(signer: Signer, draw: DrawView) -> Signed[Entry]:
    """An entry for the draw's price, with a nonce of its own."""
    return signer.sign(
        Entry(
            entry_id=signer.new_id(),
            member=signer.account,
            draw_id=id_from_hex(draw.draw_id, "draw_id"),
            title=draw.title,
            nonce=signer.randomness(32),
            coins=draw.price_coins,
            deadline=signer.deadline(),
        )
    )


@translated_errors()
def bind_draw(signer: Signer, draw: DrawView) -> Signed[DrawBinding]:
    """A drawer's commitments to the parts it shares, in the order of the drawers."""
    draw_id, secrets = id_from_hex(draw.draw_id, "draw_id"), _secrets(signer, draw)
    return signer.sign(
        DrawBinding(
            binding_id=signer.new_id(),
            drawer=signer.account,
            draw_id=draw_id,
            title=draw.title,
            commitments=tuple(
                commit(draw_id, secrets[place]) if place in secrets else EMPTY_ID for place in range(len(draw.drawers))
            ),
            deadline=signer.deadline(),
        )
    )


@translated_errors()
def parts_to_show(signer: Signer, draw: DrawView) -> dict[int, bytes]:
    """Every part that this drawer knows, by its number. Refuses until the entries close by this machine's clock."""
    if signer.now() <= draw.closes_at:
        raise InputError("DRAW", said("rule-draw-not-closed"))
    own = _place(signer, draw)
    return {part_number(own, place): secret for place, secret in _secrets(signer, draw).items()}


def _secrets(signer: Signer, draw: DrawView) -> dict[int, bytes]:
    """What this drawer shares with each other one, by the other's place."""
    own, what_for = _place(signer, draw), canonical_json(purpose(draw))
    if draw.drawers[own].encryption_key != signer.encryption.public.to_hex():
        raise InputError("DRAW", said("rule-drawer-key"))
    return {
        place: agreed_secret(signer.encryption, PublicKey.from_hex(drawer.encryption_key), what_for)
        for place, drawer in enumerate(draw.drawers)
        if place != own
    }


def _place(signer: Signer, draw: DrawView) -> int:
    for place, drawer in enumerate(draw.drawers):
        if drawer.account == signer.account:
            return place
    raise InputError("DRAW", said("rule-no-drawer"))
