"""disclosure.vy: only from live consents, paid as it is made, in one transaction or in chunks."""

from typing import Any

import pytest

ITEMS = 0b011


@pytest.fixture(scope="module")
def survey(bank: Any) -> Any:
    return bank.survey()


@pytest.fixture(scope="module")
def partner(bank: Any) -> Any:
    return bank.partner("asker", coins=100_000)


@pytest.fixture
def request_(bank: Any, survey: Any, partner: Any) -> Any:
    return bank.request(survey, partner)


@pytest.fixture
def people(bank: Any, request_: Any) -> Any:
    """Three members with live consents to the request."""
    keys = [bank.member(f"person {number}") for number in range(3)]
    return [(key, bank.consent(request_, key)) for key in keys]


def reason_of(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match=r"(disclosure|consent|request): ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value)


def names(events: list[Any]) -> list[str]:
    return [event.name for event in events]


def books_balance(bank: Any, *requests: dict[str, Any]) -> bool:
    """Coins held by the request contract are exactly those locked (all releases settled)."""
    held = bank.coins(bank.address("request"))
    everything = range(1, bank.read("request.filed") + 1)
    ids = [bank.read("request.requestAt", number) for number in everything]
    return bool(held == sum(bank.read("request.locked", one) for one in ids))


def test_a_release_pays_and_is_recorded(bank: Any, request_: Any, people: Any, partner: Any) -> None:
    before = [bank.coins(key) for key, _ in people]
    arguments = bank.release(request_, *(consent for _, consent in people), rows=2, suppressed=1)
    events = bank.send("disclosure.disclose", *arguments)
    expected = ["ConsentUsed"] * 3 + ["RequestConsumed"] + ["Transfer", "Moved"] * 3 + ["Disclosed"]
    assert names(events) == expected
    assert events[-1].args == {
        "releaseId": arguments[0],
        "requestId": request_["requestId"],
        "partner": partner.address,
        "payloadRoot": arguments[3],
        "methodHash": arguments[4],
        "items": ITEMS,
        "rows": 2,
        "suppressed": 1,
        "k": 2,
        "legalClass": 1,
    }
    assert [bank.coins(key) for key, _ in people] == [coins + 10 for coins in before]
    assert bank.read("request.locked", request_["requestId"]) == 20
    assert bank.read("consent.recordOf", people[0][1]["consentId"])[7] == 1
    assert bank.read("consent.everUsed", request_["requestId"], people[0][0].address)
    assert bank.read("disclosure.stateOf", arguments[0]) == 2
    assert names(bank.send("disclosure.disclose", *arguments)) == ["Repeated"]
    arguments[5], arguments[6] = 3, 0
    assert reason_of(bank, "disclosure.disclose", *arguments) == "disclosure: id already used"
    assert [bank.coins(key) for key, _ in people] == [coins + 10 for coins in before]
    assert books_balance(bank)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"requestId": b"\7" * 32}, "disclosure: request not approved"),
        ({"items": 0}, "disclosure: items outside the request"),
        ({"items": 0b111}, "disclosure: items outside the request"),
        ({"items": 2**255 + 1}, "disclosure: items outside the request"),
        ({"k": 1}, "disclosure: k below the request's minimum"),
        ({"k": 4}, "disclosure: fewer rows than k"),
        ({"rows": 1, "suppressed": 2}, "disclosure: fewer rows than k"),
        ({"rows": 2}, "disclosure: rows and consents differ"),
        ({"suppressed": 1}, "disclosure: rows and consents differ"),
        ({"rows": 2**32 - 1, "suppressed": 2**32 - 1}, "disclosure: rows and consents differ"),
        ({"releaseId": b"\0" * 32}, "disclosure: id already used"),
    ],
)
def test_a_release_outside_its_request_is_refused(
    bank: Any, request_: Any, people: Any, changes: dict[str, Any], reason: str
) -> None:
    arguments = bank.release(request_, *(consent for _, consent in people), **changes)
    assert reason_of(bank, "disclosure.disclose", *arguments) == reason
    assert bank.read("disclosure.stateOf", arguments[0]) == 0


