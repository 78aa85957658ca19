"""escrow.vy: active after all acknowledged, opened by k after the delay, stopped by the owner."""

from typing import Any

import pytest

CUSTODIAN = 32
NOBODY, NOTHING = "0x" + "00" * 20, b"\0" * 32


@pytest.fixture(scope="module")
def owner(bank: Any) -> Any:
    return bank.member("owner")


@pytest.fixture(scope="module")
def custodians(bank: Any, owner: Any) -> Any:
    return [owner, bank.enrolled("guardian", CUSTODIAN), bank.enrolled("lawyer", CUSTODIAN)]


def policy(bank: Any, owner: Any, custodians: Any, **changes: Any) -> dict[str, Any]:
    return {
        "escrowId": bank.new_id(),
        "owner": owner.address,
        "threshold": 2,
        "custodians": [key.address for key in custodians],
        "commitmentsHash": b"\1" * 32,
        "documentHash": b"\2" * 32,
        "openingDelaySeconds": 100,
        "heir": NOBODY,
        "replaces": NOTHING,
        "deadline": bank.soon,
        **changes,
    }


def receipt(bank: Any, escrow: dict[str, Any], key: Any, **changes: Any) -> dict[str, Any]:
    return {
        "escrowId": escrow["escrowId"],
        "custodian": key.address,
        "commitmentsHash": b"\1" * 32,
        "deadline": bank.soon,
        **changes,
    }


def opening(bank: Any, escrow: dict[str, Any], key: Any, **changes: Any) -> dict[str, Any]:
    return {
        "openingId": bank.new_id(),
        "escrowId": escrow["escrowId"],
        "requester": key.address,
        "recipientKeyHash": b"\3" * 32,
        "reasonHash": b"\4" * 32,
        "deadline": bank.soon,
        **changes,
    }


def veto(bank: Any, opening: dict[str, Any], key: Any, **changes: Any) -> dict[str, Any]:
    fields = {"openingId": opening["openingId"], "owner": key.address, "deadline": bank.soon}
    return {**fields, **changes}


def contribution(bank: Any, opening: dict[str, Any], key: Any, **changes: Any) -> dict[str, Any]:
    return {
        "openingId": opening["openingId"],
        "custodian": key.address,
        "requestHash": bank.struct_hash("escrow", "OpeningRequest", opening),
        "contributionHash": b"\5" * 32,
        "deadline": bank.soon,
        **changes,
    }


def names(events: list[Any]) -> list[str]:
    return [event.name for event in events]


def created(bank: Any, owner: Any, custodians: Any, **changes: Any) -> dict[str, Any]:
    message = policy(bank, owner, custodians, **changes)
    (event,) = bank.relay("escrow.create_batch", "EscrowPolicy", (message, owner))
    assert event.name == "EscrowCreated"
    return message


def active(bank: Any, owner: Any, custodians: Any, **changes: Any) -> dict[str, Any]:
    escrow = created(bank, owner, custodians, **changes)
    batch = [(receipt(bank, escrow, key), key) for key in custodians]
    events = bank.relay("escrow.acknowledge_batch", "ShareReceipt", *batch)
    assert names(events) == ["ShareAcknowledged"] * len(custodians) + ["EscrowActivated"]
    return escrow


def asked(bank: Any, escrow: dict[str, Any], key: Any) -> dict[str, Any]:
    message = opening(bank, escrow, key)
    (event,) = bank.relay("escrow.request_opening_batch", "OpeningRequest", (message, key))
    assert event.name == "OpeningRequested"
    return message


def contribute(bank: Any, opening: dict[str, Any], key: Any, **changes: Any) -> list[str]:
    message = contribution(bank, opening, key, **changes)
    return names(bank.relay("escrow.contribute_batch", "Contribution", (message, key)))


def test_a_policy_is_recorded_both_ways(bank: Any, owner: Any, custodians: Any) -> None:
    message = created(bank, owner, custodians)
    escrow_id = message["escrowId"]
    assert bank.read("escrow.escrowOf", escrow_id) == (owner.address, 1, 2, 3, 100, 0)
    seats = [bank.read("escrow.custodianAt", escrow_id, seat) for seat in range(3)]
    assert seats == message["custodians"]
    path = "escrow.create"
    assert names(bank.relay(path + "_batch", "EscrowPolicy", (message, owner))) == ["Repeated"]
    assert names(bank.direct(path, "EscrowPolicy", message, owner)) == ["Repeated"]
    changed = {**message, "threshold": 3}
    assert bank.refusal(path, "EscrowPolicy", changed, owner) == "escrow: id already used"
    direct = policy(bank, owner, custodians)
    assert names(bank.direct(path, "EscrowPolicy", direct, owner)) == ["EscrowCreated"]


