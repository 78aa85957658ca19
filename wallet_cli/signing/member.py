"""What a member signs besides answers: joining, consent and its withdrawal, buying and redeeming coupons.

The sentences a member signs are the ones shown, so every text that comes with a hash is checked against it first.
"""

import hashlib
import hmac

from bank_api.protocol.acts import JoinParts, RedemptionParts
from bank_api.protocol.documents.request import release_coins
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.bank import BankInfo
from bank_api.protocol.shapes.coupons import CouponOffer, RedemptionView
from bank_api.protocol.shapes.requests import OpenRequest
from chaincode.ids import EMPTY_ID, id_from_hex, salted_account, text_hash, to_hex
from chaincode.typed_data import (
    CONSENT_GIVEN,
    CONSENT_REFUSED,
    CONSENT_WITHDRAWN,
    Consent,
    Join,
    Purchase,
    Redemption,
    Signed,
    Withdrawal,
)
from wallet_cli.errors import BankAnswerError, EvidenceError, InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.draft import Draft
from wallet_cli.signing.request_words import words_of
from wallet_cli.signing.signer import Signer, encryption_key_hash

SALT_LABEL = b"azukari redemption salt 1\x00"
CLOCK_SKEW_SECONDS = 120
"""A consent starts this much before the wallet's clock: the ledger's clock may lag, and the consent is meant now."""


@translated_errors()
def join_bank(signer: Signer, bank: BankInfo, invitation: str) -> Draft[Join, JoinParts]:
    """Join under the bank's present terms, with this wallet's encryption key."""
    check_text(bank.terms.text, bank.terms.hash, "the bank's terms")
    signed = signer.sign(
        Join(
            join_id=signer.new_id(),
            account=signer.account,
            statement=bank.terms.statement,
            terms_hash=id_from_hex(bank.terms.hash, "terms.hash"),
            encryption_key_hash=encryption_key_hash(signer.encryption.public),
            deadline=signer.deadline(),
        )
    )
    key = signer.encryption.public.to_hex()
    return Draft(signed, JoinParts(invitation=invitation, encryption_key=key))


@translated_errors()
def decide_consent(
    signer: Signer,
    request: OpenRequest,
    *,
    given: bool,
    uses_maximum: int = 1,
    valid_until: int | None = None,
) -> Signed[Consent]:
    """Consent to a request or refuse it, all its items together as a release uses them; until its end or earlier."""
    check_text(request.notice.text, request.notice.hash, "the notice of this request")
    until = request.valid_until if valid_until is None else valid_until
    if until > request.valid_until:
        raise InputError("valid_until", said("rule-within-request"))
    if given and until <= signer.now():
        raise InputError("valid_until", said("rule-in-the-future"))
    if given and uses_maximum < 1:
        raise InputError("uses_maximum", said("rule-at-least", low=1))
    _check_items(request)
    words = words_of(request)
    return signer.sign(
        Consent(
            consent_id=_question(request) or signer.new_id(),
            member=signer.account,
            request_id=words.request_id,
            request_digest=words.struct_hash(),
            decision=CONSENT_GIVEN if given else CONSENT_REFUSED,
            recipient=request.recipient,
            purpose=request.purpose,
            items=tuple(request.item_labels),
            item_mask=request.item_mask,
            valid_from=signer.now() - CLOCK_SKEW_SECONDS,
            valid_until=until,
            uses_maximum=uses_maximum,
            coins=_coins(request),
            notice_hash=id_from_hex(request.notice.hash, "notice.hash"),
            sequence=signer.sequence(),
            deadline=signer.deadline(),
        )
    )


def _question(request: OpenRequest) -> bytes | None:
    """The id under which the bank asked on the ledger, if it did and nothing was decided yet."""
    asked = request.consent
    return id_from_hex(asked.consent_id, "consent_id") if asked and asked.state == "requested" else None


def _coins(request: OpenRequest) -> int:
    """What a release pays, if what was shown is what the request's terms come to: that is what is signed and paid."""
    coins = release_coins(request.coins_base, request.coins_per_item, request.item_mask)
    if coins != request.coins_offered:
        raise EvidenceError(said("error-other-coins", shown=request.coins_offered, coins=coins))
    return coins


def _check_items(request: OpenRequest) -> None:
    if not request.item_mask.bit_count() == len(request.items) == len(request.item_labels):
        raise BankAnswerError(said("error-items-and-mask", request=request.request_id))


@translated_errors()
def withdraw_consent(signer: Signer, consent_id: str) -> Signed[Withdrawal]:
    """Nobody owes a reason for a withdrawal, and the hash of a guessable one would be public: none is given."""
    return signer.sign(
        Withdrawal(
            consent_id=id_from_hex(consent_id, "consent_id"),
            member=signer.account,
            decision=CONSENT_WITHDRAWN,
            reason_hash=EMPTY_ID,
            sequence=signer.sequence(),
            deadline=signer.deadline(),
        )
    )


@translated_errors()
def buy_coupons(signer: Signer, offer: CouponOffer, count: int) -> Signed[Purchase]:
    if count < 1:
        raise InputError("count", said("rule-at-least", low=1))
    if offer.issued + count > offer.stock:
        raise InputError("count", said("rule-at-most-left", high=offer.stock - offer.issued))
    return signer.sign(
        Purchase(
            purchase_id=signer.new_id(),
            member=signer.account,
            class_id=id_from_hex(offer.class_id, "class_id"),
            title=offer.title,
            count=count,
            coins=offer.price_coins * count,
            deadline=signer.deadline(),
        )
    )


@translated_errors()
def confirm_redemption(signer: Signer, offer: RedemptionView) -> Draft[Redemption, RedemptionParts]:
    """Sign the words the shop signed, and whose coupon it is by a hash that says so to the contract alone.

    The salt follows from the key and the offer, so that the same confirmation again is the same.
    """
    if offer.deadline < signer.now():
        raise InputError("redemption", said("rule-redemption-expired"))
    redemption_id = id_from_hex(offer.redemption_id, "redemption_id")
    salt = hmac.new(bytes(signer.key.key), SALT_LABEL + redemption_id, hashlib.sha256).digest()
    signed = signer.sign(
        Redemption(
            redemption_id=redemption_id,
            class_id=id_from_hex(offer.class_id, "class_id"),
            title=offer.title,
            shop=offer.shop,
            member_hash=salted_account(signer.account, salt),
            deadline=offer.deadline,
        )
    )
    return Draft(signed, RedemptionParts(salt=to_hex(salt)))


def check_text(text: str, claimed_hash: str, what: str) -> None:
    """Refuse to sign for a hash whose text is not the one shown."""
    if to_hex(text_hash(text)) != claimed_hash:
        raise EvidenceError(said("error-other-hash", what=what))
