"""What partners, their shops and the board sign: requests, decisions, coupons, redemptions, acknowledgements."""

from collections.abc import Sequence
from dataclasses import dataclass

from bank_api.protocol.acts import CouponClassParts, DataRequestParts, DecisionParts
from bank_api.protocol.documents.request import L_MINIMUM, SERVED_CLASSES, T_UNBOUNDED, contract_text, note_hash
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.coupons import CouponOffer
from bank_api.protocol.shapes.requests import RequestView
from chaincode.ids import EMPTY_ID, id_from_hex, text_hash, to_hex
from chaincode.keccak import keccak
from chaincode.typed_data import (
    DELETION_STATEMENT,
    Acknowledgement,
    Closing,
    CouponClass,
    DataRequest,
    Decision,
    Deletion,
    GiftOrder,
    Redemption,
    Signed,
)
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.draft import Draft
from wallet_cli.signing.request_words import words_of
from wallet_cli.signing.signer import SIGNATURE_SECONDS, Signer

LEGAL_CLASSES = {"anonymized": 1, "statistical": 2, "personal": 3}
"""Anonymized data (匿名加工情報), statistics, personal data."""

OFFER_SECONDS = 900
"""How long a shop's offer at the till waits for the member."""


@dataclass(frozen=True)
class RequestTerms:
    """What a partner asks for and what it pays."""

    recipient: str
    """The partner's registered name."""
    purpose: str
    description: str
    """Why the data is needed, in the partner's own words; members read it in the notice."""
    k_minimum: int
    persons_maximum: int
    coins_base: int
    coins_per_item: int
    valid_until: int
    retention_days: int
    legal_class: int = LEGAL_CLASSES["anonymized"]
    purpose_code: int = 0
    l_minimum: int = L_MINIMUM
    t_percent: int = T_UNBOUNDED


def terms_of(request: RequestView) -> RequestTerms:
    """What a request asks for and pays, as its partner worded it."""
    return RequestTerms(
        recipient=request.recipient,
        purpose=request.purpose,
        description=request.description,
        k_minimum=request.k_minimum,
        persons_maximum=request.persons_maximum,
        coins_base=request.coins_base,
        coins_per_item=request.coins_per_item,
        valid_until=request.valid_until,
        retention_days=request.retention_days,
        legal_class=request.legal_class,
        purpose_code=request.purpose_code,
        l_minimum=request.l_minimum,
        t_percent=request.t_percent,
    )


@translated_errors()
def file_request(
    signer: Signer, survey: Survey, item_keys: Sequence[str], terms: RequestTerms
) -> Draft[DataRequest, DataRequestParts]:
    """Ask for some items of a survey, in a form that the bank can release."""
    if terms.legal_class not in SERVED_CLASSES:
        served = ", ".join(name for name, number in LEGAL_CLASSES.items() if number in SERVED_CLASSES)
        raise InputError("legal_class", said("rule-class-not-served", names=served))
    salt, mask = to_hex(signer.new_id()), item_mask(survey, item_keys)
    keys = survey.keys(mask)
    contract = contract_text(keys, terms.purpose, terms.description, terms.retention_days, salt)
    signed = signer.sign(
        DataRequest(
            request_id=signer.new_id(),
            partner=signer.account,
            survey_id=id_from_hex(survey.survey_id, "survey_id"),
            recipient=terms.recipient,
            purpose=terms.purpose,
            items=mask,
            purpose_code=terms.purpose_code,
            legal_class=terms.legal_class,
            k_minimum=terms.k_minimum,
            l_minimum=terms.l_minimum,
            t_percent=terms.t_percent,
            persons_maximum=terms.persons_maximum,
            coins_base=terms.coins_base,
            coins_per_item=terms.coins_per_item,
            valid_until=terms.valid_until,
            retention_days=terms.retention_days,
            contract_hash=text_hash(contract),
            deadline=signer.deadline(),
        )
    )
    return Draft(signed, DataRequestParts(items=list(keys), description=terms.description, salt=salt))


@translated_errors()
def item_mask(survey: Survey, item_keys: Sequence[str]) -> int:
    """The bit mask of questions by key; refuses an unknown, repeated or missing key."""
    for key in item_keys:
        if item_keys.count(key) > 1:
            raise InputError("items", said("rule-named-twice", item=key))
    if not item_keys:
        raise InputError("items", said("rule-one-item"))
    return survey.mask(item_keys)


