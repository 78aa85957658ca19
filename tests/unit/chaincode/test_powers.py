"""Uses of a power are found among the events: each once, and nothing that people did for themselves."""

import pytest

from chaincode.bindings import Role
from chaincode.ids import NOBODY, text_hash
from chaincode.powers import Power, uses_of_power
from chaincode.typed_data import Appointment, CoinIssue, EncryptionKey, Quota, Recovery, Seat

LATE, WEEK = 4_000_000_000, 7 * 86400
WHY = text_hash("why")


@pytest.fixture
def story(deployed, make_person):
    """A bank whose operator and board did everything that they may do to others."""
    face, send = deployed.contracts.membership, deployed.transactor
    people = {name: make_person(name) for name in ("partner", "shop", "board", "second", "guardian", "lost", "new")}
    account = {name: person.address for name, person in people.items()}
    face.enroll(send, account["partner"], Role.PARTNER)
    face.enroll(send, account["shop"], Role.SHOP, account["partner"])
    face.enroll(send, account["board"], Role.BOARD)
    for name in ("guardian", "lost"):
        face.enroll(send, account[name], Role.CUSTODIAN)

    def signed(words, *signers):
        ordered = sorted(signers, key=lambda name: int(account[name], 16))
        return [deployed.signed(words, people[name]).signature for name in ordered]

    for number, seated in enumerate((True, False)):
        signers = ("board", "second") if not seated else ("board",)
        seat = Seat(text_hash(f"seat {number}"), account["second"], int(Role.BOARD), seated, number + 1, LATE)
        face.seat(send, seat, signed(seat, *signers))
    face.suspend(send, account["guardian"], WHY)
    face.reinstate(send, account["guardian"], WHY)
    court = Appointment(text_hash("court"), account["lost"], account["guardian"], 1, LATE, WHY, 1, LATE)
    face.appoint(send, court, signed(court, "board"))
    words = Recovery(text_hash("recovery"), account["lost"], account["new"], WHY, WHY, 1, LATE)
    by_new = deployed.signed(words, people["new"]).signature
    deployed.contracts.recovery.recover(send, words, by_new, signed(words, "board"))
    deployed.chain.advance(WEEK)
    deployed.contracts.recovery.complete(send, words)
    face.set_encryption_key(send, EncryptionKey(text_hash("key"), deployed.operator.address, WHY, 1, LATE))
    deployed.contracts.coin.sell(send, account["partner"], 1000, text_hash("invoice"))
    deployed.contracts.coin.sell(send, account["partner"], 10, text_hash("small invoice"))
    issue = CoinIssue(text_hash("large invoice"), account["partner"], 10**9, LATE)
    deployed.contracts.coin.approve_issue(send, issue, signed(issue, "board"))
    quota = Quota(text_hash("quota"), 5000, 10 * 86400, 1, LATE)
    deployed.contracts.coin.set_quota(send, quota, signed(quota, "board"))
    face.dismiss(send, account["guardian"], Role.CUSTODIAN, WHY)
    return list(deployed.contracts.events()), account


def test_every_use_is_told_once_and_in_order(story, deployed):
    events, account = story
    found = uses_of_power(events, deployed.operator.address, 100)
    assert [use.power for use in found if use.account != deployed.operator.address or use.power == "release-key"] == [
        Power.QUOTA, *[Power.ENROLLED] * 5, Power.SEATED, Power.UNSEATED, Power.SUSPENDED, Power.REINSTATED,
        Power.APPOINTED, Power.RECOVERY_BEGUN, Power.ROTATED, Power.RECOVERED, Power.RELEASE_KEY, Power.SALE,
        Power.ISSUE_APPROVED, Power.QUOTA, Power.DISMISSED,
    ]  # fmt: skip
    by_power = {use.power: use for use in found}
    assert (by_power[Power.SALE].count, by_power[Power.SALE].account) == (1000, account["partner"])
    approved, quota = by_power[Power.ISSUE_APPROVED], by_power[Power.QUOTA]
    assert (approved.other, approved.count, quota.count, quota.other) == (account["partner"], 10**9, 5000, "10")
    assert by_power[Power.SEATED].role == Role.BOARD
    appointed, begun = by_power[Power.APPOINTED], by_power[Power.RECOVERY_BEGUN]
    assert (appointed.account, appointed.other, appointed.time) == (account["lost"], account["guardian"], LATE)
    assert (begun.account, begun.other, begun.count) == (account["lost"], account["new"], 1)
    assert {use.other for use in found if use.role == Role.SHOP} == {account["partner"]}
    assert {use.other for use in found if use.role == Role.PARTNER} == {NOBODY}


def test_small_sales_are_left_out_only_if_asked(story, deployed):
    events, _ = story
    sales = [[u.count for u in uses_of_power(events, deployed.operator.address, at) if u.power == Power.SALE]
             for at in (0, 10, 11)]  # fmt: skip
    assert sales == [[1000, 10], [1000, 10], [1000]]
