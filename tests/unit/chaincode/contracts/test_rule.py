"""rule.vy and consents given under it: signed once by a member, and nothing beyond it."""

from typing import Any

import pytest
from web3 import Web3

RECIPIENT, PURPOSE, PROCESSING = 1, 2, 3
NAMES = {
    RECIPIENT: {0: "food companies", 5: "universities"},
    PURPOSE: {2: "research", 7: "menu planning"},
    PROCESSING: {0: "as they are", 1: "anonymized", 2: "statistics"},
}


@pytest.fixture(scope="module")
def partner(bank: Any) -> Any:
    partner = bank.partner("asker", coins=50_000)
    for kind, places in NAMES.items():
        for place, name in places.items():
            bank.send("rule.name_category", kind, place, bytes(Web3.keccak(text=name)))
    bank.send("rule.categorize", partner.address, 0)
    return partner


@pytest.fixture(scope="module")
def survey(bank: Any) -> Any:
    return bank.survey()


@pytest.fixture(scope="module")
def request_(bank: Any, survey: Any, partner: Any) -> Any:
    return bank.request(survey, partner)


def names_in(kind: int, mask: int) -> list[str]:
    return [name for place, name in NAMES[kind].items() if mask >> place & 1]


def rule(bank: Any, survey: dict[str, Any], key: Any, **changes: Any) -> dict[str, Any]:
    masks = {"itemMask": 0b011, "recipientMask": 0b1, "purposeMask": 1 << 7, "processingMask": 1 << 1}
    masks |= {name: value for name, value in changes.items() if name in masks}
    return {
        "ruleId": bank.new_id(),
        "member": key.address,
        "statement": "Under these terms the bank may consent for me",
        "surveyId": survey["surveyId"],
        "items": [label for bit, label in enumerate(survey["labels"]) if masks["itemMask"] >> bit & 1],
        "itemMask": masks["itemMask"],
        "recipients": names_in(RECIPIENT, masks["recipientMask"]),
        "recipientMask": masks["recipientMask"],
        "purposes": names_in(PURPOSE, masks["purposeMask"]),
        "purposeMask": masks["purposeMask"],
        "processing": names_in(PROCESSING, masks["processingMask"]),
        "processingMask": masks["processingMask"],
        "kMinimum": 2,
        "coinsMinimum": 10,
        "usesMaximum": 3,
        "validUntil": bank.now + 200_000,
        "sequence": bank.count,
        "deadline": bank.soon,
        **changes,
    }


def set_rule(bank: Any, survey: dict[str, Any], key: Any, **changes: Any) -> dict[str, Any]:
    message = rule(bank, survey, key, **changes)
    (event,) = bank.relay("rule.set_rule_batch", "StandingRule", (message, key))
    assert event.name == "RuleSet", event
    return message


def by_rule(bank: Any, request: dict[str, Any], key: Any, rule: dict[str, Any], **changes: Any) -> tuple[Any, ...]:
    message = bank.consent_message(request, key, **{"sequence": 0, **changes})
    fields = ("consentId", "member", "requestId")
    rest = ("itemMask", "validFrom", "validUntil", "usesMaximum", "coins", "noticeHash", "sequence", "deadline")
    consent = (*(message[name] for name in fields), changes.get("given", True), *(message[name] for name in rest))
    return (consent, rule["ruleId"])


def record(bank: Any, *items: tuple[Any, ...]) -> list[Any]:
    events: list[Any] = bank.send("consent.record_by_rule_batch", list(items))
    return events


def why(bank: Any, *item: Any, **changes: Any) -> str:
    (event,) = record(bank, by_rule(bank, *item, **changes))
    return str(event.args["reason"])


def end_message(bank: Any, rule: dict[str, Any], key: Any, **changes: Any) -> dict[str, Any]:
    return {
        "ruleId": rule["ruleId"],
        "member": key.address,
        "statement": "I end this standing rule",
        "sequence": bank.count,
        "deadline": bank.soon,
        **changes,
    }


