"""A receipt shows a consent and its uses to anybody; whoever changes a word of it, or holds another chain, is told."""

import copy
import json
import secrets

import pytest

from bank_api.errors import ConflictError
from bank_api.protocol import sd_jwt
from bank_api.protocol.documents.consent_receipt import KIND, VALID_SECONDS
from bank_api.protocol.documents.notice import WORDINGS
from bank_api.protocol.errors import CredentialError
from bank_api.protocol.purposes import name_of
from bank_api.protocol.sd_jwt import KeyInHand
from bank_api.protocol.shapes.evidence import ConsentEvidence
from bank_api.views.evidence import _read
from chaincode.ids import text_hash, to_hex
from chaincode.jws import public_jwk
from tests.unit.bank_api.protocol.test_bank_notice import NOTICE
from wallet_cli import receipt, receipt_credential
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.pins import Pins, pins_of

ZERO = "0x" + "00" * 32
CODE, NAME = 17, name_of("dpv:AcademicResearch")


@pytest.fixture(scope="module")
def scene(town):
    """Consents that a release used, one that was refused, and one that was withdrawn."""
    survey, partner, board = town.survey(), town.organization("partner", "Tea Ltd"), town.organization("board")
    members = [town.member() for _ in range(5)]
    for place, person in enumerate(members):
        town.answer(person, survey, age=20 + place, vote=place % 2, tea=place)
    town.fund(partner, 3_000)
    named = {"kind": "purposes", "place": CODE, "name": NAME}
    town.operator.done("/v1/rule-categories", named)
    request_id = town.request(partner, survey, ["age", "tea"], purpose_code=CODE)
    town.decide(board, request_id)
    consents = [town.consent(person, request_id, given=place != 4) for place, person in enumerate(members)]
    town.withdraw(members[3], consents[3])
    made = town.release(request_id, suppression_limit=0.9)
    assert made.status_code == 201, made.text
    return members, consents, made.json()


@pytest.fixture(scope="module")
def pins(town):
    return pins_of(town.about())


def evidence_of(person, consent_id, query=""):
    return ConsentEvidence.model_validate(person.get(f"/v1/proofs/consents/{consent_id}{query}"))


@pytest.fixture(scope="module")
def document(scene, pins):
    members, consents, _ = scene
    made = receipt.made(evidence_of(members[0], consents[0]), pins)
    return json.loads(json.dumps(made))


def verify(document, pins):
    readable, evidence = receipt.read(json.dumps(document).encode())
    return receipt.verified(readable, evidence, pins)


def test_it_holds_and_says_what_was_agreed_and_what_was_done(document, scene, pins):
    members, consents, release = scene
    proven = verify(document, pins)
    assert proven.signer == members[0].account
    readable = document["receipt"]
    assert (readable["header"]["receipt_id"], readable["header"]["pii_principal_id"]) == (
        consents[0],
        members[0].account,
    )
    assert readable["processing"]["dpv:hasPurpose"] == {
        "@type": "dpv:AcademicResearch",
        "dct:identifier": "https://w3id.org/dpv#AcademicResearch",
        "dct:title": "Plan the tea room",
        "code": CODE,
        "azukari:name": NAME,
    }
    assert readable["processing"]["dpv:hasPersonalData"] == ["Your age", "Your tea"]
    assert readable["event"]["event_state"] == "dpv:ConsentGiven"
    assert readable["event"]["uses"] == {"used": 1, "maximum": 1}
    [disclosure] = readable["disclosures"]
    assert (disclosure["release_id"], disclosure["payload_root"]) == (release["release_id"], release["payload_root"])
    assert disclosure["event_time"] == release["time"]


def test_a_receipt_of_the_first_format_is_still_read(document, pins):
    first = changed(document, ("format",), receipt.FIRST_FORMAT)
    with pytest.raises(InputError, match="the form that is asked for"):
        verify(first, pins)  # its inside says another
    first = changed(first, ("receipt", "header", "schema_version"), receipt.FIRST_FORMAT)
    with pytest.raises(EvidenceError, match="hasPurpose"):
        verify(first, pins)
    purpose = {"dct:title": "Plan the tea room", "code": CODE}
    first = changed(first, ("receipt", "processing", "dpv:hasPurpose"), purpose)
    verify(changed(first, ("evidence",), lambda found: found | {"purpose": None}), pins)


def test_a_purpose_without_a_name_is_a_purpose_all_the_same(document, pins):
    unnamed = changed(document, ("evidence", "purpose"), None)
    purpose = {"@type": "dpv:Purpose", "dct:title": "Plan the tea room", "code": CODE}
    verify(changed(unnamed, ("receipt", "processing", "dpv:hasPurpose"), purpose), pins)


def test_the_wording_that_was_signed_is_found_again():
    [text] = {NOTICE.text("ja", wording) for wording in WORDINGS[1:]}
    assert (text != NOTICE.text("ja"), _read(NOTICE, text_hash(text))) == (True, ("ja", text))
    assert _read(NOTICE, text_hash(NOTICE.text("en"))) == ("en", NOTICE.text("en"))
    with pytest.raises(ConflictError):
        _read(NOTICE, b"\1" * 32)


