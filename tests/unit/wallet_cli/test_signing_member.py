"""What members sign says what they were shown, and recovers to their key."""

from dataclasses import replace

import pytest

from bank_api.protocol.documents.request import contract_text
from bank_api.protocol.shapes.bank import BankInfo
from bank_api.protocol.shapes.coupons import CouponOffer, RedemptionView
from bank_api.protocol.shapes.requests import OpenRequest
from chaincode.ids import EMPTY_ID, id_from_hex, salted_account, text_hash, to_hex
from chaincode.typed_data import CONSENT_GIVEN, CONSENT_REFUSED, DataRequest, recover
from wallet_cli.errors import BankAnswerError, EvidenceError, InputError
from wallet_cli.signing.member import buy_coupons, confirm_redemption, decide_consent, join_bank, withdraw_consent
from wallet_cli.signing.signer import deployment_of, encryption_key_hash, from_base64

NOW = 1_795_000_000
TERMS = "Be kind."
NOTICE = "Acme asks for your age."


def bank_info(**changes):
    body = {
        "name": "Azukari", "chain_id": 20170714, "genesis_header": "0x", "deployment": {}, "operator": "0x" + "1" * 40,
        "terms": {"statement": "I join", "text": TERMS, "language": "en", "hash": to_hex(text_hash(TERMS))},
        "release_public_key": "0x" + "22" * 32, "time": NOW, "limits": {},
    }  # fmt: skip
    return BankInfo.model_validate(body | changes)


def open_request(keys=("age",), mask=1, **changes):
    """As the bank shows it; `words` are those that the partner signed, before any change."""
    salt = "0x" + "77" * 32
    contract = to_hex(text_hash(contract_text(keys, "A study of age", "Why", 30, salt)))
    shown = {
        "request_id": "0x" + "aa" * 32, "partner": "0x" + "1" * 40, "recipient": "Acme",
        "survey_id": "0x" + "5a" * 32, "purpose": "A study of age", "purpose_code": 1, "legal_class": 1, "k_minimum": 5,
        "l_minimum": 2, "t_percent": 100, "persons_maximum": 100, "coins_base": 1, "coins_per_item": 2,
        "valid_until": NOW + 1000, "retention_days": 30, "contract_hash": contract,
    }  # fmt: skip
    body = shown | {
        "words": shown | {"items": mask, "deadline": NOW},
        "items": list(keys), "item_labels": ["Your age"], "item_mask": mask, "description": "Why",
        "contract_salt": salt,
        "state": "approved", "notice": {"text": NOTICE, "hash": to_hex(text_hash(NOTICE)), "language": "en"},
        "coins_offered": 3, "answered": True,
    }  # fmt: skip
    return OpenRequest.model_validate(body | changes)


def coupon(**changes):
    body = {
        "class_id": "0x" + "cc" * 32, "issuer": "0x" + "1" * 40, "issuer_name": "Acme", "title": "A coffee",
        "price_coins": 4, "stock": 10, "issued": 8, "opens_at": 0, "closes_at": NOW + 9, "redeem_until": NOW + 99,
        "shops": [],
    }  # fmt: skip
    return CouponOffer.model_validate(body | changes)


def test_joining_binds_terms_account_and_encryption_key(member, deployment):
    draft = join_bank(member, bank_info(), "code")
    signed = draft.signed
    assert draft.parts.invitation == "code"
    assert "code" not in repr(draft)
    assert recover(signed.struct, deployment, signed.signature) == member.account
    assert signed.struct.terms_hash == text_hash(TERMS)
    assert signed.struct.encryption_key_hash == encryption_key_hash(member.encryption.public)
    assert signed.to_json()["message"]["statement"] == "I join"


def test_terms_that_do_not_have_their_hash_are_not_signed(member):
    terms = {"statement": "I join", "text": "Sell everything.", "language": "en", "hash": to_hex(text_hash(TERMS))}
    with pytest.raises(EvidenceError, match="terms"):
        join_bank(member, bank_info(terms=terms), "code")


@pytest.mark.parametrize(("given", "words"), [(True, CONSENT_GIVEN), (False, CONSENT_REFUSED)])
def test_a_decision_says_what_was_shown(member, deployment, given, words):
    signed = decide_consent(member, open_request(), given=given)
    struct = signed.struct
    assert recover(struct, deployment, signed.signature) == member.account
    assert (struct.decision, struct.recipient, struct.purpose) == (words, "Acme", "A study of age")
    assert (struct.items, struct.item_mask, struct.coins) == (("Your age",), 1, 3)
    assert (struct.valid_until, struct.uses_maximum) == (NOW + 1000, 1)
    assert struct.valid_from <= NOW


def test_a_notice_that_does_not_have_its_hash_is_not_signed(member):
    notice = {"text": "Nothing to see", "hash": to_hex(text_hash(NOTICE)), "language": "en"}
    with pytest.raises(EvidenceError, match="notice"):
        decide_consent(member, open_request(notice=notice), given=True)


@pytest.mark.parametrize(
    ("choice", "rule"),
    [
        ({"valid_until": NOW + 1001}, "after the end of the request"),
        ({"valid_until": NOW}, "in the future"),
        ({"uses_maximum": 0}, "at least 1"),
    ],
)
def test_a_consent_out_of_bounds_is_refused(member, choice, rule):
    with pytest.raises(InputError, match=rule):
        decide_consent(member, open_request(), given=True, **choice)