def test_the_bank_consents_under_a_rule(bank: Any, survey: Any, request_: Any) -> None:
    keys = [bank.member(f"ruled {number}") for number in range(2)]
    rules = [set_rule(bank, survey, key) for key in keys]
    items = [by_rule(bank, request_, key, rule) for key, rule in zip(keys, rules, strict=True)]
    events = record(bank, *items)
    assert [event.name for event in events] == ["ConsentByRule", "ConsentChanged"] * 2
    assert events[0].args["ruleId"] == rules[0]["ruleId"]
    assert events[1].args["state"] == 2
    assert [event.name for event in record(bank, *items)] == ["Repeated"] * 2
    consents = [{"consentId": item[0][0]} for item in items]
    bank.send("disclosure.disclose", *bank.release(request_, *consents))
    assert [bank.coins(key) for key in keys] == [10, 10]
    view = bank.read("rule.ruleOf", rules[0]["ruleId"])
    assert view == (
        keys[0].address,
        survey["surveyId"],
        True,
        0b011,
        1,
        1 << 7,
        2,
        2,
        10,
        3,
        rules[0]["validUntil"],
    )


def test_a_rule_is_set_both_ways_and_once(bank: Any, survey: Any, partner: Any) -> None:
    key = bank.member("sets")
    message = rule(bank, survey, key)
    path = "rule.set_rule"
    assert [event.name for event in bank.direct(path, "StandingRule", message, key)] == ["RuleSet"]
    assert [e.name for e in bank.relay(path + "_batch", "StandingRule", (message, key))] == ["Repeated"]
    changed = {**message, "coinsMinimum": 1}
    assert bank.refusal(path, "StandingRule", changed, key) == "rule: id already used"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"itemMask": 0}, "covers nothing"),
        ({"itemMask": 8}, "covers nothing"),
        ({"recipientMask": 0}, "covers nothing"),
        ({"recipientMask": 0b11}, "covers nothing"),
        ({"recipientMask": 1 << 32}, "covers nothing"),
        ({"purposeMask": 1}, "covers nothing"),
        ({"processingMask": 0b1000}, "covers nothing"),
        ({"usesMaximum": 0}, "covers nothing"),
        ({"validUntil": 1}, "validity is empty"),
        ({"validUntil": 2**40}, "validity is empty"),
        ({"deadline": 1}, "deadline passed"),
        ({"ruleId": b"\0" * 32}, "id already used"),
    ],
)
def test_rules_are_refused(bank: Any, survey: Any, partner: Any, changes: dict[str, Any], reason: str) -> None:
    key = bank.member("bad rule")
    message = rule(bank, survey, key, **changes)
    with pytest.raises(Exception, match=f"^rule: {reason}$"):
        bank.direct("rule.set_rule", "StandingRule", message, key)
    if all(name in ("usesMaximum", "validUntil", "deadline", "ruleId") for name in changes):
        assert bank.refusal("rule.set_rule", "StandingRule", message, key) == f"rule: {reason}"


def test_a_rule_is_signed_with_the_names_of_what_it_covers(bank: Any, survey: Any, partner: Any) -> None:
    key, thief = bank.member("reads rule"), bank.member("rule thief")
    for changes in (
        {"recipients": ["universities"]},
        {"purposes": []},
        {"processing": ["statistics"]},
        {"items": ["dinner"]},
        {"statement": "The bank may do anything"},
    ):
        message = {**rule(bank, survey, key), **changes}
        (event,) = bank.relay("rule.set_rule_batch", "StandingRule", (message, key))
        assert event.args["reason"] == "membership: signer may not act"
    message = rule(bank, survey, key)
    assert bank.refusal("rule.set_rule", "StandingRule", message, thief) == "membership: signer may not act"


def test_what_a_rule_does_not_cover_is_named(bank: Any, survey: Any, partner: Any, request_: Any) -> None:
    key, other = bank.member("careful"), bank.member("other careful")
    own, foreign = set_rule(bank, survey, key), set_rule(bank, survey, other)
    university = bank.partner("university", coins=1000)
    uncategorized = bank.request(survey, university)
    assert why(bank, uncategorized, key, own) == "rule: does not cover the recipient"
    bank.send("rule.categorize", university.address, 5)
    assert bank.read("rule.categoryOf", university.address) == 6
    assert why(bank, uncategorized, key, own) == "rule: does not cover the recipient"
    for unknown in (b"\7" * 32, b"\0" * 32):
        assert why(bank, request_, key, {"ruleId": unknown}) == "rule: unknown rule"
    assert why(bank, request_, key, foreign) == "rule: of another member"
    elsewhere = bank.request(bank.survey(), partner)
    assert why(bank, elsewhere, key, own) == "rule: does not cover the survey"
    for changes, reason in (
        ({"purposeCode": 2}, "does not cover the purpose"),
        ({"purposeCode": 2**32 - 1}, "does not cover the purpose"),
        ({"legalClass": 2}, "does not cover the processing"),
        ({"legalClass": 3}, "does not cover the processing"),
        ({"items": 0b100}, "does not cover the items"),
        ({"coinsBase": 3}, "demands more coins"),
    ):
        request = bank.request(survey, partner, **changes)
        assert why(bank, request, key, own) == f"rule: {reason}"
    strict = set_rule(bank, survey, key, kMinimum=3)
    assert why(bank, request_, key, strict) == "rule: demands a higher k"
    assert why(bank, request_, key, own, usesMaximum=4) == "rule: allows fewer uses"
    short = set_rule(bank, survey, key, validUntil=bank.now + 500)
    assert why(bank, request_, key, short) == "rule: outlasts the rule"
    bank.chain.advance(501)
    bank.member("tick")
    assert why(bank, request_, key, short) == "rule: has run out"