@pytest.mark.parametrize(("place", "state"), [(3, "dpv:ConsentWithdrawn"), (4, "dpv:ConsentRefused")])
def test_it_says_what_became_of_the_consent(scene, pins, place, state):
    members, consents, _ = scene
    made = receipt.made(evidence_of(members[place], consents[place]), pins)
    assert made["receipt"]["event"]["event_state"] == state
    assert made["receipt"]["disclosures"] == []


def test_one_of_an_earlier_block_says_what_was_then(town, scene, pins):
    members, consents, release = scene
    before = evidence_of(members[0], consents[0], f"?block={release['block_number'] - 1}")
    then = copy.deepcopy(before.model_dump())
    with pytest.raises(EvidenceError, match="another request"):
        receipt.made(before, pins)  # the release was not there yet
    then["disclosures"] = []
    made = receipt.made(ConsentEvidence.model_validate(then), pins)
    assert made["receipt"]["event"]["uses"]["used"] == 0
    assert made["receipt"]["ledger"]["block"] == release["block_number"] - 1


def changed(document, path, value):
    other = copy.deepcopy(document)
    *way, last = path
    inside = other
    for step in way:
        inside = inside[step]
    inside[last] = value(inside[last]) if callable(value) else value
    return other


READABLE = [
    (("receipt", "processing", "dpv:hasPurpose", "dct:title"), "Sell it", "dct:title"),
    (("receipt", "processing", "dpv:hasPersonalData"), ["Your age"], "dpv:hasPersonalData"),
    (("receipt", "processing", "azukari:coins"), 99, "azukari:coins"),
    (("receipt", "party_identification", 2, "party_name"), "Somebody Else", "party_identification"),
    (("receipt", "event", "event_state"), "dpv:ConsentGivenForEver", "event_state"),
    (("receipt", "event", "validity", "until"), 1, "until"),
    (("receipt", "ledger", "block_hash"), ZERO, "block_hash"),
    (("receipt", "processing", "dpv:hasPurpose", "@type"), "dpv:PublicBenefit", "@type"),
    (("receipt", "disclosures"), [], "disclosures"),
]


@pytest.mark.parametrize(("path", "value", "where"), READABLE)
def test_a_changed_word_is_found_by_its_place(document, pins, path, value, where):
    with pytest.raises(EvidenceError, match=where):
        verify(changed(document, path, value), pins)


EVIDENCE = [
    (("consent", "purpose"), "Sell it", "not those that the ledger took"),
    (("consent", "coins"), 99, "not those that the ledger took"),
    (("consent", "member"), "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", "another member"),
    (("request", "retention_days"), 9999, "not the one that was signed"),
    (("notice", "text"), "Nothing to read", "not the one that was read"),
    (("disclosures",), [], "more uses than it lists"),
    (("disclosures",), lambda found: found * 2, "more uses than it lists"),
    (("genesis_hash",), ZERO, "does not know"),
    (("chain_id",), 1, "does not know"),
    (("signature",), "0x" + "11" * 64 + "1b", "signature is of no key"),
    (("proof", "header"), lambda found: found[:200] + ("1" if found[200] == "0" else "0") + found[201:], ""),
    (("proof", "proof", "storageProof", 1, "value"), "0x1", "not the one that was proven"),
    (("proof", "proof", "address"), "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", "another contract"),
    (("disclosures", 0, "release_id"), "0x" + "12" * 32, "other slots"),
    (("purpose", "name"), name_of("dpv:PublicBenefit"), "another name"),
    (("request", "purpose_code"), CODE + 1, "not the one that was signed"),
]


@pytest.mark.parametrize(("path", "value", "why"), EVIDENCE)
def test_changed_evidence_is_found_by_name(document, pins, path, value, why):
    with pytest.raises(EvidenceError, match=why):
        verify(changed(document, ("evidence", *path), value), pins)


def test_another_members_receipt_is_not_made_ones_own(document, scene, pins):
    members, consents, _ = scene
    other = json.loads(json.dumps(receipt.made(evidence_of(members[1], consents[1]), pins)))
    mixed = changed(document, ("evidence", "proof"), other["evidence"]["proof"])
    with pytest.raises(EvidenceError, match="other slots"):
        verify(mixed, pins)
    mixed = changed(document, ("evidence", "signature"), other["evidence"]["signature"])
    with pytest.raises(EvidenceError):
        verify(mixed, pins)


def test_a_ledger_sealed_by_others_is_another_ledger(document, pins):
    others = Pins(pins.chain_id, pins.genesis_hash, ("0x" + "12" * 20,), pins.operator, pins.contracts)
    with pytest.raises(EvidenceError, match="not sealed"):
        verify(document, others)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"format": "azukari receipt 1"}', b'{"format": "another", "receipt": {}}', b"\xff"]
)
def test_what_is_no_receipt_is_refused(content):
    with pytest.raises(InputError, match="is no receipt") as refused:
        receipt.read(content)
    assert "Error" not in str(refused.value), "the name of a class tells nobody anything"


