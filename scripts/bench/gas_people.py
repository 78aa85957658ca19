"""Joining, roles, delegation, keys and coins, as `gas` measures them."""

from collections.abc import Sequence
from functools import partial

from eth_account.signers.local import LocalAccount

from chaincode.bindings import Role, Scope, SignedRotation
from chaincode.ids import EMPTY_ID, text_hash
from chaincode.typed_data import (
    ACCEPTANCE_STATEMENT,
    DELEGATION_STATEMENT,
    GUARDIANS_STATEMENT,
    Acceptance,
    Appointment,
    BoundTransfer,
    CoinIssue,
    CoinTransfer,
    Delegation,
    EncryptionKey,
    Guardians,
    Join,
    KeyRotation,
    Permit,
    Quota,
    Recovery,
    RecoveryVeto,
    Seat,
)

from .gas_bench import LATE, Bench, account, item_id, require

PARTNER_COINS = 10**12
POLICY = text_hash("policy")
BOUND_COINS = 4


def arrive(bench: Bench) -> None:
    """Terms, members, roles, coins for the partner."""
    face, send, terms = bench.contracts.membership, bench.send, text_hash("terms")
    bench.single("membership.set_terms", lambda: face.set_terms(send, terms, text_hash("I join"), LATE))
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
    coin, large = bench.contracts.coin, CoinIssue(text_hash("large"), bench.partner.address, 5, LATE)
    approvals = [bench.signature(large, bench.board)]
    bench.single("coin.approve_issue", lambda: coin.approve_issue(send, large, approvals))
    quota = Quota(text_hash("quota"), 2 * 10**12, 3600, 1, LATE)
    bench.single("coin.set_quota", lambda: coin.set_quota(send, quota, [bench.signature(quota, bench.board)]))


def delegate(bench: Bench) -> None:
    """Everybody lets one guardian answer and consent."""
    scope = int(Scope.SURVEY | Scope.CONSENT)
    bench.act("membership.delegate", [(_delegation(bench, one, "begin", scope, LATE), one) for one in bench.members])
    face, who, child = bench.contracts.membership, bench.guardian.address, bench.custodians[0].address
    by_court = Appointment(text_hash("court"), child, who, int(Scope.SURVEY), LATE, text_hash("paper"), 1, LATE)
    approvals = [bench.signature(by_court, bench.board)]
    bench.single("membership.appoint", lambda: face.appoint(bench.send, by_court, approvals))


def end_delegation(bench: Bench) -> None:
    items = [(_delegation(bench, one, "end", 0, 0), one) for one in bench.members]
    bench.act("membership.delegate", items, "end")


def _delegation(bench: Bench, one: LocalAccount, name: str, scope: int, until: int) -> Delegation:
    words = (item_id(f"delegation {name}", one), one.address, DELEGATION_STATEMENT, bench.guardian.address)
    return Delegation(*words, scope, until, 1 if scope else 2, LATE)


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


def agree(bench: Bench) -> None:
    """Everybody accepts the new terms."""
    face, terms = bench.contracts.membership, text_hash("new terms")
    require("new terms", [face.set_terms(bench.send, terms, text_hash("I join"), LATE)])
    words = [
        (Acceptance(item_id("acceptance", one), one.address, ACCEPTANCE_STATEMENT, terms, LATE), one)
        for one in bench.members
    ]
    bench.act("membership.accept", words)


def recover(bench: Bench) -> None:
    """Everybody names two guardians; they and the account's own veto; a new key for one."""
    face, send, late = bench.contracts.recovery, bench.send, bench.members
    people = tuple(sorted((one.address for one in bench.custodians), key=lambda one: int(one, 16)))
    numbers = (2, 1, 1, LATE)
    named = [
        (Guardians(item_id("guardians", one), one.address, GUARDIANS_STATEMENT, people, *numbers), one) for one in late
    ]
    bench.act("recovery.name_guardians", named)
    key, order = text_hash("key"), (1, LATE)
    keys = [(EncryptionKey(item_id("encryption key", one), one.address, key, *order), one) for one in late]
    bench.act("membership.set_encryption_key", keys)
    begun = [_recovery(bench, one, "vetoed") for one in late]
    bench.single("recovery.recover", *(partial(face.recover, send, *one) for one in begun))
    vetoes = [
        (RecoveryVeto(words.recovery_id, words.account, LATE), one)
        for (words, *_), one in zip(begun, late, strict=True)
    ]
    bench.act("recovery.veto_recovery", vetoes)
    words, by_new_key, approvals = _recovery(bench, bench.guardian, "done", bench.members[:2])
    mine = tuple(sorted((one.address for one in bench.members[:2]), key=lambda one: int(one, 16)))
    guarded = Guardians(text_hash("guarded"), words.account, GUARDIANS_STATEMENT, mine, *numbers)
    require("guardians", face.name_guardians_batch(send, [bench.signed(guarded, bench.guardian)]))
    require("recover", face.recover(send, words, by_new_key, approvals))
    bench.pass_time(2)
    bench.single("recovery.complete_recovery", lambda: face.complete(send, words))


def _recovery(
    bench: Bench, one: LocalAccount, name: str, guardians: Sequence[LocalAccount] | None = None
) -> tuple[Recovery, bytes, list[bytes]]:
    new = account(f"{name} key of {one.address}")
    words = Recovery(item_id(name, one), one.address, new.address, text_hash("key"), text_hash("evidence"), 1, LATE)
    approvers = sorted(guardians or bench.custodians[:2], key=lambda who: int(who.address, 16))
    return words, bench.signature(words, new), [bench.signature(words, who) for who in approvers]


def change(bench: Bench) -> None:
    """New keys for everybody, by themselves; a seat on the board; suspension; a role taken away."""
    face, send, reason = bench.contracts.membership, bench.send, text_hash("reason")
    rotations = []
    for one in bench.members:
        new = account(f"new key of {one.address}")
        words = KeyRotation(item_id("rotation", one), one.address, new.address, EMPTY_ID, EMPTY_ID, LATE)
        rotations.append(SignedRotation(words, bench.signature(words, one), bench.signature(words, new)))
    alone = [
        partial(face.rotate, bench.own(one), rotation.struct, rotation.new_key_signature)
        for one, rotation in zip(bench.members, rotations, strict=True)
    ]
    bench.two_forms("membership.rotate", alone, lambda: face.rotate_batch(send, rotations))
    aoi, custodian = bench.members[0].address, bench.custodians[0].address
    seat = Seat(text_hash("seat"), account("second").address, int(Role.BOARD), True, 1, LATE)
    known = (bench.board, *(account(f"drawer {number}") for number in range(3)))
    board = sorted(
        (one for one in known if face.has_role(one.address, Role.BOARD)), key=lambda one: int(one.address, 16)
    )
    bench.single("membership.seat", lambda: face.seat(send, seat, [bench.signature(seat, one) for one in board]))
    bench.single("membership.suspend", lambda: face.suspend(send, aoi, reason))
    bench.single("membership.reinstate", lambda: face.reinstate(send, aoi, reason))
    bench.single("membership.dismiss", lambda: face.dismiss(send, custodian, Role.CUSTODIAN, reason))