def test_the_consent_itself_must_still_be_right(bank: Any, survey: Any, request_: Any) -> None:
    key = bank.member("right")
    own = set_rule(bank, survey, key)
    assert why(bank, request_, key, own, coins=11) == "consent: wrong reward"
    assert why(bank, request_, key, own, noticeHash=b"\0" * 32) == "consent: notice missing"
    assert why(bank, request_, key, own, given=False) == "consent: a rule only consents"
    assert why(bank, request_, key, own, sequence=1) == "consent: a rule has no sequence"
    assert why(bank, request_, key, own, deadline=1) == "consent: deadline passed"
    assert why(bank, request_, key, own, consentId=b"\0" * 32) == "consent: id already used"
    assert why(bank, request_, bank.key("stranger"), own) == "membership: role missing"
    bank.send("membership.suspend", key.address, b"\1" * 32)
    assert why(bank, request_, key, own) == "membership: account suspended"
    with pytest.raises(Exception, match=r"^consent: not the operator$"):
        bank.send("consent.record_by_rule_batch", [], sender=key)


@pytest.mark.parametrize("decision", ["I consent", "I refuse", "withdrawn"])
def test_a_rule_never_overrides_the_members_own_decision(bank: Any, survey: Any, request_: Any, decision: str) -> None:
    key = bank.member(f"decided {decision}")
    own = set_rule(bank, survey, key)
    given = bank.consent(request_, key, decision="I refuse" if decision == "I refuse" else "I consent")
    if decision == "withdrawn":
        bank.relay("consent.withdraw_batch", "Withdrawal", (bank.withdrawal(given), key))
    assert why(bank, request_, key, own) == "consent: already decided"


def test_a_consent_that_ran_out_may_be_given_again_by_rule(bank: Any, survey: Any, request_: Any) -> None:
    key = bank.member("again by rule")
    own = set_rule(bank, survey, key)
    end = bank.now + 300
    record(bank, by_rule(bank, request_, key, own, validUntil=end))
    bank.chain.set_time(end + 1)
    bank.member("tick")
    events = record(bank, by_rule(bank, request_, key, own))
    assert [event.args.get("state") for event in events] == [None, 6, 2]


def test_a_member_withdraws_what_the_bank_gave_and_ends_the_rule(bank: Any, survey: Any, request_: Any) -> None:
    key, other = bank.member("ends"), bank.member("ends not")
    own = set_rule(bank, survey, key)
    item = by_rule(bank, request_, key, own)
    record(bank, item)
    withdrawal = bank.withdrawal({"consentId": item[0][0], "member": key.address})
    (event,) = bank.relay("consent.withdraw_batch", "Withdrawal", (withdrawal, key))
    assert event.args["state"] == 5

    def refused(key: Any, **changes: Any) -> str:
        return str(bank.refusal("rule.end_rule", "RuleEnd", end_message(bank, own, key, **changes), key))

    assert refused(other) == "rule: of another member"
    assert refused(other, member=key.address) == "membership: signer may not act"
    assert refused(key, deadline=1) == "rule: deadline passed"
    message = end_message(bank, own, key)
    events = bank.relay("rule.end_rule_batch", "RuleEnd", (message, key), (message, key))
    assert [event.name for event in events] == ["RuleEnded", "Repeated"]
    assert [e.name for e in bank.direct("rule.end_rule", "RuleEnd", message, key)] == ["Repeated"]
    second = bank.request(survey, bank.key("asker"))
    assert why(bank, second, key, own) == "rule: has ended"