def test_only_the_operator_releases(bank: Any, request_: Any, people: Any, partner: Any) -> None:
    arguments = bank.release(request_, *(consent for _, consent in people))
    for call in (
        ("disclosure.disclose", *arguments),
        ("disclosure.open_release", arguments[0], request_["requestId"], ITEMS, bank.soon),
        ("disclosure.add_consents", arguments[0], []),
        ("disclosure.close_release", arguments[0], b"\1" * 32, b"\1" * 32, 3, 0, 2),
        ("disclosure.abandon_release", arguments[0]),
    ):
        assert reason_of(bank, *call, sender=partner) == "disclosure: not the operator"


def test_one_dead_consent_stops_the_release(bank: Any, request_: Any, people: Any) -> None:
    (key, consent), *rest = people
    others = [one for _, one in rest]

    def why(*consents: dict[str, Any], **changes: Any) -> str:
        return reason_of(bank, "disclosure.disclose", *bank.release(request_, *consents, **changes))

    narrow = bank.consent(request_, bank.member("narrow"), itemMask=0b001)
    assert why(narrow, *others) == "consent: items not covered"
    refused = bank.consent(request_, bank.member("refuses"), decision="I refuse")
    assert why(refused, *others) == "consent: not in force"
    early = bank.consent(request_, bank.member("early"), validFrom=bank.now + 5000)
    assert why(early, *others) == "consent: not yet valid"
    assert why({"consentId": b"\7" * 32}, *others) == "consent: unknown consent"
    ids = sorted(one["consentId"] for one in others)
    assert why(*others, consentIds=ids[::-1]) == "consent: ids not ascending"
    assert why(*others, consentIds=[ids[0], ids[0]]) == "consent: ids not ascending"
    assert why(*others, consentIds=[b"\0" * 32, ids[0]]) == "consent: ids not ascending"
    bank.relay("consent.withdraw_batch", "Withdrawal", (bank.withdrawal(consent), key))
    assert why(consent, *others) == "consent: not in force"
    bank.send("disclosure.disclose", *bank.release(request_, *others))


def test_a_consent_to_another_request_does_not_count(
    bank: Any, survey: Any, partner: Any, request_: Any, people: Any
) -> None:
    other = bank.request(survey, partner)
    consents = [consent for _, consent in people]
    why = reason_of(bank, "disclosure.disclose", *bank.release(other, *consents))
    assert why == "consent: of another request"


def test_uses_are_counted(bank: Any, request_: Any) -> None:
    keys = [bank.member(f"twice {number}") for number in range(2)]
    consents = [bank.consent(request_, keys[0], usesMaximum=1), bank.consent(request_, keys[1])]
    bank.send("disclosure.disclose", *bank.release(request_, *consents))
    why = reason_of(bank, "disclosure.disclose", *bank.release(request_, *consents))
    assert why == "consent: used up"


def test_persons_over_all_releases_stay_below_the_maximum(bank: Any, request_: Any, people: Any) -> None:
    consents = [consent for _, consent in people]
    bank.send("disclosure.disclose", *bank.release(request_, *consents))
    why = reason_of(bank, "disclosure.disclose", *bank.release(request_, *consents))
    assert why == "request: persons maximum reached"
    bank.send("disclosure.disclose", *bank.release(request_, *consents[:2]))
    assert bank.read("request.locked", request_["requestId"]) == 0
    (event,) = bank.send("request.close", request_["requestId"])
    assert event.args["unlocked"] == 0
    assert books_balance(bank)


def test_no_release_after_the_request_ends(bank: Any, survey: Any, partner: Any) -> None:
    request = bank.request(survey, partner, validUntil=bank.now + 500)
    keys = [bank.member(f"end {number}") for number in range(2)]
    consents = [bank.consent(request, key, validUntil=request["validUntil"]) for key in keys]
    bank.chain.set_time(request["validUntil"] + 1)
    arguments = bank.release(request, *consents)
    why = reason_of(bank, "disclosure.disclose", *arguments)
    assert why in ("disclosure: request no longer valid", "consent: expired")
    bank.member("tick")
    why = reason_of(bank, "disclosure.disclose", *arguments)
    assert why == "disclosure: request no longer valid"
    bank.send("request.close", request["requestId"], sender=partner)
    assert reason_of(bank, "disclosure.disclose", *arguments) == "disclosure: request not approved"


