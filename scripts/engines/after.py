"""The second half of the story, and what the contracts hold at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chaincode.bindings import Release, SignedRedemption, SignedRotation
from chaincode.ids import EMPTY_ID, NOBODY, salted_account
from chaincode.typed_data import (
    DELETION_STATEMENT,
    Acknowledgement,
    Answer,
    Contribution,
    CouponClass,
    Deletion,
    EscrowPolicy,
    KeyRotation,
    OpeningRequest,
    Purchase,
    Redemption,
    Salt,
    ShareReceipt,
    Veto,
)

from .teller import LATE, PAST, Teller
from .transcript import plain

COFFEE = "A cup of coffee"


def disclose(teller: Teller) -> None:
    """A release with a withdrawn consent is refused whole; one with live consents pays, and is acknowledged."""
    face, root = teller.bank.disclosure, teller.id("payload root")
    names = (teller.id("release"), teller.id("request"))
    release = Release(*names, items=7, payload_root=root, method_hash=teller.id("method"), rows=2, suppressed=0, k=2)
    live = [teller.id(f"consent {name} request") for name in ("aoi", "ren")]
    withdrawn = teller.id("consent yui request")
    three = replace(release, rows=3)
    teller.refused("disclose a withdrawn consent", lambda: face.disclose(teller.send, three, [*live, withdrawn]))
    teller.refused("disclose with k of 1", lambda: face.disclose(teller.send, replace(release, k=1), live))
    teller.note("disclose", face.disclose(teller.send, release, live))
    teller.note("disclose again", face.disclose(teller.send, release, live))
    partner = teller.address("partner")
    good, other = (Acknowledgement(names[0], partner, one, LATE) for one in (root, teller.id("another root")))
    acknowledged = [teller.signed(other, "partner"), teller.signed(good, "partner"), teller.signed(good, "partner")]
    teller.note("acknowledge", face.acknowledge_batch(teller.send, acknowledged))
    gone = Deletion(names[0], partner, DELETION_STATEMENT, teller.id("certificate"), LATE)
    attested = [teller.signed(gone, "aoi"), teller.signed(gone, "partner")]
    teller.note("attest deletion", face.attest_deletion_batch(teller.send, attested))


def shop(teller: Teller) -> None:
    """Coupons are bought with coins and redeemed once; sold out, too dear, expired and used ones are refused."""
    face, coupons = teller.bank.coupon, teller.id("coffee")
    heading = (coupons, teller.address("partner"), COFFEE)
    words = CouponClass(*heading, 2, 2, 0, LATE, LATE, EMPTY_ID, teller.id("small print"), LATE)
    teller.note("publish coupons", face.publish_batch(teller.send, [teller.signed(words, "partner")]))

    def purchase(name: str, count: int = 1, coins: int = 2) -> Any:
        item = (teller.id(f"purchase {name} {count} {coins}"), teller.address(name), coupons, COFFEE)
        return teller.signed(Purchase(*item, count, coins, LATE), name)

    buying = [purchase("aoi"), purchase("ren", coins=1), purchase("ren", 2, 4), purchase("ren"), purchase("yui")]
    teller.note("buy", face.buy_batch(teller.send, [*buying, buying[0]]))

    def redemption(name: str, number: int = 1, seller: str = "shop", deadline: int = LATE) -> SignedRedemption:
        named = (teller.id(f"redemption {name} {number}"), coupons, COFFEE, teller.address(seller))
        salt, offer = Salt(teller.id(f"salt {name} {number}")), Redemption(*named, EMPTY_ID, deadline)
        words = replace(offer, member_hash=salted_account(teller.address(name), salt))
        signatures = teller.signature(words, name), teller.signature(offer, seller)
        return SignedRedemption(words, teller.address(name), salt, *signatures)

    redeeming = [redemption("aoi", deadline=PAST), redemption("ren", seller="partner"), redemption("aoi")]
    teller.note("redeem", face.redeem_batch(teller.send, [*redeeming, redeeming[2], redemption("aoi", 2)]))


def entrust(teller: Teller) -> None:
    """An escrow of two custodians, active when both have acknowledged, opened when both have contributed."""
    face, escrow, opening = teller.bank.escrow, teller.id("escrow"), teller.id("opening")
    custodians = tuple(teller.address(f"custodian {number}") for number in range(2))
    commitments = teller.id("commitments")
    policy = EscrowPolicy(
        escrow, teller.address("aoi"), 2, custodians, commitments, teller.id("document"), 0, NOBODY, EMPTY_ID, LATE
    )
    teller.note("create escrow", face.create_batch(teller.send, [teller.signed(policy, "aoi")]))
    asked = OpeningRequest(opening, escrow, policy.owner, teller.id("recipient key"), teller.id("my reason"), LATE)
    early = teller.signed(asked, "aoi")
    teller.note("open too early", face.request_opening_batch(teller.send, [early]))

    def receipt(number: int, what: bytes = commitments) -> Any:
        return teller.signed(ShareReceipt(escrow, custodians[number], what, LATE), f"custodian {number}")

    receipts = [receipt(0), receipt(1, teller.id("other commitments")), receipt(1), receipt(0)]
    teller.note("acknowledge shares", face.acknowledge_batch(teller.send, receipts))
    teller.note("request opening", face.request_opening_batch(teller.send, [early, early]))

    def contribution(number: int) -> Any:
        words = Contribution(
            opening, custodians[number], asked.struct_hash(), teller.id(f"contribution {number}"), LATE
        )
        return teller.signed(words, f"custodian {number}")

    stranger = teller.signed(
        Contribution(opening, policy.owner, asked.struct_hash(), teller.id("nothing"), LATE), "aoi"
    )
    given = [contribution(0), stranger, contribution(0), contribution(1)]
    teller.note("contribute", face.contribute_batch(teller.send, given))
    late = teller.signed(Veto(opening, policy.owner, LATE), "aoi")
    teller.note("veto too late", face.veto_batch(teller.send, [late]))


def change_keys(teller: Teller) -> None:
    """A key is replaced by both keys' signatures: the old one may no more, the new one has what the account has."""
    account, new_key = teller.address("ren"), teller.address("ren's new key")
    words = KeyRotation(teller.id("rotation"), account, new_key, teller.id("key"), teller.id("evidence"), LATE)
    signatures = (teller.signature(words, "ren"), teller.signature(words, "ren's new key"))
    rotations = [SignedRotation(words, signatures[0], signatures[0]), SignedRotation(words, *signatures)]
    teller.note("rotate", teller.bank.membership.rotate_batch(teller.send, rotations))
    what = (teller.id("second survey"), "And today?")

    def one(key: str) -> Any:
        item = Answer(
            teller.id("second answer"), account, *what, teller.id("commitment"), teller.id("recipients"), 1, 1, LATE
        )
        return teller.signed(item, key)

    teller.publish_second_survey(*what)
    teller.note("old and new key", teller.bank.survey.answer_batch(teller.send, [one("ren"), one("ren's new key")]))
    give = teller.bank.coin.transfer
    teller.refused("old key spends", lambda: give(teller.as_oneself("ren"), teller.address("mei"), 1))
    teller.note("new key spends", give(teller.as_oneself("ren's new key"), teller.address("mei"), 1))


