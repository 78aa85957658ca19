"""An auditor attacks a release again from what bank, partner and ledger say; what was changed afterwards is found."""

import json
from dataclasses import dataclass, replace

import pytest

from bank_api.flows.release_history import forget, history_of
from bank_api.protocol.documents.release import read_payload, release_context
from bank_api.protocol.shapes.releases import ReleaseEvidence
from bank_api.views.kept import request_row
from pds_adapter.sealing.envelope import SealedDocument, open_sealed
from wallet_cli.audited_release import Recorded, audit_release


@dataclass
class Asked:
    """An approved request for age and vote, and members who answered and consented."""

    partner: object
    board: object
    request_id: str
    members: list


def ask(town, people):
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    members = [town.member() for _ in range(people)]
    for index, person in enumerate(members):
        town.answer(person, survey, age=20 + 10 * index % 80, vote=index % 2)
    town.fund(partner, 2000)
    request_id = town.request(partner, survey, ["age", "vote"])
    town.decide(board, request_id)
    for person in members:
        town.consent(person, request_id, uses_maximum=3)
    return Asked(partner, board, request_id, members)


def handed_over(town, asked, made, from_base64):
    """What the bank hands an auditor, what the ledger says, and the partner's opened payload."""
    auditor = town.organization("auditor")
    evidence = ReleaseEvidence.model_validate(auditor.get(f"/v1/releases/{made['id']}/evidence"))
    payload = asked.partner.get(f"/v1/releases/{made['id']}/payload")
    sealed = SealedDocument.from_bytes(from_base64(payload["sealed_base64"]))
    content = open_sealed(sealed, asked.partner.signer.encryption, release_context(made["id"])).content
    return evidence, Recorded(made["method_hash"], made["payload_root"]), read_payload(content)


def test_an_auditor_runs_the_attacks_again_from_what_bank_and_partner_hand_over(town, from_base64):
    asked = ask(town, people=12)
    first = town.release(asked.request_id).json()
    second = town.release(asked.request_id).json()
    for made, releases in ((first, 1), (second, 2)):  # the first's evidence stays as it was when it was made
        evidence, recorded, payload = handed_over(town, asked, made, from_base64)
        found = audit_release(evidence, recorded, payload)
        assert [(one.name, one.outcome, str(one.why or "")) for one in found.checks] == [
            (name, "passed", "") for name in ("method", "report", "payload", "told", "attacks")
        ]
        assert found.figures["vote"]["releases"] == releases
        assert not any(person.account in evidence.model_dump_json() for person in asked.members)


@pytest.mark.parametrize("in_homes", [True, False])
def test_whatever_bank_or_partner_change_afterwards_is_found(in_homes, town, from_base64):
    asked = ask(town, people=12)
    made = town.release(asked.request_id, come_and_go=in_homes).json()
    evidence, recorded, payload = handed_over(town, asked, made, from_base64)

    def failed(evidence=evidence, recorded=recorded, payload=payload):
        found = audit_release(evidence, recorded, payload)
        return {one.name for one in found.checks if one.outcome == "failed"}

    report = json.loads(evidence.attacks)
    report["vote"]["guessed_share"] += 0.5
    assert failed(evidence.model_copy(update={"attacks": json.dumps(report)})) == {"report", "attacks"}
    k = evidence.method.replace('"k":2', '"k":9').replace('"k":3', '"k":9')
    assert k != evidence.method
    assert failed(evidence.model_copy(update={"method": k})) >= {"method", "payload"}
    assert failed(recorded=replace(recorded, payload_root="0x" + "00" * 32)) == {"payload"}
    told = json.loads(json.dumps(evidence.evidence))
    counts = told["vote"]["releases"][-1][0]["answers"]
    counts[0][1], counts[1][1] = counts[0][1] + 1, counts[1][1] - 1
    if in_homes:  # of another count than its batches gave no evidence can be read
        with pytest.raises(ValueError):
            failed(evidence.model_copy(update={"evidence": told}))
    else:
        assert "told" in failed(evidence.model_copy(update={"evidence": told}))
    alone = audit_release(evidence, None, None)
    assert alone.is_true
    assert {one.name for one in alone.checks if one.outcome == "unchecked"} == {"method", "payload", "told"}


def test_of_homes_the_evidence_holds_the_batches_and_what_was_changed_is_found(town, from_base64):
    asked = ask(town, people=12)
    first = town.release(asked.request_id, come_and_go=True, suppression_limit=0.6).json()
    second = town.release(asked.request_id, suppression_limit=0.6).json()
    forget(town.bank, asked.members[3].account)  # the names in the history are others now
    evidence, recorded, payload = handed_over(town, asked, first, from_base64)
    for made in (first, second):
        evidence, recorded, payload = handed_over(town, asked, made, from_base64)
        found = audit_release(evidence, recorded, payload)
        assert {one.outcome for one in found.checks} == {"passed"}, [str(one.why) for one in found.checks]
        assert json.loads(evidence.method)["policy"]["come_and_go"] is True
        assert json.loads(evidence.attacks)["vote"]["rule_facts"] == len(evidence.evidence["vote"]["batches"]) > 0

    def failed(**changed):
        found = audit_release(evidence.model_copy(update=changed), recorded, payload)
        return {one.name for one in found.checks if one.outcome == "failed"}

    method = evidence.method.replace('"come_and_go":true', '"come_and_go":false')
    assert failed(method=method) == {"method", "payload", "report"}
    assert failed(method='{"policy":null}') >= {"method", "report"}
    told = json.loads(json.dumps(evidence.evidence))
    without = {name: {at: one for at, one in of.items() if at != "batches"} for name, of in told.items()}
    assert failed(evidence=without) >= {"report", "attacks"}
    report = json.loads(evidence.attacks)
    report["vote"]["batches"] = "00" * 32
    assert failed(attacks=json.dumps(report)) == {"report", "attacks"}
    told["vote"]["batches"][0]["answers"][0][1] += 1
    with pytest.raises(ValueError):
        failed(evidence=told)


def test_evidence_is_for_auditors_and_the_operator_alone(town, refusal):
    asked = ask(town, people=12)
    made = town.release(asked.request_id).json()
    path = f"/v1/releases/{made['id']}/evidence"
    for person in (asked.partner, asked.members[0], asked.board):
        assert refusal(town.client.get(path, headers=person.headers)) == (403, "forbidden")
    assert town.operator.get(path)["release_id"] == made["id"]
    assert refusal(town.client.get(f"/v1/releases/0x{'11' * 32}/evidence", headers=town.operator.headers)) == (
        404,
        "not-found",
    )


def test_a_forgotten_member_is_in_no_later_release_and_nowhere_in_what_is_kept(town):
    asked = ask(town, people=12)
    town.release(asked.request_id)
    survey_id = request_row(town.bank, asked.request_id).survey_id
    account = asked.members[0].account
    digest = history_of(town.bank, survey_id).person(account)
    assert forget(town.bank, account) == 1
    assert forget(town.bank, account) == 0
    history = history_of(town.bank, survey_id)
    assert history.forgotten == {digest}
    assert digest not in {person for one in history.releases[0].classes for person in one.people}
    second = town.release(asked.request_id, suppression_limit=0.9).json()
    assert second["rows"] <= 11
    later = history_of(town.bank, survey_id).releases[1]
    assert digest not in {person for one in later.classes for person in one.people}