def test_a_partial_consent_earns_its_own_reward(bank: Any, request_: Any, people: Any) -> None:
    key = bank.member("partial")
    before = bank.coins(key)
    partial = bank.consent(request_, key, itemMask=0b001)
    arguments = bank.release(request_, partial, people[0][1], items=0b001)
    bank.send("disclosure.disclose", *arguments)
    assert bank.coins(key) - before == 7
    assert bank.read("request.locked", request_["requestId"]) == 50 - 17


# ---- In chunks ----


def opened(bank: Any, request: dict[str, Any], **changes: Any) -> bytes:
    release_id: bytes = changes.get("releaseId") or bank.new_id()
    closes_by = changes.get("closesBy", bank.now + 2000)
    bank.send("disclosure.open_release", release_id, request["requestId"], ITEMS, closes_by)
    return release_id


def close(release_id: bytes, rows: int, suppressed: int = 0, k: int = 2) -> tuple[Any, ...]:
    return ("disclosure.close_release", release_id, b"\1" * 32, b"\2" * 32, rows, suppressed, k)


def test_a_large_release_takes_effect_together(bank: Any, request_: Any, people: Any) -> None:
    before = [bank.coins(key) for key, _ in people]
    ids = [consent["consentId"] for _, consent in people]
    release_id = opened(bank, request_)
    assert names(bank.send("disclosure.add_consents", release_id, ids[:1])) == ["ConsentHeld"]
    assert names(bank.send("disclosure.add_consents", release_id, ids)) == ["ConsentHeld"] * 2
    assert bank.read("disclosure.held", release_id) == 3
    assert bank.read("request.locked", request_["requestId"]) == 50
    assert reason_of(bank, *close(release_id, 2)) == "disclosure: rows and consents differ"
    assert reason_of(bank, *close(release_id, 3, k=1)) == "disclosure: k below the request's minimum"
    assert reason_of(bank, "disclosure.settle", release_id, ids) == "disclosure: not disclosed"
    assert names(bank.send(*close(release_id, 3))) == ["RequestConsumed", "Disclosed"]
    assert names(bank.send(*close(release_id, 3))) == ["Repeated"]
    assert bank.read("request.locked", request_["requestId"]) == 20
    anybody = bank.member("anybody")
    events = bank.send("disclosure.settle", release_id, ids[:2], sender=anybody)
    assert names(events) == ["ConsentUsed"] * 2 + ["Transfer", "Moved"] * 2
    again = bank.send("disclosure.settle", release_id, ids)
    assert names(again) == ["Refused", "Refused", "ConsentUsed", "Transfer", "Moved"]
    assert again[0].args == {"id": ids[0], "reason": "consent: not in this release"}
    assert names(bank.send("disclosure.settle", release_id, ids[2:])) == ["Refused"]
    assert [bank.coins(key) for key, _ in people] == [coins + 10 for coins in before]
    assert reason_of(bank, "disclosure.add_consents", release_id, ids) == "disclosure: not open"
    assert books_balance(bank)


def test_who_withdraws_before_the_close_is_not_in_it(bank: Any, request_: Any, people: Any) -> None:
    (first, consent), (second, superseded), (third, stays) = people
    fourth = bank.consent(request_, bank.member("fourth"))
    release_id = opened(bank, request_)
    ids = [one["consentId"] for one in (consent, superseded, stays, fourth)]
    bank.send("disclosure.add_consents", release_id, ids)
    before = [bank.coins(key) for key in (first, second, third)]
    bank.relay("consent.withdraw_batch", "Withdrawal", (bank.withdrawal(consent), first))
    bank.consent(request_, second, decision="I refuse")
    assert bank.read("disclosure.held", release_id) == 2
    assert reason_of(bank, *close(release_id, 4)) == "disclosure: rows and consents differ"
    bank.send(*close(release_id, 2))
    for gone in (consent, superseded):
        (event,) = bank.send("disclosure.settle", release_id, [gone["consentId"]])
        assert event.args["reason"] == "consent: not in this release"
    bank.send("disclosure.settle", release_id, [stays["consentId"], fourth["consentId"]])
    assert [bank.coins(key) for key in (first, second, third)] == [before[0], before[1], before[2] + 10]
    assert books_balance(bank)


