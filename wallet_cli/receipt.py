"""A receipt of a consent and of what was disclosed under it: made from evidence, and checked offline without the bank.

Its readable part has the sections of ISO/IEC TS 27560:2023 in terms of the Data Privacy Vocabulary (DPV 2, JSON-LD),
and is made from the evidence alone; so a changed word anywhere is found by making it again. Plan of `verified`:
1. the chain is one that this wallet knows, the header is sealed by its signers, and a checkpoint, if given, agrees;
2. the ledger's words are proven under that header;
3. the words that the member signed hash to what the ledger took, and say the same;
4. the signature is over these words for this very ledger;
5. the request and the notice are those whose hashes were signed; the name of its purpose is the one the ledger has;
6. each disclosure is of this request, and there are as many as the ledger counts uses;
7. the readable part says what the evidence says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from json import JSONDecodeError
from typing import Any

from pydantic import ValidationError

from bank_api.protocol import purposes
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.evidence import ConsentEvidence
from bank_api.protocol.shapes.proofs import LedgerProof
from chaincode import places
from chaincode.errors import MessageError
from chaincode.events.consent import ConsentState
from chaincode.events.request import LegalClass
from chaincode.ids import id_from_hex, text_hash, to_hex
from chaincode.typed_data import CONSENT_GIVEN, Consent, DataRequest, recover
from ledger.sealed_header import SealedHeader
from ledger.strict_json import load_json
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.pins import Pins
from wallet_cli.proven import ProvenLedger

FORMAT, FIRST_FORMAT = "azukari receipt 2", "azukari receipt 1"
"""What is made, and what is still read: the first told a purpose by its code alone."""
CONTEXT = {
    "dpv": purposes.NAMESPACE,
    "legal-jp": "https://w3id.org/dpv/legal/jp#",
    "dct": "http://purl.org/dc/terms/",
    "azukari": "urn:azukari:",
}
STATUS = {
    ConsentState.REQUESTED: "dpv:ConsentRequested",
    ConsentState.GIVEN: "dpv:ConsentGiven",
    ConsentState.REFUSED: "dpv:ConsentRefused",
    ConsentState.RENEWED: "dpv:RenewedConsentGiven",
    ConsentState.WITHDRAWN: "dpv:ConsentWithdrawn",
    ConsentState.EXPIRED: "dpv:ConsentExpired",
    ConsentState.REVOKED: "dpv:ConsentRevoked",
    ConsentState.SUPERSEDED: "azukari:ConsentSuperseded",
}
MEASURES = {
    LegalClass.ANONYMIZED: "dpv:Anonymisation",
    LegalClass.STATISTICAL: "azukari:Statistics",
    LegalClass.PERSONAL: "azukari:Personal",
}


@dataclass(frozen=True)
class Proven:
    """What the evidence shows, once every part of it was checked."""

    header: SealedHeader
    words: Consent
    request: DataRequest
    consent: places.ConsentWord
    signer: str
    disclosures: tuple[tuple[str, places.ReleaseWord, str], ...]
    """Release id, the ledger's record, payload root."""


@dataclass(frozen=True)
class Deployed:
    """All of a deployment that a signature is bound to."""

    pins: Pins

    @property
    def chain_id(self) -> int:
        return self.pins.chain_id

    def address(self, contract: str) -> str:
        return self.pins.contracts[contract]


def made(evidence: ConsentEvidence, pins: Pins) -> dict[str, Any]:
    """The receipt's document. Raises EvidenceError if the evidence does not hold."""
    proven = checked(evidence, pins)
    return {"format": FORMAT, "receipt": _readable(evidence, proven), "evidence": evidence.model_dump(mode="json")}


