"""Surveys, requests, consents, standing rules and releases, as `gas` measures them."""

from collections.abc import Sequence
from functools import partial

from eth_account.signers.local import LocalAccount

from chaincode.bindings import CategoryKind, Question, Release, SurveyTerms
from chaincode.ids import EMPTY_ID, text_hash
from chaincode.typed_data import (
    CONSENT_GIVEN,
    CONSENT_REFUSED,
    CONSENT_WITHDRAWN,
    CORRECTION_STATEMENT,
    DELETION_STATEMENT,
    REVOCATION_STATEMENT,
    RULE_END_STATEMENT,
    RULE_STATEMENT,
    Acknowledgement,
    Answer,
    ApprovalRevocation,
    Closing,
    Consent,
    Correction,
    DataRequest,
    Decision,
    Deletion,
    RuleEnd,
    StandingRule,
    Withdrawal,
)

from .gas_bench import EVERY_ITEM, LABELS, LATE, Bench, item_id

RECIPIENT, PURPOSE = "Shop", "study"
REQUESTS = ("first", "asked", "ruled", "delegated", "short")
"""Requests to the first survey that are approved and stay open; `rewarded` is to the survey with a partner reward."""
DAY = 86_400


def answer(bench: Bench) -> None:
    """Surveys; answers by oneself and by one's guardian."""
    face, send, now = bench.contracts.survey, bench.send, bench.now()

    def publish(name: str) -> None:
        terms = (text_hash(name), "Survey", EMPTY_ID, LABELS, (1, 2, 3, 4, 5), 5, 10**6, now, LATE)
        face.publish(send, SurveyTerms(*terms))

    surveys = ("survey", "rewarded survey", "guardian's survey", "survey to close")
    bench.single("survey.publish", *(partial(publish, name) for name in surveys))
    reward = partial(face.set_partner_reward, send, text_hash("rewarded survey"), 3, 5)
    bench.single("survey.set_partner_reward", reward)
    bench.act("survey.answer", [(_answer(one, "survey"), one) for one in bench.members])
    rewarded = [bench.signed(_answer(one, "rewarded survey"), one) for one in bench.members]
    face.answer_batch(send, rewarded)
    for_them = [(_answer(one, "guardian's survey"), bench.guardian) for one in bench.members]
    bench.act("survey.answer", for_them, "by a delegate")
    bench.act("survey.correct", [(_correction(one, "survey"), one) for one in bench.members])
    more = text_hash("more budget")
    bench.single("survey.top_up", lambda: face.top_up(send, more, text_hash("survey"), 1000))
    bench.single("survey.close", lambda: face.close(send, text_hash("survey to close")))


def _answer(one: LocalAccount, survey: str) -> Answer:
    what = (item_id(f"answer {survey}", one), one.address, text_hash(survey), "Survey", text_hash("commitment"))
    return Answer(*what, text_hash("recipients"), EVERY_ITEM, 20, LATE)


def _correction(one: LocalAccount, survey: str) -> Correction:
    what = (text_hash(survey), "Survey", item_id(f"answer {survey}", one), text_hash("corrected"))
    return Correction(
        item_id(f"correction {survey}", one), one.address, CORRECTION_STATEMENT,
        *what, text_hash("recipients"), EVERY_ITEM, LATE,
    )  # fmt: skip


def ask(bench: Bench) -> None:
    """Requests filed, decided and closed, one for each member; then those that the rest is about."""
    face, send, board = bench.contracts.request, bench.send, bench.board
    names = [f"request {i}" for i in range(len(bench.members))]
    bench.act("request.file", [(_request(bench, name, "survey"), bench.partner) for name in names])

    def decision(name: str) -> Decision:
        return Decision(text_hash(name), board.address, _asked(bench, name), True, EMPTY_ID, LATE)

    bench.act("request.decide", [(decision(name), board) for name in names])
    closings = [bench.signed(Closing(text_hash(name), bench.partner.address, LATE), bench.partner) for name in names]
    alone = [partial(face.close, bench.own(bench.partner), text_hash(name)) for name in names]
    bench.two_forms("request.close", alone, lambda: face.close_batch(send, closings))
    revoke(bench)
    filed = [_request(bench, name, "survey") for name in REQUESTS]
    filed.append(_request(bench, "rewarded", "rewarded survey"))
    face.file_batch(send, [bench.signed(one, bench.partner) for one in filed])
    face.decide_batch(send, [bench.signed(decision(name), board) for name in REQUESTS])
    rewarded = bench.signed(decision("rewarded"), board)
    bench.single("request.decide_together", lambda: face.decide_together(send, rewarded, [rewarded.signature]))