def test_who_withdraws_after_the_close_is_still_paid(bank: Any, request_: Any, people: Any) -> None:
    (first, consent), (second, renewed), _ = people
    release_id = opened(bank, request_)
    ids = [consent["consentId"], renewed["consentId"]]
    bank.send("disclosure.add_consents", release_id, ids)
    bank.send(*close(release_id, 2))
    before = [bank.coins(key) for key in (first, second)]
    bank.relay("consent.withdraw_batch", "Withdrawal", (bank.withdrawal(consent), first))
    bank.consent(request_, second)
    assert bank.read("consent.everUsed", request_["requestId"], second.address)
    bank.send("request.close", request_["requestId"])
    bank.send("disclosure.settle", release_id, ids)
    assert [bank.coins(key) for key in (first, second)] == [coins + 10 for coins in before]
    assert bank.read("consent.stateOf", consent["consentId"]) == 5
    assert books_balance(bank)


def test_a_held_consent_is_in_no_other_release(bank: Any, request_: Any, people: Any) -> None:
    consents = [consent for _, consent in people]
    ids = [consent["consentId"] for consent in consents]
    first, second = opened(bank, request_), opened(bank, request_)
    bank.send("disclosure.add_consents", first, ids[:2])
    held = "consent: held by another release"
    assert reason_of(bank, "disclosure.add_consents", second, ids[:1]) == held
    assert reason_of(bank, "disclosure.disclose", *bank.release(request_, *consents)) == held
    bank.send("disclosure.abandon_release", first)
    assert bank.read("disclosure.stateOf", first) == 3
    assert reason_of(bank, "disclosure.abandon_release", first) == "disclosure: not open"
    bank.send("disclosure.add_consents", second, ids[:2])
    bank.send(*close(second, 2))
    assert reason_of(bank, "disclosure.disclose", *bank.release(request_, *consents[:2])) == held
    bank.send("disclosure.settle", second, ids[:2])
    bank.send("disclosure.disclose", *bank.release(request_, *consents))
    assert books_balance(bank)


def test_a_release_not_closed_in_time_binds_nobody(bank: Any, request_: Any, people: Any) -> None:
    consents = [consent for _, consent in people]
    ids = [consent["consentId"] for consent in consents]
    release_id = opened(bank, request_, closesBy=bank.now + 500)
    short = bank.consent(request_, bank.member("short"), validUntil=bank.now + 400)
    why = reason_of(bank, "disclosure.add_consents", release_id, [short["consentId"]])
    assert why == "consent: ends before closing"
    bank.send("disclosure.add_consents", release_id, ids)
    bank.chain.advance(501)
    bank.member("tick")
    past = "disclosure: past its closing time"
    assert reason_of(bank, *close(release_id, 3)) == past
    assert reason_of(bank, "disclosure.add_consents", release_id, ids) == past
    bank.send("disclosure.disclose", *bank.release(request_, *consents))
    bank.send("disclosure.abandon_release", release_id)
    assert books_balance(bank)


def test_openings_are_refused(bank: Any, request_: Any, survey: Any, partner: Any) -> None:
    path, request_id = "disclosure.open_release", request_["requestId"]

    def why(release_id: bytes, request_id: bytes = request_id, items: int = ITEMS, by: int = 2**40) -> str:
        return reason_of(bank, path, release_id, request_id, items, by).removeprefix("disclosure: ")

    release_id = opened(bank, request_, closesBy=2**40)
    assert names(bank.send(path, release_id, request_id, ITEMS, 2**40)) == ["Repeated"]
    assert why(release_id, items=1) == "id already used"
    assert why(b"\0" * 32) == "id already used"
    assert why(bank.new_id(), b"\7" * 32) == "request not approved"
    assert why(bank.new_id(), items=0b100) == "items outside the request"
    assert why(bank.new_id(), by=1) == "closing time is past"
    assert reason_of(bank, *close(b"\7" * 32, 2)) == "disclosure: not open"
    assert reason_of(bank, "disclosure.settle", b"\7" * 32, []) == "disclosure: not disclosed"
    bank.send("request.close", request_id)
    assert reason_of(bank, *close(release_id, 0)) == "disclosure: request not approved"