def test_nobody_gets_anothers_evidence(town, scene, refusal):
    _, consents, _ = scene
    stranger = town.member()
    for consent_id in (consents[0], to_hex(town.new_id())):
        answer = town.client.get(f"/v1/proofs/consents/{consent_id}", headers=stranger.headers)
        assert refusal(answer) == (404, "not-found")


# ---- the same as a credential, to be shown elsewhere ----


def credential_of(town, person, consent_id, key=None):
    holder = public_jwk(key or person.signer.key)
    return person.post(f"/v1/proofs/consents/{consent_id}/credential", {"holder": holder})


def kept(town, person, pins, consent_id, text):
    """As the wallet takes it."""
    operator = town.operator.signer.key.address
    made, found = receipt_credential.opened(text, person.signer.key.address, operator, town.bank.clock())
    evidence = evidence_of(person, consent_id, f"?block={found.claims['as_of_block']}")
    receipt_credential.check_claims(found, evidence, pins, consent_id)
    return made, found


def test_a_receipt_is_shown_elsewhere_claim_by_claim_and_checked_without_the_bank(town, scene, pins):
    members, consents, _ = scene
    states = {}
    for at in (0, 3, 4):
        text = credential_of(town, members[at], consents[at]).json()["credential"]
        made, found = kept(town, members[at], pins, consents[at], text)
        states[at] = (found.claims["state"], found.claims["decision"], found.claims["uses"])
    assert states == {0: ("given", "given", 1), 3: ("withdrawn", "given", 0), 4: ("refused", "refused", 0)}
    text = credential_of(town, members[0], consents[0]).json()["credential"]
    made, found = kept(town, members[0], pins, consents[0], text)
    assert (found.claims["recipient"], found.claims["bank"]) == ("Tea Ltd", town.bank.settings.name)
    now, key = town.bank.clock(), members[0].signer.key
    shown = sd_jwt.show(made, ["recipient", "state"], key, "https://clinic.example", "8c2f", now)
    elsewhere = sd_jwt.Credential.from_text(shown.to_text())
    seen = sd_jwt.verify(elsewhere, town.operator.signer.key.address, now, "https://clinic.example", "8c2f")
    assert seen.claims == {"recipient": "Tea Ltd", "state": "given"}
    assert seen.is_shown_by_holder
    with pytest.raises(CredentialError, match="no longer"):
        sd_jwt.verify(made, None, now + VALID_SECONDS)


def test_a_receipt_says_how_the_consent_stood_at_a_block_that_was_read(town, scene, monkeypatch):
    """Of a block that the index has not read yet the bank would sign what it does not know: perhaps a withdrawal."""
    members, consents, _ = scene
    read = town.bank.index.next_block() - 1
    monkeypatch.setattr(town.bank, "head", lambda: read + 1)
    text = credential_of(town, members[0], consents[0]).json()["credential"]
    claims = sd_jwt.verify(sd_jwt.Credential.from_text(text), None, None).claims
    assert claims["as_of_block"] == read


def test_a_receipt_is_signed_for_its_member_alone(town, scene, refusal):
    members, consents, _ = scene
    assert refusal(credential_of(town, members[1], consents[0])) == (404, "not-found")
    assert refusal(credential_of(town, members[0], consents[0], members[1].signer.key)) == (422, "invalid-input")
    for holder in ({}, {"kty": "EC"}, {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"}):
        path = f"/v1/proofs/consents/{consents[0]}/credential"
        assert refusal(members[0].post(path, {"holder": holder})) == (422, "invalid-input")


def test_a_receipt_that_the_ledger_does_not_bear_out_is_not_kept(town, scene, pins):
    members, consents, _ = scene
    person, key, now = members[0], members[0].signer.key, town.bank.clock()
    text = credential_of(town, person, consents[0]).json()["credential"]
    true = sd_jwt.verify(sd_jwt.Credential.from_text(text), None, now).claims

    def signed(claims, issuer=town.operator.signer.key, holder=key, kind=KIND):
        made = sd_jwt.issue(claims, kind, KeyInHand(issuer), public_jwk(holder), now, now + 60, secrets.token_bytes)
        return made.to_text()

    for name, value in (("coins", 10_000), ("recipient", "Somebody else"), ("state", "withdrawn"), ("more", 1)):
        with pytest.raises(EvidenceError, match=name):
            kept(town, person, pins, consents[0], signed({**true, name: value}))
    with pytest.raises(EvidenceError, match="items"):
        kept(town, person, pins, consents[0], signed({name: one for name, one in true.items() if name != "items"}))
    for bent in (
        signed(true, issuer=key),
        signed(true, holder=members[1].signer.key),
        signed(true, kind="payslip"),
        signed(dict(true) | {"as_of_block": "1"}),
        "no credential",
    ):
        with pytest.raises(EvidenceError):
            kept(town, person, pins, consents[0], bent)
    other = credential_of(town, members[1], consents[1]).json()["credential"]
    with pytest.raises(EvidenceError):
        kept(town, person, pins, consents[1], other)