def test_a_consent_is_not_signed_for_other_coins_than_were_shown(member):
    with pytest.raises(EvidenceError, match="1,000 coins were offered, but the request pays 3"):
        decide_consent(member, open_request(coins_offered=1000), given=True)


TWO = {"keys": ("age", "tv"), "mask": 0b101, "item_labels": ["Your age", "TV days"], "coins_offered": 5}


@pytest.mark.parametrize("given", [True, False])
def test_a_decision_is_about_all_the_items_for_a_release_uses_them_together(member, given):
    struct = decide_consent(member, open_request(**TWO), given=given).struct
    assert (struct.items, struct.item_mask, struct.coins) == (("Your age", "TV days"), 0b101, 5)


def test_a_request_whose_mask_is_not_its_items_is_not_signed(member):
    with pytest.raises(BankAnswerError, match="other items than its mask"):
        decide_consent(member, open_request(item_mask=0b111), given=True)


def test_withdrawing_gives_no_reason(member, deployment):
    signed = withdraw_consent(member, "0x" + "dd" * 32)
    assert signed.struct.decision == "I withdraw my consent"
    assert signed.struct.reason_hash == bytes(32)
    assert recover(signed.struct, deployment, signed.signature) == member.account


def test_a_malformed_consent_id_is_refused_by_name(member):
    with pytest.raises(InputError, match="consent_id"):
        withdraw_consent(member, "0x12")


def test_buying_multiplies_the_price(member):
    signed = buy_coupons(member, coupon(), 2)
    assert (signed.struct.coins, signed.struct.count) == (8, 2)


@pytest.mark.parametrize(("count", "rule"), [(0, "at least 1"), (3, "at most 2")])
def test_buying_none_or_more_than_is_left_is_refused(member, count, rule):
    with pytest.raises(InputError, match=rule):
        buy_coupons(member, coupon(), count)


def test_the_member_signs_the_shops_words_with_a_hash_that_names_nobody(make_signer):
    from wallet_cli.signing.partner import offer_redemption

    shop, member = make_signer(3), make_signer(4)
    offered = offer_redemption(shop, coupon()).struct
    view = RedemptionView(
        redemption_id=to_hex(offered.redemption_id), class_id=to_hex(offered.class_id), title=offered.title,
        shop=offered.shop, shop_name="Acme Ginza", deadline=offered.deadline, state="offered",
    )  # fmt: skip
    draft = confirm_redemption(member, view)
    words, salt = draft.signed.struct, id_from_hex(draft.parts.salt)
    assert replace(words, member_hash=EMPTY_ID) == offered
    assert words.member_hash == salted_account(member.account, salt)
    assert confirm_redemption(member, view) == draft, "the same confirmation again is the same"
    other = confirm_redemption(member, view.model_copy(update={"redemption_id": "0x" + "ab" * 32}))
    assert (other.parts.salt, other.signed.struct.member_hash) != (draft.parts.salt, words.member_hash)


def test_an_expired_offer_is_not_signed(member):
    view = RedemptionView(
        redemption_id="0x" + "ee" * 32, class_id="0x" + "cc" * 32, title="A coffee", shop=member.account,
        shop_name="Acme Ginza", deadline=NOW - 1, state="offered",
    )  # fmt: skip
    with pytest.raises(InputError, match="expired"):
        confirm_redemption(member, view)


def test_a_bank_whose_chain_is_not_its_deployments_is_refused(deployment):
    info = bank_info(chain_id=1, deployment=deployment.to_json())
    with pytest.raises(BankAnswerError, match="chain 1"):
        deployment_of(info)
    assert deployment_of(bank_info(deployment=deployment.to_json())) == deployment


def test_a_malformed_deployment_is_the_banks_fault():
    with pytest.raises(BankAnswerError, match="deployment"):
        deployment_of(bank_info())


def test_a_rotated_key_signs_for_its_permanent_account(make_signer):
    from dataclasses import replace

    signer = replace(make_signer(5), account=make_signer(4).account)
    signed = withdraw_consent(signer, "0x" + "dd" * 32)
    assert signed.struct.member == make_signer(4).account
    assert recover(signed.struct, signer.deployment, signed.signature) == make_signer(5).key.address


def test_a_signer_never_prints_its_key(member):
    assert member.key.key.hex() not in repr(member)


def test_base64_that_is_none_is_the_banks_fault():
    with pytest.raises(BankAnswerError, match="the share is not base64"):
        from_base64("@@", "the share")


@pytest.mark.parametrize(
    "lie",
    [
        {"k_minimum": 50}, {"l_minimum": 3}, {"t_percent": 20}, {"legal_class": 2}, {"retention_days": 1},
        {"purpose": "Charity"}, {"recipient": "Red Cross"}, {"description": "Because"}, {"items": ["tv"]},
        {"persons_maximum": 5}, {"request_id": "0x" + "ab" * 32},
    ],
)  # fmt: skip
def test_a_bank_that_shows_another_request_than_the_partner_signed_is_not_signed_for(member, lie):
    with pytest.raises(EvidenceError, match="names other words"):
        decide_consent(member, open_request(**lie), given=True)


def test_a_consent_binds_the_digest_of_the_partners_words(member):
    request = open_request()
    struct = decide_consent(member, request, given=True).struct
    assert struct.request_digest == DataRequest.from_json(request.words).struct_hash()