def test_a_release_made_at_once_has_nothing_to_settle(bank: Any, request_: Any, people: Any) -> None:
    consents = [consent for _, consent in people]
    arguments = bank.release(request_, *consents)
    bank.send("disclosure.disclose", *arguments)
    why = reason_of(bank, "disclosure.settle", arguments[0], arguments[-1])
    assert why == "disclosure: nothing to settle"


def test_the_partner_acknowledges(bank: Any, request_: Any, people: Any, partner: Any) -> None:
    consents = [consent for _, consent in people]
    arguments = bank.release(request_, *consents)
    release_id = arguments[0]
    waiting = opened(bank, request_)
    bank.send("disclosure.disclose", *arguments)

    def message(**changes: Any) -> dict[str, Any]:
        return {
            "releaseId": release_id,
            "partner": partner.address,
            "payloadRoot": arguments[3],
            "deadline": bank.soon,
            **changes,
        }

    def why(key: Any, **changes: Any) -> str:
        return str(bank.refusal("disclosure.acknowledge", "Acknowledgement", message(**changes), key))

    other = bank.partner("other")
    assert why(partner, payloadRoot=b"\1" * 32) == "disclosure: another payload"
    assert why(other, partner=other.address) == "disclosure: not the partner's"
    assert why(other) == "membership: signer may not act"
    assert why(partner, releaseId=b"\7" * 32) == "disclosure: unknown release"
    assert why(partner, releaseId=waiting) == "disclosure: not disclosed"
    assert why(partner, deadline=1) == "disclosure: deadline passed"
    path = "disclosure.acknowledge_batch"
    events = bank.relay(path, "Acknowledgement", (message(), partner), (message(), partner))
    assert names(events) == ["Acknowledged", "Repeated"]
    assert names(bank.direct("disclosure.acknowledge", "Acknowledgement", message(), partner)) == ["Repeated"]
    assert bank.read("disclosure.releaseOf", release_id)[5] is True


def test_the_partner_attests_its_deletion(bank: Any, survey: Any, partner: Any) -> None:
    keys = [bank.member(f"deleted {number}") for number in range(2)]
    releases = []
    for days in (30, 0, 30):
        request = bank.request(survey, partner, retentionDays=days)
        consents = [bank.consent(request, key) for key in keys]
        releases.append([bank.new_id(), request, consents])
    for release in releases[:2]:
        request, consents = release[1:]
        arguments = bank.release(request, *consents)
        release[0] = arguments[0]
        bank.send("disclosure.disclose", *arguments)
    disclosed_at = bank.read("disclosure.releaseOf", releases[0][0])[3]
    assert bank.read("disclosure.deletionDue", releases[0][0]) == disclosed_at + 30 * 86400
    assert bank.read("disclosure.deletionDue", releases[2][0]) == 0

    def message(release: list[Any], key: Any = partner, **changes: Any) -> dict[str, Any]:
        return {
            "releaseId": release[0],
            "partner": key.address,
            "statement": "We have deleted this release and every copy of it",
            "evidenceHash": b"\6" * 32,
            "deadline": bank.soon,
            **changes,
        }

    def why(release: list[Any], key: Any = partner, **changes: Any) -> str:
        fields = message(release, key, **changes)
        return str(bank.refusal("disclosure.attest_deletion", "Deletion", fields, key))

    other = bank.partner("other")
    assert why(releases[2]) == "disclosure: unknown release"
    assert why(releases[0], other) == "disclosure: not the partner's"
    assert why(releases[0], other, partner=partner.address) == "membership: signer may not act"
    assert why(releases[0], deadline=1) == "disclosure: deadline passed"
    waiting = opened(bank, releases[2][1])
    assert why([waiting]) == "disclosure: not disclosed"
    bank.chain.advance(10)
    path = "disclosure.attest_deletion"
    events = bank.relay(path + "_batch", "Deletion", (message(releases[0]), partner), (message(releases[0]), partner))
    assert names(events) == ["DeletionAttested", "Repeated"]
    assert events[0].args["late"] is False
    (event,) = bank.direct(path, "Deletion", message(releases[1]), partner)
    assert event.args["late"] is True
    assert bank.read("disclosure.isDeleted", releases[0][0])
    assert not bank.read("disclosure.isDeleted", waiting)