def test_a_rule_rests_with_its_member_and_ends_with_the_key(bank: Any, survey: Any, request_: Any) -> None:
    key, new = bank.member("loses the rule's key"), bank.key("the rule's new key")
    own = set_rule(bank, survey, key)
    assert bank.read("rule.ruleOf", own["ruleId"])[2]
    bank.rotated(key, key, new)
    assert why(bank, request_, key, own) == "rule: of an earlier key"
    assert not bank.read("rule.ruleOf", own["ruleId"])[2]
    anew = rule(bank, survey, key)
    (event,) = bank.relay("rule.set_rule_batch", "StandingRule", (anew, new))
    assert event.name == "RuleSet"
    message = bank.recovery_message(key.address, bank.key("the rule's next key"))
    bank.send(*bank.recover_arguments(message, bank.key("the rule's next key"), bank.board))
    assert why(bank, request_, key, anew) == "membership: account recovers"


def test_a_suspended_member_ends_its_rule(bank: Any, survey: Any) -> None:
    key = bank.member("ends though suspended")
    message = end_message(bank, set_rule(bank, survey, key), key)
    bank.send("membership.suspend", key.address, b"\1" * 32)
    (event,) = bank.direct("rule.end_rule", "RuleEnd", message, key)
    assert event.name == "RuleEnded"


def test_categories_are_named_for_good_by_the_operator(bank: Any, partner: Any) -> None:
    def reason(*call: Any, sender: Any = None) -> str:
        with pytest.raises(Exception, match=r"(rule|membership): ") as caught:
            bank.send(*call, sender=sender)
        return str(caught.value)

    name = "rule.name_category"
    assert reason(name, 0, 0, b"\1" * 32) == "rule: unknown category"
    assert reason(name, 4, 0, b"\1" * 32) == "rule: unknown category"
    assert reason(name, 1, 32, b"\1" * 32) == "rule: unknown category"
    assert reason(name, 1, 0, b"\1" * 32) == "rule: id already used"
    assert reason(name, 1, 9, b"\1" * 32, sender=partner) == "rule: not the operator"
    assert reason("rule.categorize", partner.address, 9) == "rule: unknown category"
    assert reason("rule.categorize", partner.address, 32) == "rule: unknown category"
    member = bank.member("no partner")
    assert reason("rule.categorize", member.address, 0) == "membership: role missing"
    assert reason("rule.categorize", partner.address, 0, sender=partner) == "rule: not the operator"
    with pytest.raises(Exception, match=r"^consent: id already used$"):
        bank.send("consent.set_rules", partner.address)


def test_each_consent_of_a_batch_is_held_against_its_own_request_and_items(
    bank: Any, survey: Any, request_: Any, partner: Any
) -> None:
    dearer = bank.request(survey, partner, coinsBase=50)
    keys = [bank.member(f"batched {number}") for number in range(2)]
    first, second = (set_rule(bank, survey, key) for key in keys)
    one_item = {"itemMask": 0b001, "items": survey["labels"][:1], "coins": request_["coinsBase"] + 3}
    events = record(
        bank,
        by_rule(bank, request_, keys[0], first),
        by_rule(bank, dearer, keys[0], first),
        by_rule(bank, dearer, keys[1], second, itemMask=0b001, coins=53),
        by_rule(bank, request_, keys[1], second, **one_item),
    )
    consents = [event.args for event in events if event.name == "ConsentChanged"]
    assert [one["requestId"] for one in consents] == [request_["requestId"], *[dearer["requestId"]] * 2]
    assert [one["coins"] for one in consents] == [10, 56, 53]
    assert events[-1].args["reason"] == "rule: demands more coins"


def test_rules_and_consents_under_them_count_in_their_last_second(bank: Any, survey: Any, request_: Any) -> None:
    key, late, last = bank.member("ruled last"), bank.member("ruled late"), bank.now + 60
    words = [rule(bank, survey, one, validUntil=last) for one in (key, late)]
    bank.chain.set_time(last)
    assert bank.relay("rule.set_rule_batch", "StandingRule", (words[0], key))[0].name == "RuleSet"
    (event,) = bank.relay("rule.set_rule_batch", "StandingRule", (words[1], late))
    assert event.args["reason"] == "rule: validity is empty"
    last = bank.now + 60
    rules = [set_rule(bank, survey, one, validUntil=last) for one in (key, late)]
    ends = {"validUntil": last, "deadline": last}
    items = [by_rule(bank, request_, one, own, **ends) for one, own in zip((key, late), rules, strict=True)]
    bank.chain.set_time(last)
    assert [event.name for event in record(bank, items[0])] == ["ConsentByRule", "ConsentChanged"]
    assert record(bank, items[1])[0].args["reason"] == "consent: deadline passed"


