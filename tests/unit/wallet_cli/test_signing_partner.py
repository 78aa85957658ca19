"""What partners, shops and the board sign."""

from dataclasses import replace

import pytest

from bank_api.protocol.documents.request import note_hash
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.shapes.requests import RequestView
from chaincode.ids import EMPTY_ID, id_from_hex, text_hash, to_hex
from chaincode.typed_data import recover
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.signing.partner import (
    LEGAL_CLASSES,
    CouponTerms,
    RequestTerms,
    acknowledge_release,
    decide_request,
    file_request,
    item_mask,
    publish_coupon,
)

QUESTION = {"kind": "number", "minimum": 0, "maximum": 9, "role": "harmless", "required": False, "coins": 0}
SURVEY = Survey.model_validate(
    {
        "survey_id": "0x" + "5a" * 32, "title": "S", "base_coins": 0, "opens_at": 0, "closes_at": 9, "budget_coins": 0,
        "description": "d", "language": "en",
        "questions": [QUESTION | {"key": key, "label": key.upper()} for key in ("age", "vote", "tv")],
    }
)  # fmt: skip
TERMS = RequestTerms(
    recipient="Acme", purpose="A study", k_minimum=5, persons_maximum=100, coins_base=1, coins_per_item=2,
    valid_until=1_796_000_000, retention_days=30, description="Why",
)  # fmt: skip


def test_a_request_masks_its_items_and_binds_its_contract(make_signer, deployment):
    partner = make_signer(2)
    draft = file_request(partner, SURVEY, ["tv", "age"], TERMS)
    signed = draft.signed
    assert (draft.parts.items, draft.parts.description) == (["age", "tv"], "Why")
    assert signed.struct.items == 0b101
    promises = (
        '{"description":"Why","items":["age","tv"],"purpose":"A study","retention_days":30,'
        f'"salt":"{draft.parts.salt}"}}'
    )
    assert signed.struct.contract_hash == text_hash(promises)
    assert recover(signed.struct, deployment, signed.signature) == partner.account


def test_a_class_that_no_release_can_serve_is_not_signed_for(make_signer):
    with pytest.raises(InputError, match="must be one of anonymized") as refused:
        file_request(make_signer(2), SURVEY, ["age"], replace(TERMS, legal_class=LEGAL_CLASSES["personal"]))
    assert refused.value.field == "legal_class"


@pytest.mark.parametrize(
    ("keys", "rule"),
    [([], "at least one"), (["age", "age"], "named twice"), (["shoe"], "shoe: is no question")],
)
def test_items_that_make_no_mask_are_refused(keys, rule):
    with pytest.raises(InputError, match=rule):
        item_mask(SURVEY, keys)


def test_a_number_the_contract_cannot_hold_names_its_field(make_signer):
    with pytest.raises(InputError, match="coins_base"):
        file_request(make_signer(2), SURVEY, ["age"], replace(TERMS, coins_base=2**32))


@pytest.mark.parametrize("approved", [True, False])
def test_the_boards_note_is_bound_to_its_decision(make_signer, approved):
    filed = file_request(make_signer(2), SURVEY, ["tv", "age"], TERMS)
    words = filed.signed.struct.to_json()
    shown = {name: value for name, value in words.items() if name not in ("items", "deadline")}
    view = shown | {"items": ["age", "tv"], "item_labels": [], "item_mask": 5, "state": "filed", "words": words}
    view |= {"description": "Why", "contract_salt": filed.parts.salt}
    draft = decide_request(make_signer(6), RequestView.model_validate(view), approved=approved, note="fine")
    struct = draft.signed.struct
    assert struct.request_digest == filed.signed.struct.struct_hash()
    salted = note_hash(id_from_hex(draft.parts.salt), "fine")
    assert (struct.approved, struct.decision_hash) == (approved, salted)
    assert salted != text_hash("fine")
    lie = RequestView.model_validate(view | {"k_minimum": 50})
    with pytest.raises(EvidenceError, match="names other words"):
        decide_request(make_signer(6), lie, approved=approved, note="fine")


def test_a_coupon_is_open_to_all_unless_it_is_premium(make_signer):
    terms = CouponTerms("Coffee", "one cup", 4, 10, 0, 9, 99)
    assert publish_coupon(make_signer(2), terms).signed.struct.premium_request == EMPTY_ID
    premium = CouponTerms("Coffee", "one cup", 4, 10, 0, 9, 99, premium_request="0x" + "aa" * 32)
    struct = publish_coupon(make_signer(2), premium).signed.struct
    assert to_hex(struct.premium_request) == "0x" + "aa" * 32
    assert struct.content_hash == text_hash("one cup")


def test_an_acknowledgement_names_the_root_that_arrived(make_signer):
    struct = acknowledge_release(make_signer(2), "0x" + "bb" * 32, b"r" * 32).struct
    assert (struct.payload_root, struct.partner) == (b"r" * 32, make_signer(2).account)