def test_policies_are_refused(bank: Any, owner: Any, custodians: Any) -> None:
    addresses = [key.address for key in custodians]
    nobody = bank.key("nobody").address

    def why(key: Any = owner, **changes: Any) -> str:
        message = {**policy(bank, owner, custodians), **changes}
        return str(bank.refusal("escrow.create", "EscrowPolicy", message, key))

    assert why(custodians=[]) == "escrow: too few custodians"
    assert why(custodians=addresses[:1]) == "escrow: too few custodians"
    assert why(threshold=1) == "escrow: threshold out of range"
    assert why(threshold=4) == "escrow: threshold out of range"
    assert why(threshold=255) == "escrow: threshold out of range"
    assert why(custodians=[*addresses, nobody]) == "escrow: custodian not enrolled"
    assert why(custodians=[*addresses, "0x" + "00" * 20]) == "escrow: custodian not enrolled"
    assert why(custodians=[*addresses, addresses[0]]) == "escrow: custodian twice"
    assert why(deadline=1) == "escrow: deadline passed"
    assert why(escrowId=b"\0" * 32) == "escrow: id already used"
    assert why(custodians[1]) == "membership: signer may not act"


def test_sixteen_custodians_are_the_most(bank: Any, owner: Any) -> None:
    many = [bank.enrolled(f"custodian {number}", CUSTODIAN) for number in range(16)]
    escrow = active(bank, owner, many, threshold=16, openingDelaySeconds=0)
    request = asked(bank, escrow, many[0])
    batch = [(contribution(bank, request, key), key) for key in many]
    events = bank.relay("escrow.contribute_batch", "Contribution", *batch)
    assert names(events) == ["Contributed"] * 16 + ["EscrowOpened"]


def test_active_only_after_everybody_acknowledged(bank: Any, owner: Any, custodians: Any) -> None:
    escrow = created(bank, owner, custodians)
    path = "escrow.acknowledge"
    for key in custodians[:2]:
        bank.direct(path, "ShareReceipt", receipt(bank, escrow, key), key)
    message = opening(bank, escrow, owner)
    reason = bank.refusal("escrow.request_opening", "OpeningRequest", message, owner)
    assert reason == "escrow: not active"
    last = receipt(bank, escrow, custodians[2])
    events = bank.relay(path + "_batch", "ShareReceipt", (last, custodians[2]), (last, custodians[2]))
    assert names(events) == ["ShareAcknowledged", "EscrowActivated", "Repeated"]
    assert bank.read("escrow.escrowOf", escrow["escrowId"]) == (owner.address, 2, 2, 3, 100, 0b111)


def test_acknowledgements_are_refused(bank: Any, owner: Any, custodians: Any) -> None:
    escrow, stranger = created(bank, owner, custodians), bank.enrolled("no custodian", CUSTODIAN)

    def why(key: Any, **changes: Any) -> str:
        message = receipt(bank, escrow, key, **changes)
        return str(bank.refusal("escrow.acknowledge", "ShareReceipt", message, key))

    assert why(stranger) == "escrow: not a custodian"
    assert why(owner, commitmentsHash=b"\7" * 32) == "escrow: other commitments"
    assert why(owner, escrowId=b"\7" * 32) == "escrow: unknown escrow"
    assert why(owner, deadline=1) == "escrow: deadline passed"
    assert why(stranger, custodian=owner.address) == "membership: signer may not act"


def test_k_open_after_the_delay(bank: Any, owner: Any, custodians: Any) -> None:
    escrow = active(bank, owner, custodians)
    request = asked(bank, escrow, custodians[1])
    first, second, third = custodians
    message = contribution(bank, request, second)
    path = "escrow.contribute"
    assert bank.refusal(path, "Contribution", message, second) == "escrow: delay still runs"
    begins = bank.read("escrow.openingOf", request["openingId"])[2]
    bank.chain.set_time(begins - 1)
    (event,) = bank.relay(path + "_batch", "Contribution", (message, second))
    assert event.args["reason"] == "escrow: delay still runs"
    assert contribute(bank, request, second) == ["Contributed"]
    assert bank.now == begins
    assert contribute(bank, request, second) == ["Repeated"]
    changed = contribution(bank, request, second, contributionHash=b"\6" * 32)
    assert bank.refusal(path, "Contribution", changed, second) == "escrow: already contributed"
    events = bank.direct(path, "Contribution", contribution(bank, request, third), third)
    assert names(events) == ["Contributed", "EscrowOpened"]
    view = bank.read("escrow.openingOf", request["openingId"])
    assert (view[0], view[1], view[3]) == (escrow["escrowId"], 3, 0b110)
    assert contribute(bank, request, first) == ["Contributed"]
    late = veto(bank, request, owner)
    assert bank.refusal("escrow.veto", "Veto", late, owner) == "escrow: already opened"


