"""Who acts for whom in the story: a guardian under a delegation, the bank under a member's standing rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chaincode.bindings import CategoryKind, LegalClass, Scope, SurveyTerms
from chaincode.ids import EMPTY_ID
from chaincode.typed_data import (
    CONSENT_GIVEN,
    DELEGATION_STATEMENT,
    RULE_END_STATEMENT,
    RULE_STATEMENT,
    Answer,
    Appointment,
    CoinTransfer,
    Consent,
    DataRequest,
    Decision,
    Delegation,
    Join,
    RuleEnd,
    StandingRule,
)

from .teller import LATE, PAST, Teller
from .transcript import plain

TITLE, STATEMENT = "And the children?", "I join this bank"
LABELS = ("School", "Sleep")
RECIPIENT, PURPOSE = "Kita Stores", "Plan school meals"
REQUESTS = ("meals", "more meals", "last meals")
SHOPS, RESEARCH, ANONYMIZED = "Shops nearby", "Research", "Anonymized data"


def prepare(teller: Teller) -> None:
    """A guardian and a child join; a survey and three requests to it, which the board approves."""
    bank, send, terms = teller.bank, teller.send, teller.id("terms")
    joins = [
        teller.signed(Join(teller.id(f"join {name}"), teller.address(name), STATEMENT, terms, EMPTY_ID, LATE), name)
        for name in ("guardian", "child")
    ]
    teller.note("more join", bank.membership.join_batch(send, joins))
    survey = SurveyTerms(teller.id("school survey"), TITLE, EMPTY_ID, LABELS, (1, 1), 3, 100, 0, LATE)
    teller.note("publish school survey", bank.survey.publish(send, survey))
    teller.note(
        "file more", bank.request.file_batch(send, [teller.signed(_request(teller, n), "partner") for n in REQUESTS])
    )
    board, minutes = teller.address("board"), teller.id("minutes")
    decisions = [Decision(teller.id(n), board, teller.asked(n), True, minutes, LATE) for n in REQUESTS]
    teller.note("decide more", bank.request.decide_batch(send, [teller.signed(one, "board") for one in decisions]))


def _request(teller: Teller, name: str) -> DataRequest:
    what = (teller.id(name), teller.address("partner"), teller.id("school survey"), RECIPIENT, PURPOSE, 3, 1)
    return DataRequest(*what, int(LegalClass.ANONYMIZED), 2, 2, 100, 4, 1, 1, LATE, 30, EMPTY_ID, LATE)


# ---- A guardian ----


def let_a_guardian_act(teller: Teller) -> None:
    """Named by an elder and a child, for another by the board; acts in scope, not out of it, not after the end."""
    bank, send, scope = teller.bank, teller.send, Scope.SURVEY | Scope.CONSENT
    begin = _delegation(teller, "begin", int(scope), LATE)
    items = [teller.signed(begin, "guardian"), teller.signed(begin, "mei"), teller.signed(begin, "mei")]
    items.append(teller.signed(_delegation(teller, "past", 1, PAST), "mei"))
    teller.note("answer without delegation", bank.survey.answer_batch(send, [_answer(teller, "mei", "guardian")]))
    teller.note("delegate", bank.membership.delegate_batch(send, items))
    who, ward = teller.address("guardian"), teller.address("yui")
    child = _delegation(teller, "child", int(Scope.SURVEY), LATE, "child")
    teller.note("delegate for a child", bank.membership.delegate_batch(send, [teller.signed(child, "child")]))
    by_court = (teller.id("appointment"), ward, who, int(Scope.SURVEY), LATE, teller.id("paper of the court"), 1, LATE)
    approvals = [teller.signature(Appointment(*by_court), "board")]
    teller.refused("appoint alone", lambda: bank.membership.appoint(send, Appointment(*by_court), []))
    teller.note("appoint", bank.membership.appoint(send, Appointment(*by_court), approvals))
    answers = [_answer(teller, name, "guardian") for name in ("mei", "child", "sota")]
    teller.note("guardian answers", bank.survey.answer_batch(send, answers))
    consents = [teller.signed(_consent(teller, name, "meals"), "guardian") for name in ("mei", "child")]
    teller.note("guardian consents", bank.consent.record_batch(send, consents))
    gift = CoinTransfer(teller.id("not its coins"), teller.address("mei"), who, 1, LATE)
    teller.note("guardian takes coins", bank.coin.transfer_batch(send, [teller.signed(gift, "guardian")]))
    end = _delegation(teller, "end", 0, 0)
    teller.note("end delegation", bank.membership.delegate(teller.as_oneself("mei"), end))
    late = teller.signed(_consent(teller, "mei", "more meals"), "guardian")
    teller.note("guardian after the end", bank.consent.record_batch(send, [late]))


def _delegation(teller: Teller, name: str, scope: int, until: int, who: str = "mei") -> Delegation:
    words = (teller.id(f"delegation {name}"), teller.address(who), DELEGATION_STATEMENT, teller.address("guardian"))
    return Delegation(*words, scope, until, 1 if scope else 2, LATE)


def _answer(teller: Teller, name: str, signer: str) -> Any:
    what = (teller.id(f"school answer {name}"), teller.address(name), teller.id("school survey"), TITLE)
    return teller.signed(Answer(*what, teller.id(f"commitment {name}"), teller.id("recipients"), 3, 5, LATE), signer)


def _consent(teller: Teller, name: str, request: str, sequence: int = 1) -> Consent:
    what = (
        teller.id(f"consent {name} {request}"),
        teller.address(name),
        teller.id(request),
        teller.asked(request),
        CONSENT_GIVEN,
    )
    return Consent(*what, RECIPIENT, PURPOSE, LABELS, 3, 0, LATE, 2, 3, teller.id("notice"), sequence, LATE)


# ---- A standing rule ----


def let_the_bank_consent(teller: Teller) -> None:
    """Rules given; a consent that they cover, and those that they do not; none after the end."""
    face, send, bank = teller.bank.rule, teller.send, teller.bank
    names = [(CategoryKind.RECIPIENTS, 0, SHOPS), (CategoryKind.PURPOSES, 1, RESEARCH)]
    for kind, place, name in [*names, (CategoryKind.PROCESSING, 1, ANONYMIZED)]:
        face.name_category(send, kind, place, name)
    teller.refused("rename a category", lambda: face.name_category(send, CategoryKind.PURPOSES, 1, "Advertising"))
    face.categorize(send, teller.address("partner"), 0)
    modest, dear = _rule(teller, "aoi"), replace(_rule(teller, "yui"), coins_minimum=4)
    given = [teller.signed(modest, "aoi"), teller.signed(dear, "yui"), teller.signed(modest, "aoi")]
    given.append(teller.signed(replace(_rule(teller, "ren"), item_mask=0, items=()), "ren"))
    teller.note("set rules", face.set_rule_batch(send, given))
    teller.note("set a rule by oneself", face.set_rule(teller.as_oneself("sota"), _rule(teller, "sota")))

    def consent(name: str, request: str, rule: str | None = None) -> tuple[Consent, bytes]:
        return _consent(teller, name, request, 0), teller.id(f"rule {rule or name}")

    said = [consent("aoi", "meals"), consent("yui", "meals"), consent("sota", "meals"), consent("aoi", "meals")]
    said += [consent("aoi", "more meals", "sota"), consent("mei", "more meals", "nobody")]
    teller.note("consent by rule", bank.consent.record_by_rule_batch(send, said))
    ends = [
        RuleEnd(teller.id(f"rule {name}"), teller.address(name), RULE_END_STATEMENT, 2, LATE)
        for name in ("aoi", "sota")
    ]
    signed = [teller.signed(ends[0], "sota"), teller.signed(ends[0], "aoi"), teller.signed(ends[0], "aoi")]
    teller.note("end rule", face.end_rule_batch(send, signed))
    teller.note("end rule by oneself", face.end_rule(teller.as_oneself("sota"), ends[1]))
    early = [
        teller.signed(replace(_rule(teller, "aoi"), rule_id=teller.id("held back"), sequence=n), "aoi") for n in (2, 3)
    ]
    teller.note("a rule held back", face.set_rule_batch(send, early))
    teller.note("consent after the rule", bank.consent.record_by_rule_batch(send, [consent("aoi", "last meals")]))


def _rule(teller: Teller, name: str) -> StandingRule:
    what = (teller.id(f"rule {name}"), teller.address(name), RULE_STATEMENT, teller.id("school survey"), LABELS, 3)
    where = ((SHOPS,), 1, (RESEARCH,), 2, (ANONYMIZED,), 2)
    return StandingRule(*what, *where, 2, 3, 2, LATE, 1, LATE)


def reads(teller: Teller) -> dict[str, Any]:
    """What the contracts hold of it."""
    bank = teller.bank
    pairs = [("mei", "guardian"), ("child", "guardian"), ("yui", "guardian")]
    consents = [teller.id(f"consent {name} meals") for name in ("mei", "child", "aoi", "yui", "sota")]
    found = {
        "delegations": [_timeless(bank.membership.delegation_of(*map(teller.address, pair))) for pair in pairs],
        "rules": [bank.rule.rule_of(teller.id(f"rule {name}")) for name in ("aoi", "yui", "sota", "ren")],
        "category": bank.rule.category_of(teller.address("partner")),
        "more consents": [bank.consent.record_of(one) for one in consents],
        "coins of the child": bank.coin.balance_of(teller.address("child")),
    }
    return {name: plain(value) for name, value in found.items()}


def _timeless(delegation: Any) -> Any:
    """Without the moment that the engine's clock chose."""
    return delegation and replace(delegation, since=0)