def revoke(bench: Bench) -> None:
    """Approvals taken back, one for each member, and one by the signatures of the board."""
    face, send, board = bench.contracts.request, bench.send, bench.board
    names = [f"regretted {i}" for i in range(len(bench.members))]
    both = [*names, "rued"]
    face.file_batch(send, [bench.signed(_request(bench, name, "survey"), bench.partner) for name in both])
    decisions = [Decision(text_hash(name), board.address, _asked(bench, name), True, EMPTY_ID, LATE) for name in both]
    face.decide_batch(send, [bench.signed(one, board) for one in decisions])

    def revocation(name: str) -> ApprovalRevocation:
        words = text_hash(name), board.address, _asked(bench, name), REVOCATION_STATEMENT
        return ApprovalRevocation(*words, EMPTY_ID, LATE)

    bench.act("request.revoke", [(revocation(name), board) for name in names])
    rued = bench.signed(revocation("rued"), board)
    bench.single("request.revoke_together", lambda: face.revoke_together(send, rued, [rued.signature]))


def _request(bench: Bench, name: str, survey: str) -> DataRequest:
    what = (text_hash(name), bench.partner.address, text_hash(survey), RECIPIENT, PURPOSE)
    return DataRequest(*what, EVERY_ITEM, 1, 1, 2, 2, 100, 10_000, 5, 1, LATE, 365, EMPTY_ID, LATE)


def _asked(bench: Bench, name: str) -> bytes:
    """The digest of a request's words, as the ledger has it."""
    terms = bench.contracts.request.terms(text_hash(name))
    return terms.digest if terms else EMPTY_ID


def consent(bench: Bench) -> None:
    """Given, renewed, given for another; asked for first; superseded by a refusal; withdrawn, revoked, run out."""
    face, send, members = bench.contracts.consent, bench.send, bench.members
    for request, note in (("first", ""), ("rewarded", "with a partner reward")):
        bench.act("consent.record", [(_consent(bench, one, request, "given"), one) for one in members], note)
    for_them = [(_consent(bench, one, "delegated", "given"), bench.guardian) for one in members]
    bench.act("consent.record", for_them, "by a delegate")
    asked = [
        Question(item_id("asked given", one), one.address, text_hash("asked"), EVERY_ITEM, text_hash("notice"))
        for one in members
    ]
    bench.listed("consent.ask", asked, partial(face.ask_batch, send))
    bench.act("consent.record", [(_consent(bench, one, "asked", "given"), one) for one in members], "asked before")
    bench.act(
        "consent.record", [(_consent(bench, one, "asked", "renewed", sequence=2), one) for one in members], "renewed"
    )
    refusals = [
        (_consent(bench, one, "asked", "refused", decision=CONSENT_REFUSED, sequence=3), one) for one in members
    ]
    bench.act("consent.record", refusals, "refused, superseding")
    bench.act("consent.withdraw", [(_withdrawal(one), one) for one in members])
    revoked = [item_id("rewarded given", one) for one in members]
    bench.single("consent.revoke", *(partial(face.revoke, send, one, text_hash("reason")) for one in revoked))
    ends = bench.now() + DAY
    short = [_consent(bench, one, "short", "given", until=ends) for one in members]
    face.record_batch(send, [bench.signed(*one) for one in zip(short, members, strict=True)])
    bench.pass_time(2 * DAY)
    bench.listed("consent.expire", [one.consent_id for one in short], partial(face.expire_batch, send))