def test_contributions_are_refused(bank: Any, owner: Any, custodians: Any) -> None:
    escrow = active(bank, owner, custodians, openingDelaySeconds=0)
    request, stranger = asked(bank, escrow, owner), bank.enrolled("no custodian", CUSTODIAN)

    def why(key: Any, **changes: Any) -> str:
        message = contribution(bank, request, key, **changes)
        return str(bank.refusal("escrow.contribute", "Contribution", message, key))

    assert why(stranger) == "escrow: not a custodian"
    assert why(stranger, custodian=owner.address) == "membership: signer may not act"
    assert why(owner, openingId=b"\7" * 32) == "escrow: unknown opening"
    assert why(owner, deadline=1) == "escrow: deadline passed"
    others = bank.struct_hash("escrow", "OpeningRequest", {**request, "recipientKeyHash": b"\7" * 32})
    assert why(custodians[0], requestHash=others) == "escrow: other request"
    assert why(custodians[0], requestHash=b"\0" * 32) == "escrow: other request"
    bank.send("membership.suspend", custodians[1].address, b"\1" * 32)
    assert why(custodians[1]) == "membership: account suspended"
    bank.send("membership.reinstate", custodians[1].address, b"\1" * 32)


def test_openings_are_refused(bank: Any, owner: Any, custodians: Any) -> None:
    escrow, stranger = active(bank, owner, custodians), bank.member("curious")

    def why(key: Any, **changes: Any) -> str:
        message = opening(bank, escrow, key, **changes)
        return str(bank.refusal("escrow.request_opening", "OpeningRequest", message, key))

    assert why(stranger) == "escrow: neither owner, heir nor custodian"
    assert why(stranger, requester=owner.address) == "membership: signer may not act"
    assert why(owner, escrowId=b"\7" * 32) == "escrow: unknown escrow"
    assert why(owner, deadline=1) == "escrow: deadline passed"
    assert why(owner, openingId=b"\0" * 32) == "escrow: id already used"
    request = asked(bank, escrow, owner)
    assert why(owner, openingId=request["openingId"]) == "escrow: id already used"
    assert why(owner, openingId=escrow["escrowId"]) == "escrow: id already used"
    events = bank.direct("escrow.request_opening", "OpeningRequest", request, owner)
    assert names(events) == ["Repeated"]


def test_the_owner_stops_an_opening(bank: Any, owner: Any, custodians: Any) -> None:
    escrow = active(bank, owner, custodians, openingDelaySeconds=0)
    request = asked(bank, escrow, custodians[1])
    assert contribute(bank, request, custodians[1]) == ["Contributed"]

    def why(key: Any, **changes: Any) -> str:
        return str(bank.refusal("escrow.veto", "Veto", veto(bank, request, key, **changes), key))

    assert why(custodians[1]) == "escrow: not the owner"
    assert why(custodians[1], owner=owner.address) == "membership: signer may not act"
    assert why(owner, openingId=b"\7" * 32) == "escrow: unknown opening"
    assert why(owner, deadline=1) == "escrow: deadline passed"
    message = veto(bank, request, owner)
    events = bank.relay("escrow.veto_batch", "Veto", (message, owner), (message, owner))
    assert names(events) == ["OpeningVetoed", "Repeated"]
    assert names(bank.direct("escrow.veto", "Veto", message, owner)) == ["Repeated"]
    late = contribution(bank, request, custodians[2])
    assert bank.refusal("escrow.contribute", "Contribution", late, custodians[2]) == "escrow: vetoed"
    again = asked(bank, escrow, custodians[1])
    assert contribute(bank, again, custodians[1]) == ["Contributed"]
    assert contribute(bank, again, custodians[2]) == ["Contributed", "EscrowOpened"]


def test_a_lost_key_is_replaced_and_the_document_recovered(bank: Any, custodians: Any) -> None:
    owner, key = bank.member("loses everything"), bank.key("starts anew")
    people = [owner, *custodians[1:]]
    escrow = active(bank, owner, people, openingDelaySeconds=0)
    bank.rotated(owner, owner, key)
    message = opening(bank, escrow, owner)
    (event,) = bank.relay("escrow.request_opening_batch", "OpeningRequest", (message, key))
    assert event.args["requester"] == owner.address
    assert contribute(bank, message, people[1]) == ["Contributed"]
    assert contribute(bank, message, people[2]) == ["Contributed", "EscrowOpened"]


def test_two_custodians_are_enough_when_both_are_needed(bank: Any, owner: Any, custodians: Any) -> None:
    escrow = active(bank, owner, custodians[:2], threshold=2, openingDelaySeconds=0)
    request = asked(bank, escrow, owner)
    assert contribute(bank, request, custodians[0]) == ["Contributed"]
    assert contribute(bank, request, custodians[1]) == ["Contributed", "EscrowOpened"]