def reads(teller: Teller, members: Sequence[str]) -> dict[str, Any]:
    """What the contracts hold; moments of the engine's clock are left out."""
    bank, coupons = teller.bank, teller.id("coffee")
    release = bank.disclosure.release_of(teller.id("release"))
    opening = bank.escrow.opening_of(teller.id("opening"))
    if release is None or opening is None:
        raise ValueError("the story had a release and an opening")
    everybody = [*members, "partner", "shop", "board", "custodian 0", "operator", "ren's new key", "stranger"]
    consents = [teller.id(f"consent {name} request") for name in members]
    found = {
        "coins": {name: bank.coin.balance_of(teller.address(name)) for name in everybody},
        "supply": bank.coin.supply(),
        "roles": {name: bank.membership.roles_of(teller.address(name)) for name in everybody},
        "may write": {name: bank.membership.may_write(teller.address(name)) for name in everybody},
        "account of the new key": bank.membership.account_of(teller.address("ren's new key")),
        "answers": [bank.survey.answer_of(teller.id("survey"), teller.address(name)) for name in members],
        "budget": bank.survey.budget_left(teller.id("survey")),
        "requests": [bank.request.terms(teller.id(name)) for name in ("request", "nosy request")],
        "locked": [bank.request.locked(teller.id(name)) for name in ("request", "nosy request")],
        "consents": [bank.consent.record_of(one) for one in consents],
        "why not live": [bank.consent.why_not_live(one, teller.id("request"), 7) for one in consents],
        "release": replace(release, disclosed_at=0),
        "keep for": bank.disclosure.deletion_due(teller.id("release")) - release.disclosed_at,
        "deleted": bank.disclosure.is_deleted(teller.id("release")),
        "coupons": [bank.coupon.balance_of(teller.address(name), coupons) for name in members],
        "coupon class": bank.coupon.class_of(coupons),
        "escrow": bank.escrow.escrow_of(teller.id("escrow")),
        "custodians": bank.escrow.custodians_of(teller.id("escrow")),
        "opening": replace(opening, not_before=0),
    }
    return {name: plain(value) for name, value in found.items()}