def test_a_release_may_be_opened_and_closed_in_its_last_second(bank: Any, request_: Any, people: Any) -> None:
    ids = [consent["consentId"] for _, consent in people]
    by = bank.now + 50
    bank.chain.set_time(by)
    release_id = opened(bank, request_, closesBy=by)
    late = reason_of(bank, "disclosure.open_release", bank.new_id(), request_["requestId"], ITEMS, by)
    assert late == "disclosure: closing time is past"
    assert reason_of(bank, *close(release_id, 0)) == "disclosure: past its closing time"
    by = bank.now + 60
    first = bank.consent(request_, bank.member("ends with it"), validUntil=by)
    releases = [opened(bank, request_, closesBy=by) for _ in range(2)]
    bank.send("disclosure.add_consents", releases[0], [*ids[:1], first["consentId"]])
    bank.send("disclosure.add_consents", releases[1], ids[1:])
    bank.chain.set_time(by)
    assert names(bank.send(*close(releases[0], 2)))[-1] == "Disclosed"
    assert reason_of(bank, *close(releases[1], 2)) == "disclosure: past its closing time"


def test_what_is_held_is_free_after_the_last_second(bank: Any, request_: Any, people: Any) -> None:
    consents = [consent for _, consent in people]
    by = bank.now + 60
    release_id = opened(bank, request_, closesBy=by)
    bank.send("disclosure.add_consents", release_id, [one["consentId"] for one in consents])
    bank.chain.set_time(by)
    arguments = bank.release(request_, *consents)
    with pytest.raises(Exception, match=r"^consent: held by another release$|may not"):
        bank.send("disclosure.disclose", *arguments)
    bank.send("disclosure.disclose", *arguments)


def test_deletion_is_in_time_to_the_last_second(bank: Any, survey: Any, partner: Any) -> None:
    for seconds_after, is_late in ((0, False), (1, True)):
        request = bank.request(survey, partner, retentionDays=1, validUntil=bank.now + 500_000)
        keys = [bank.member(f"in time {number}") for number in range(2)]
        arguments = bank.release(request, *(bank.consent(request, key) for key in keys))
        bank.send("disclosure.disclose", *arguments)
        due = bank.read("disclosure.deletionDue", arguments[0])
        words = "We have deleted this release and every copy of it"
        fields = (arguments[0], partner.address, words, b"\6" * 32, due + 10)
        names_ = ("releaseId", "partner", "statement", "evidenceHash", "deadline")
        message = dict(zip(names_, fields, strict=True))
        bank.chain.set_time(due + seconds_after)
        (event,) = bank.direct("disclosure.attest_deletion", "Deletion", message, partner)
        assert event.args["late"] is is_late


def test_who_was_only_gathered_was_in_no_release(bank: Any, request_: Any, people: Any) -> None:
    consents = [consent for _, consent in people]
    ever_used = ("consent.everUsed", request_["requestId"], people[0][0].address)
    release_id = opened(bank, request_)
    bank.send("disclosure.add_consents", release_id, [one["consentId"] for one in consents])
    assert not bank.read(*ever_used)
    bank.send("disclosure.abandon_release", release_id)
    assert not bank.read(*ever_used)
    bank.send("disclosure.disclose", *bank.release(request_, *consents))
    assert bank.read(*ever_used)