def read(content: bytes) -> tuple[dict[str, Any], ConsentEvidence]:
    """The readable part and the evidence of a receipt's file. Raises InputError for anything else."""
    try:
        document = load_json(content)
        told = document["format"]
        if told not in (FORMAT, FIRST_FORMAT) or set(document) != {"format", "receipt", "evidence"}:
            raise ValueError(told)
        if document["receipt"]["header"]["schema_version"] != told:
            raise ValueError(document["receipt"]["header"]["schema_version"])
        return dict(document["receipt"]), ConsentEvidence.model_validate(document["evidence"])
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        why = fault(error) if isinstance(error, JSONDecodeError | UnicodeError) else said("field-other")
        raise InputError("FILE", said("rule-no-receipt", why=why)) from error


def verified(readable: dict[str, Any], evidence: ConsentEvidence, pins: Pins) -> Proven:
    """See the plan above. Raises EvidenceError naming what does not hold."""
    proven = checked(evidence, pins)
    told = _readable(evidence, proven, readable["header"]["schema_version"])
    if readable != told:  # 7.
        raise EvidenceError(said("error-receipt-differs", where=_difference(readable, told)))
    return proven


@translated_errors()
def checked(evidence: ConsentEvidence, pins: Pins) -> Proven:
    """Steps 1 to 6 of the plan. Raises EvidenceError naming what does not hold."""
    if (evidence.chain_id, evidence.genesis_hash) != (pins.chain_id, pins.genesis_hash):  # 1.
        raise EvidenceError(said("error-receipt-chain", genesis=evidence.genesis_hash))
    words, request = Consent.from_json(evidence.consent), DataRequest.from_json(evidence.request)
    ledger = ProvenLedger(_Nobody(), pins)
    header, (head, body) = ledger.check(evidence.proof, "consent", places.consent_slots(words.consent_id))  # 2.
    consent = places.read_consent(head, body)
    _check("member", consent.member == words.member)  # 3.
    _check("words", consent.is_of(words.struct_hash()))
    _check("coins", words.decision != CONSENT_GIVEN or consent.coins == words.coins)
    signer = _signer(words, evidence.signature, pins)  # 4.
    _check("request", request.struct_hash() == words.request_digest and request.request_id == words.request_id)  # 5.
    _check("notice", text_hash(evidence.notice.text) == words.notice_hash)
    if evidence.purpose is not None:
        shown = LedgerProof(header=evidence.proof.header, proof=evidence.purpose.proof)
        _, (named,) = ledger.check(shown, "rule", [places.purpose_slot(request.purpose_code)])
        _check("purpose", named.to_bytes(32, "big") == text_hash(evidence.purpose.name))
    disclosures = tuple(_disclosure(ledger, evidence, one.release_id, one.proof, words) for one in evidence.disclosures)
    _check("uses", len({one[0] for one in disclosures}) == len(disclosures) >= consent.used)  # 6.
    return Proven(header, words, request, consent, signer, disclosures)


def _disclosure(
    ledger: ProvenLedger, evidence: ConsentEvidence, release_id: str, proof: dict[str, Any], words: Consent
) -> tuple[str, places.ReleaseWord, str]:
    shown = LedgerProof(header=evidence.proof.header, proof=proof)
    slots = places.release_slots(id_from_hex(release_id, "release_id"))
    _, (word, request_id, root) = ledger.check(shown, "disclosure", slots)
    _check("release", request_id.to_bytes(32, "big") == words.request_id)
    return release_id, places.read_release(word), to_hex(root.to_bytes(32, "big"))


def _signer(words: Consent, signature: str, pins: Pins) -> str:
    try:
        return recover(words, Deployed(pins), bytes.fromhex(signature.removeprefix("0x")))
    except (MessageError, ValueError) as error:
        raise EvidenceError(said("error-receipt-part", part=said("receipt-part-signature"))) from error


def _check(part: str, holds: bool) -> None:
    if not holds:
        raise EvidenceError(said("error-receipt-part", part=said(f"receipt-part-{part}")))