@translated_errors()
def decide_request(
    signer: Signer, request: RequestView, *, approved: bool, note: str, seconds: int = SIGNATURE_SECONDS
) -> Draft[Decision, DecisionParts]:
    """The board's decision, good for so many seconds; the note is published and its hash signed."""
    words, salt = words_of(request), signer.new_id()
    signed = signer.sign(
        Decision(
            request_id=words.request_id,
            board=signer.account,
            request_digest=words.struct_hash(),
            approved=approved,
            decision_hash=note_hash(salt, note),
            deadline=signer.now() + seconds,
        )
    )
    return Draft(signed, DecisionParts(note=note, salt=to_hex(salt), approvals=[]))


@translated_errors()
def acknowledge_release(signer: Signer, release_id: str, payload_root: bytes) -> Signed[Acknowledgement]:
    """Only for a payload whose root was recomputed from what arrived."""
    return signer.sign(
        Acknowledgement(
            release_id=id_from_hex(release_id, "release_id"),
            partner=signer.account,
            payload_root=payload_root,
            deadline=signer.deadline(),
        )
    )


@translated_errors()
def close_request(signer: Signer, request_id: str) -> Signed[Closing]:
    """Ends the partner's request: what is still locked for it comes back."""
    return signer.sign(
        Closing(request_id=id_from_hex(request_id, "request_id"), partner=signer.account, deadline=signer.deadline())
    )


@translated_errors()
def attest_deletion(signer: Signer, release_id: str, evidence: bytes | None = None) -> Signed[Deletion]:
    """The partner's word that a release and every copy are gone; of the evidence only the hash (keccak-256) is told."""
    return signer.sign(
        Deletion(
            release_id=id_from_hex(release_id, "release_id"),
            partner=signer.account,
            statement=DELETION_STATEMENT,
            evidence_hash=EMPTY_ID if evidence is None else keccak(evidence),
            deadline=signer.deadline(),
        )
    )


@dataclass(frozen=True)
class CouponTerms:
    """A coupon class before it is published."""

    title: str
    description: str
    price_coins: int
    stock: int
    opens_at: int
    closes_at: int
    redeem_until: int
    premium_request: str | None = None
    """Only members whose data went into a release of this request may buy."""


@translated_errors()
def publish_coupon(signer: Signer, terms: CouponTerms) -> Draft[CouponClass, CouponClassParts]:
    premium = EMPTY_ID if terms.premium_request is None else id_from_hex(terms.premium_request, "premium_request")
    signed = signer.sign(
        CouponClass(
            class_id=signer.new_id(),
            issuer=signer.account,
            title=terms.title,
            price=terms.price_coins,
            stock=terms.stock,
            opens_at=terms.opens_at,
            closes_at=terms.closes_at,
            redeem_until=terms.redeem_until,
            premium_request=premium,
            content_hash=text_hash(terms.description),
            deadline=signer.deadline(),
        )
    )
    return Draft(signed, CouponClassParts(description=terms.description))


@translated_errors()
def offer_redemption(signer: Signer, offer: CouponOffer) -> Signed[Redemption]:
    """A shop offers to take one coupon; whoever holds one may sign the same words."""
    return signer.sign(
        Redemption(
            redemption_id=signer.new_id(),
            class_id=id_from_hex(offer.class_id, "class_id"),
            title=offer.title,
            shop=signer.account,
            member_hash=EMPTY_ID,
            deadline=signer.now() + OFFER_SECONDS,
        )
    )


@translated_errors()
def order_gifts(signer: Signer, offer: CouponOffer, count_each: int, persons: int) -> Signed[GiftOrder]:
    """Let the bank give coupons of a premium class to members of the releases that the class thanks for."""
    if offer.premium_request is None:
        raise InputError("COUPON_CLASS", said("rule-premium-class", title=offer.title))
    return signer.sign(
        GiftOrder(
            order_id=signer.new_id(),
            issuer=signer.account,
            class_id=id_from_hex(offer.class_id, "class_id"),
            title=offer.title,
            count_each=count_each,
            persons=persons,
            deadline=signer.deadline(),
        )
    )
