"""A member's copy: answers opened and held against the ledger's commitments, nothing overwritten."""

import base64
from types import SimpleNamespace

import pytest

from bank_api.protocol.documents.answer import answer_context
from bank_api.protocol.shapes.member import StoredDocument
from bank_api.protocol.shapes.surveys import StoredAnswer
from pds_adapter.sealing.canonical import canonical_json, commit
from pds_adapter.sealing.envelope import seal
from pds_adapter.sealing.keys import KeyPair
from wallet_cli.errors import EvidenceError
from wallet_cli.export import open_document, write_export
from wallet_cli.messages import Messages
from wallet_cli.output import Output
from wallet_cli.sealed_records import Record, record_context

SURVEY_ID, ANSWER_ID, SALT = "0x" + "5a" * 32, "0x" + "aa" * 32, b"s" * 32


def kept(member, values, to=None):
    """The sealed answer as the bank keeps it, and the ledger's record of `{"age": 40}`."""
    content = {"survey_id": SURVEY_ID, "member": member.account, "values": values}
    promised = {"survey_id": SURVEY_ID, "member": member.account, "values": {"age": 40}}
    recipient = to or member.encryption.public
    document = canonical_json(content | {"salt": SALT.hex()})
    sealed = seal(document, [recipient], answer_context(SURVEY_ID, member.account)).to_bytes()
    stored = StoredDocument(
        box="answers", name="aa" * 32, etag="1", sealed_base64=base64.b64encode(sealed).decode(), stored_at=1
    )
    commitment = "0x" + commit(SALT, canonical_json(promised)).hex()
    record = StoredAnswer(
        answer_id=ANSWER_ID, survey_id=SURVEY_ID, title="S", commitment=commitment, coins=1, block_number=1, time=1
    )
    return stored, {"aa" * 32: record}


def test_an_answer_is_opened(member):
    assert open_document(member, *kept(member, {"age": 40}))["values"] == {"age": 40}


def test_another_answer_than_the_one_committed_to_is_found_out(member):
    with pytest.raises(EvidenceError, match="not the one the ledger commits to"):
        open_document(member, *kept(member, {"age": 41}))


def test_an_answer_sealed_to_a_lost_key_is_handed_over_sealed(member):
    stored, records = kept(member, {"age": 40}, to=KeyPair.from_seed(b"o" * 32).public)
    assert open_document(member, stored, records)["sealed_base64"] == stored.sealed_base64


def test_a_document_of_another_box_is_handed_over_as_it_is(member):
    stored, records = kept(member, {"age": 40})
    assert open_document(member, stored.model_copy(update={"box": "letters"}), records)["box"] == "letters"


def test_a_record_of_a_box_is_opened_and_one_sealed_to_a_lost_key_is_not(member):
    def record_sealed_to(pair):
        content = Record({"店": "八百屋"}, ("食費",), (("前", "b"),)).to_bytes()
        sealed = seal(content, [pair.public], record_context(member.account, "kakei", "a")).to_bytes()
        encoded = base64.b64encode(sealed).decode()
        return StoredDocument(box="records.kakei", name="a", etag="1", sealed_base64=encoded, stored_at=1)

    assert open_document(member, record_sealed_to(member.encryption), {}) == {
        "box": "kakei", "name": "a", "fields": {"店": "八百屋"}, "labels": ["食費"], "links": [["前", "b"]],
    }  # fmt: skip
    assert "sealed_base64" in open_document(member, record_sealed_to(KeyPair.from_seed(b"o" * 32)), {})


def test_a_copy_says_which_documents_stay_sealed(member, tmp_path):
    mine, records = kept(member, {"age": 40})
    lost, _ = kept(member, {"age": 40}, to=KeyPair.from_seed(b"o" * 32).public)
    lost = lost.model_copy(update={"box": "answers", "name": "bb" * 32})
    records["bb" * 32] = records["aa" * 32].model_copy(update={"answer_id": "0x" + "bb" * 32})
    file = mine.model_copy(update={"box": "files", "name": "0d.000001"})  # its content is in the copy, opened
    nothing = SimpleNamespace(model_dump=lambda mode: {})
    face = SimpleNamespace(
        answers=lambda: list(records.values()), documents=lambda: [mine, lost, file], me=lambda: nothing,
        passbook=lambda: nothing, consents=list, coupons=list, releases=list,
    )  # fmt: skip
    written = write_export(SimpleNamespace(member=face), member, tmp_path / "copy", Output(False, Messages("en")))
    assert [path.name for path in written.closed] == [f"answers-{'bb' * 32}.json"]
    assert len(written.paths) == 9