def _consent(
    bench: Bench,
    one: LocalAccount,
    request: str,
    name: str,
    decision: str = CONSENT_GIVEN,
    until: int = LATE,
    sequence: int = 1,
) -> Consent:
    asked = text_hash(request), _asked(bench, request)
    what = (item_id(f"{request} {name}", one), one.address, *asked, decision, RECIPIENT, PURPOSE, LABELS)
    return Consent(*what, EVERY_ITEM, 0, until, 1_000, 10, text_hash("notice"), sequence, LATE)


def _withdrawal(one: LocalAccount) -> Withdrawal:
    return Withdrawal(item_id("delegated given", one), one.address, CONSENT_WITHDRAWN, EMPTY_ID, 9, LATE)


def rule(bench: Bench) -> None:
    """Categories named; rules set, consented under, ended."""
    face, send = bench.contracts.rule, bench.send
    names = [(CategoryKind.RECIPIENTS, 0, "shops"), (CategoryKind.PURPOSES, 1, "research")]
    names.append((CategoryKind.PROCESSING, 1, "anonymized"))
    bench.single("rule.name_category", *(partial(face.name_category, send, *name) for name in names))
    bench.single("rule.categorize", lambda: face.categorize(send, bench.partner.address, 0))
    bench.act("rule.set_rule", [(_rule(one), one) for one in bench.members])
    ruled = [(_consent(bench, one, "ruled", "by rule", sequence=0), item_id("rule", one)) for one in bench.members]
    bench.listed("consent.record_by_rule", ruled, partial(bench.contracts.consent.record_by_rule_batch, send))
    ends = [RuleEnd(item_id("rule", one), one.address, RULE_END_STATEMENT, 2, LATE) for one in bench.members]
    bench.act("rule.end_rule", list(zip(ends, bench.members, strict=True)))


def _rule(one: LocalAccount) -> StandingRule:
    what = (item_id("rule", one), one.address, RULE_STATEMENT, text_hash("survey"), LABELS, EVERY_ITEM)
    where = (("shops",), 1, ("research",), 2, ("anonymized",), 2)
    return StandingRule(*what, *where, 2, 0, 1_000, LATE, 1, LATE)


def disclose(bench: Bench) -> None:
    """Releases in one transaction and in chunks; acknowledged; deleted."""
    face, send, count = bench.contracts.disclosure, bench.send, len(bench.members)
    first = sorted(item_id("first given", one) for one in bench.members)
    bench.together(
        "disclosure.disclose", count, lambda: face.disclose(send, _release("release", "first", count), first)
    )
    in_chunks(bench)
    releases = [_release(f"release {i}", "first", 2) for i in range(count)]
    for release in releases:
        face.disclose(send, release, first[:2])
    bench.act("disclosure.acknowledge", [(_acknowledgement(bench, one), bench.partner) for one in releases])
    bench.act("disclosure.attest_deletion", [(_deletion(bench, one), bench.partner) for one in releases])


def in_chunks(bench: Bench) -> None:
    face, send, count = bench.contracts.disclosure, bench.send, len(bench.members)
    ids: Sequence[bytes] = sorted(item_id("ruled by rule", one) for one in bench.members)
    left, large = _release("given up", "ruled", count), _release("large release", "ruled", count)
    until = bench.now() + DAY
    bench.single("disclosure.open_release", *(partial(face.open_release, send, one, until) for one in (left, large)))
    bench.single("disclosure.abandon_release", lambda: face.abandon_release(send, left.release_id))
    bench.listed("disclosure.add_consents", ids, partial(face.add_consents, send, large.release_id))
    bench.single("disclosure.close_release", lambda: face.close_release(send, large))
    bench.listed("disclosure.settle", ids, partial(face.settle, send, large.release_id))


def _release(name: str, request: str, rows: int) -> Release:
    return Release(text_hash(name), text_hash(request), EVERY_ITEM, text_hash("root"), EMPTY_ID, rows, 0, 2)


def _acknowledgement(bench: Bench, release: Release) -> Acknowledgement:
    return Acknowledgement(release.release_id, bench.partner.address, release.payload_root, LATE)


def _deletion(bench: Bench, release: Release) -> Deletion:
    words = (release.release_id, bench.partner.address, DELETION_STATEMENT, text_hash("certificate"))
    return Deletion(*words, LATE)