class _Nobody:
    """A receipt brings its proofs along: nobody is asked."""

    def account(self, account: str) -> LedgerProof:
        raise NotImplementedError

    def escrow(self, escrow_id: str) -> LedgerProof:
        raise NotImplementedError

    def opening(self, opening_id: str) -> LedgerProof:
        raise NotImplementedError

    def slots(self, address: str, slots: Sequence[int], not_before: int) -> LedgerProof:
        raise NotImplementedError

    def terms(self) -> LedgerProof:
        raise NotImplementedError


def _readable(evidence: ConsentEvidence, proven: Proven, told_as: str = FORMAT) -> dict[str, Any]:
    words, request, consent, header = proven.words, proven.request, proven.consent, proven.header
    consent_id, partner = to_hex(words.consent_id), request.partner
    return {
        "@context": CONTEXT,
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": "ISO/IEC TS 27560:2023",
        "header": {"schema_version": told_as, "receipt_id": consent_id, "record_id": consent_id,
                   "pii_principal_id": words.member},
        "processing": {
            "dpv:hasNotice": {"dct:language": evidence.notice.language, "text": evidence.notice.text},
            "dpv:hasPurpose": {"dct:title": words.purpose, "code": request.purpose_code}
            | ({} if told_as == FIRST_FORMAT else _named(evidence)),
            "dpv:hasLegalBasis": "dpv:Consent",
            "dpv:hasPersonalData": list(words.items),
            "dpv:hasTechnicalOrganisationalMeasure": {
                "@type": MEASURES.get(LegalClass(request.legal_class), "azukari:Unknown"),
                "k": request.k_minimum, "l": request.l_minimum, "t_percent": request.t_percent,
            },
            "dpv:hasStorageCondition": {"retention_days_at_recipient": request.retention_days},
            "dpv:hasJurisdiction": "JP",
            "dpv:hasApplicableLaw": "legal-jp:law-APPI",
            "dpv:hasConsentControl": {
                "@type": "dpv:WithdrawConsent", "method": f"azukari member withdraw {consent_id}",
            },
            "azukari:coins": words.coins,
        },
        "party_identification": [
            {"party_id": words.member, "party_role": "dpv:DataSubject"},
            {"party_name": evidence.bank, "party_role": "dpv:DataController"},
            {"party_id": partner, "party_name": words.recipient, "party_role": "dpv:Recipient"},
        ],
        "event": {
            "event_type": "dpv:ExplicitlyExpressedConsent" if words.decision == CONSENT_GIVEN else "azukari:Refusal",
            "event_time": words.sequence // 1000,
            "event_state": STATUS.get(ConsentState(consent.state), "dpv:ConsentUnknown"),
            "validity": {"from": words.valid_from, "until": words.valid_until},
            "uses": {"used": consent.used, "maximum": words.uses_maximum},
            "signed_by": proven.signer,
        },
        "disclosures": [
            {"release_id": release_id, "party_id": word.partner, "event_time": word.disclosed_at, "payload_root": root,
             "acknowledged": word.is_acknowledged, "deletion_declared": word.is_deleted}
            for release_id, word, root in proven.disclosures
        ],
        "ledger": {"chain_id": evidence.chain_id, "genesis_hash": evidence.genesis_hash, "block": header.number,
                   "block_hash": to_hex(header.hash), "time": header.timestamp},
    }  # fmt: skip


def _named(evidence: ConsentEvidence) -> dict[str, str]:
    """The purpose by its DPV term and IRI, and the operator's name for it, where it has one."""
    name = None if evidence.purpose is None else evidence.purpose.name
    term = purposes.term_in(name)
    told = {"@type": term or "dpv:Purpose"} | ({} if term is None else {"dct:identifier": purposes.iri_of(term)})
    return told if name is None else told | {"azukari:name": name}


def _difference(found: Any, expected: Any, where: str = "receipt") -> str:
    """The first place at which two documents differ."""
    if isinstance(found, dict) and isinstance(expected, dict):
        for name in sorted({*found, *expected}):
            if found.get(name) != expected.get(name):
                return _difference(found.get(name), expected.get(name), f"{where}.{name}")
    return where
