"""Joining, roles, delegation, keys and coins, as `gas` measures them."""

from functools import partial

from eth_account.signers.local import LocalAccount

from chaincode.bindings import Role, Scope, SignedRotation
from chaincode.ids import EMPTY_ID, text_hash
from chaincode.typed_data import (
    DELEGATION_STATEMENT,
    BoundTransfer,
    CoinTransfer,
    Delegation,
    Join,
    KeyRotation,
    Permit,
)

from .gas_bench import LATE, Bench, account, item_id

PARTNER_COINS = 10**12
POLICY = text_hash("policy")
BOUND_COINS = 4


def arrive(bench: Bench) -> None:
    """Terms, members, roles, coins for the partner."""
    face, send, terms = bench.contracts.membership, bench.send, text_hash("terms")
    bench.single("membership.set_terms", lambda: face.set_terms(send, terms, text_hash("I join")))
    people = [*bench.members, bench.guardian]
    joins = [
        bench.signed(Join(item_id("join", one), one.address, "I join", terms, EMPTY_ID, LATE), one) for one in people
    ]
    face.join_batch(send, joins[-1:])
    bench.together("membership.join", len(bench.members), lambda: face.join_batch(send, joins[:-1]))
    face.enroll(send, bench.partner.address, Role.PARTNER)
    face.enroll(send, bench.shop.address, Role.SHOP, bench.partner.address)
    face.enroll(send, bench.board.address, Role.BOARD)
    custodians = [partial(face.enroll, send, one.address, Role.CUSTODIAN) for one in bench.custodians]
    bench.single("membership.enroll", *custodians)
    sell = partial(bench.contracts.coin.sell, send, bench.partner.address)
    bench.single("coin.sell", lambda: sell(PARTNER_COINS, text_hash("invoice")), lambda: sell(1, text_hash("another")))


def delegate(bench: Bench) -> None:
    """Everybody lets one guardian answer and consent."""
    scope = int(Scope.SURVEY | Scope.CONSENT)
    bench.act("membership.delegate", [(_delegation(bench, one, "begin", scope, LATE), one) for one in bench.members])
    face, who, child = bench.contracts.membership, bench.guardian.address, bench.custodians[0].address
    by_court = (text_hash("court"), child, who, Scope.SURVEY, LATE, text_hash("paper"))
    bench.single("membership.appoint", lambda: face.appoint(bench.send, *by_court))


def end_delegation(bench: Bench) -> None:
    items = [(_delegation(bench, one, "end", 0, 0), one) for one in bench.members]
    bench.act("membership.delegate", items, "end")


def _delegation(bench: Bench, one: LocalAccount, name: str, scope: int, until: int) -> Delegation:
    words = (item_id(f"delegation {name}", one), one.address, DELEGATION_STATEMENT, bench.guardian.address)
    return Delegation(*words, scope, until, LATE)


def move_coins(bench: Bench) -> None:
    """Coins from member to member, by oneself, relayed, and as ERC-20 has it; bound coins from the partner."""
    face, send, shop = bench.contracts.coin, bench.send, bench.shop.address
    gifts = [CoinTransfer(item_id("transfer", one), one.address, shop, 1, LATE) for one in bench.members]
    signed = [bench.signed(*one) for one in zip(gifts, bench.members, strict=True)]
    alone = [partial(face.transfer, bench.own(one), shop, 1) for one in bench.members]
    bench.two_forms("coin.transfer", alone, lambda: face.transfer_batch(send, signed))
    aoi, ren = bench.members[:2]
    bench.single("coin.approve", partial(bench.call, aoi, "coin.approve", ren.address, 1))
    bench.single("coin.transferFrom", partial(bench.call, ren, "coin.transferFrom", aoi.address, ren.address, 1))
    permit = Permit(ren.address, aoi.address, 1, face.permit_nonce(ren.address), LATE)
    whole = bench.signature(permit, ren)
    parts = (whole[64], whole[:32], whole[32:64])
    handed_in = (permit.owner, permit.spender, permit.value, permit.deadline, *parts)
    bench.single("coin.permit", partial(bench.call, bench.operator, "coin.permit", *handed_in))
    bench.single("coin.set_policy", lambda: face.set_policy(send, POLICY, [bench.partner.address]))
    bound = [
        BoundTransfer(item_id("bound", one), bench.partner.address, one.address, BOUND_COINS, POLICY, LATE)
        for one in bench.members
    ]
    bench.act("coin.transfer_bound", [(one, bench.partner) for one in bound])


def change(bench: Bench) -> None:
    """New keys for everybody, by themselves and by the operator; suspension; a role taken away."""
    face, send, reason = bench.contracts.membership, bench.send, text_hash("reason")
    rotations = []
    for one in bench.members:
        new = account(f"new key of {one.address}")
        words = KeyRotation(item_id("rotation", one), one.address, new.address, EMPTY_ID, LATE)
        rotations.append(SignedRotation(words, bench.signature(words, one), bench.signature(words, new)))
    alone = [
        partial(face.rotate, bench.own(one), rotation.struct, rotation.new_key_signature)
        for one, rotation in zip(bench.members, rotations, strict=True)
    ]
    bench.two_forms("membership.rotate", alone, lambda: face.rotate_batch(send, rotations))
    aoi, custodian = bench.members[0].address, bench.custodians[0].address
    newest = account("newest").address
    bench.single("membership.rotate_key", lambda: face.rotate_key(send, aoi, newest, reason))
    bench.single("membership.suspend", lambda: face.suspend(send, aoi, reason))
    bench.single("membership.reinstate", lambda: face.reinstate(send, aoi, reason))
    bench.single("membership.dismiss", lambda: face.dismiss(send, custodian, Role.CUSTODIAN, reason))