def test_a_rule_is_covered_to_its_very_limits(bank: Any, survey: Any, request_: Any) -> None:
    key = bank.member("to the limit")
    own = set_rule(bank, survey, key, usesMaximum=2, coinsMinimum=10, kMinimum=2, validUntil=bank.now + 200_000)
    item = by_rule(bank, request_, key, own, usesMaximum=2, coins=10, validUntil=own["validUntil"])
    assert [event.name for event in record(bank, item)] == ["ConsentByRule", "ConsentChanged"]


def test_the_longest_rule_there_can_be(bank: Any, survey: Any) -> None:
    key = bank.member("for ever")
    set_rule(bank, survey, key, validUntil=2**40 - 1)
    message = rule(bank, survey, key, validUntil=2**40)
    assert bank.refusal("rule.set_rule", "StandingRule", message, key) == "rule: validity is empty"


def test_the_first_purpose_beyond_all_is_not_taken_for_a_processing(bank: Any, survey: Any, partner: Any) -> None:
    key, request = bank.member("beyond"), bank.request(survey, partner, purposeCode=32)
    own = set_rule(bank, survey, key, processingMask=0b11)
    assert why(bank, request, key, own) == "rule: does not cover the purpose"


def test_a_rule_that_was_held_back_comes_too_late(bank: Any, survey: Any, partner: Any) -> None:
    """The bank says that a rule got lost; the member ends it; then the bank carries it after all."""
    key, path = bank.member("held back"), "rule.set_rule"
    held, other = rule(bank, survey, key, sequence=1000), rule(bank, survey, key, sequence=1001)
    end = end_message(bank, held, key, sequence=1002)
    events = bank.relay("rule.end_rule_batch", "RuleEnd", (end, key), (end, key))
    assert [event.name for event in events] == ["RuleEnded", "Repeated"]
    assert events[0].args["sequence"] == bank.read("rule.sequenceOf", key.address) == 1002
    for message in (held, other, {**held, "ruleId": bank.new_id(), "sequence": 1002}):
        assert bank.refusal(path, "StandingRule", message, key) == "rule: a later word stands"
        assert not bank.read("rule.ruleOf", message["ruleId"])[2]
    (event,) = bank.relay(path + "_batch", "StandingRule", ({**held, "sequence": 1003}, key))
    assert event.name == "RuleSet", "the member may change its mind"
    assert bank.read("rule.ruleOf", held["ruleId"])[2]
    earlier = rule(bank, survey, key, sequence=1002)
    assert bank.refusal(path, "StandingRule", earlier, key) == "rule: a later word stands"


def test_the_end_of_a_rule_is_never_refused_for_its_sequence(bank: Any, survey: Any, partner: Any) -> None:
    key, path = bank.member("ends late"), "rule.end_rule"
    own = set_rule(bank, survey, key, sequence=2000)
    (event,) = bank.direct(path, "RuleEnd", end_message(bank, own, key, sequence=0), key)
    assert (event.name, event.args["sequence"]) == ("RuleEnded", 0)
    assert bank.read("rule.sequenceOf", key.address) == 2000
    far = bank.direct(path, "RuleEnd", end_message(bank, {"ruleId": bank.new_id()}, key, sequence=2**64 - 1), key)
    assert far[0].args["sequence"] == bank.now * 1000 + 999, "one of the future counts as now"
    early = rule(bank, survey, key, sequence=bank.now * 1000 + 999)
    assert bank.refusal("rule.set_rule", "StandingRule", early, key) == "rule: a later word stands"
    nothing = end_message(bank, {"ruleId": bank.new_id()}, key, sequence=2001)
    assert [event.name for event in bank.direct(path, "RuleEnd", nothing, key)] == ["Repeated"]


def test_a_clock_that_goes_far_ahead_sets_no_rule(bank: Any, survey: Any, partner: Any) -> None:
    key, moment, path = bank.member("clock ahead"), bank.now + 50, "rule.set_rule_batch"
    last = rule(bank, survey, key, sequence=(moment + 3600) * 1000)
    beyond = rule(bank, survey, key, sequence=(moment + 3600) * 1000 + 1)
    bank.chain.set_time(moment)
    events = bank.relay(path, "StandingRule", (beyond, key), (last, key))
    assert [event.args.get("reason", event.name) for event in events] == ["rule: sequence is of the future", "RuleSet"]