def test_an_heir_asks_for_an_opening(bank: Any, owner: Any, custodians: Any) -> None:
    heir, stranger = bank.member("heir"), bank.key("no account")
    message = policy(bank, owner, custodians, heir=stranger.address)
    assert bank.refusal("escrow.create", "EscrowPolicy", message, owner) == "escrow: heir not enrolled"
    escrow = active(bank, owner, custodians, heir=heir.address, openingDelaySeconds=0)
    assert bank.read("escrow.heirOf", escrow["escrowId"]) == heir.address
    request = asked(bank, escrow, heir)
    assert contribute(bank, request, custodians[1]) == ["Contributed"]
    events = bank.relay(
        "escrow.veto_batch", "Veto", (veto(bank, request, heir), heir), (veto(bank, request, owner), owner)
    )
    assert [events[0].args["reason"], events[1].name] == ["escrow: not the owner", "OpeningVetoed"]
    own = contribution(bank, asked(bank, escrow, heir), heir)
    assert bank.refusal("escrow.contribute", "Contribution", own, heir) == "escrow: not a custodian"


def test_an_escrow_ends_when_what_takes_its_place_is_active(bank: Any, owner: Any, custodians: Any) -> None:
    newcomer = bank.enrolled("newcomer", CUSTODIAN)
    old = active(bank, owner, custodians, openingDelaySeconds=0)
    underway = asked(bank, old, custodians[1])
    new = created(bank, owner, [*custodians[:2], newcomer], replaces=old["escrowId"])
    assert bank.read("escrow.replaces", new["escrowId"]) == old["escrowId"]
    assert contribute(bank, underway, custodians[1]) == ["Contributed"]
    batch = [(receipt(bank, new, key), key) for key in (*custodians[:2], newcomer)]
    events = bank.relay("escrow.acknowledge_batch", "ShareReceipt", *batch)
    assert names(events) == ["ShareAcknowledged"] * 3 + ["EscrowActivated", "EscrowReplaced"]
    assert (events[-1].args["escrowId"], events[-1].args["successor"]) == (old["escrowId"], new["escrowId"])
    assert bank.read("escrow.escrowOf", old["escrowId"]) == (owner.address, 3, 2, 3, 0, 0b111)
    assert bank.read("escrow.replacedBy", old["escrowId"]) == new["escrowId"]

    late = contribution(bank, underway, custodians[2])
    assert bank.refusal("escrow.contribute", "Contribution", late, custodians[2]) == "escrow: already replaced"
    assert contribute(bank, underway, custodians[1]) == ["Repeated"]
    message = opening(bank, old, owner)
    assert bank.refusal("escrow.request_opening", "OpeningRequest", message, owner) == "escrow: not active"
    again = policy(bank, owner, custodians, replaces=old["escrowId"])
    assert bank.refusal("escrow.create", "EscrowPolicy", again, owner) == "escrow: already replaced"


def test_nobody_replaces_anothers_escrow(bank: Any, owner: Any, custodians: Any) -> None:
    old, thief = created(bank, owner, custodians), bank.member("thief of escrows")

    def why(key: Any, **changes: Any) -> str:
        message = policy(bank, key, custodians, **changes)
        return str(bank.refusal("escrow.create", "EscrowPolicy", message, key))

    assert why(thief, replaces=old["escrowId"]) == "escrow: replaces another's"
    assert why(owner, replaces=b"\7" * 32) == "escrow: replaces another's"


def test_of_two_that_would_take_its_place_the_first_does(bank: Any, owner: Any, custodians: Any) -> None:
    old = created(bank, owner, custodians)
    first, second = (created(bank, owner, custodians, replaces=old["escrowId"]) for _ in range(2))
    for key in custodians[:2]:
        bank.direct("escrow.acknowledge", "ShareReceipt", receipt(bank, old, key), key)
    for escrow, ending in ((first, ["EscrowActivated", "EscrowReplaced"]), (second, ["EscrowActivated"])):
        batch = [(receipt(bank, escrow, key), key) for key in custodians]
        events = bank.relay("escrow.acknowledge_batch", "ShareReceipt", *batch)
        assert names(events) == ["ShareAcknowledged"] * 3 + ending
    assert bank.read("escrow.replacedBy", old["escrowId"]) == first["escrowId"]
    last = receipt(bank, old, custodians[2])
    assert bank.refusal("escrow.acknowledge", "ShareReceipt", last, custodians[2]) == "escrow: already replaced"
    known = receipt(bank, old, custodians[0])
    assert names(bank.direct("escrow.acknowledge", "ShareReceipt", known, custodians[0])) == ["Repeated"]
