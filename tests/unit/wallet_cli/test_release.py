"""A partner opens only what is sealed to it, and believes only what the ledger's root and the rows themselves say."""

import base64
import json
from dataclasses import replace

import pytest

from bank_api.protocol.shapes.releases import ReleasePayload, ReleaseView
from chaincode.ids import to_hex
from chaincode.merkle import leaf_hash, merkle_root
from pds_adapter.sealing.canonical import canonical_json
from pds_adapter.sealing.envelope import seal
from pds_adapter.sealing.keys import KeyPair
from wallet_cli.errors import EvidenceError
from wallet_cli.release import open_release

PARTNER = KeyPair.from_seed(b"p" * 32)
RELEASE_ID = "0x" + "bb" * 32
SALTS = [bytes([number]) * 16 for number in range(4)]
TABLE = {
    "generalized": [{"name": "age", "role": "quasi-identifier", "kind": "number"}],
    "plain": [{"name": "vote", "role": "sensitive", "kind": "number"}],
    "boxes": [[{"text": "18-40"}], [{"text": "41-99"}]],
    "rows": [[0, 1], [0, 0], [1, None], [1, 1]],
}
ROWS = [
    {"age": "18-40", "vote": 1},
    {"age": "18-40", "vote": 0},
    {"age": "41-99", "vote": None},
    {"age": "41-99", "vote": 1},
]


def root(rows):
    return to_hex(merkle_root([leaf_hash(salt, canonical_json(row)) for salt, row in zip(SALTS, rows, strict=True)]))


ROOT = root(ROWS)


def payload(rows=ROWS, salts=SALTS, table=TABLE, to=PARTNER, context=b"release:" + b"bb" * 32, **more):
    document = json.dumps({"table": table, "loss": 0.25} | more)
    body = {"release": {"rows": rows, "k": 2, "suppressed": 1, "document": document}, "salts": [s.hex() for s in salts]}
    sealed = seal(canonical_json(body), [to.public], context).to_bytes()
    return ReleasePayload(release_id=RELEASE_ID, sealed_base64=base64.b64encode(sealed).decode(), payload_root=ROOT)


def release(**changes):
    body = {
        "release_id": RELEASE_ID, "request_id": "0x" + "aa" * 32, "partner": "0x1", "recipient": "Acme", "purpose": "p",
        "rows": 4, "suppressed": 1, "k": 2, "legal_class": 1, "payload_root": ROOT,
        "method_hash": "0x" + "00" * 32, "block_number": 9, "time": 1,
    }  # fmt: skip
    return ReleaseView.model_validate(body | changes)


def test_a_release_is_opened_checked_and_written_as_csv():
    opened = open_release(PARTNER, payload(), release())
    assert (opened.k, opened.suppressed, opened.loss) == (2, 1, 0.25)
    assert opened.to_csv().split("\r\n") == ["age,vote", "18-40,1", "18-40,0", "41-99,", "41-99,1", ""]


HOMES = {"come_and_go": True, "answers_together": {"mean": 4.0, "most": 4}}


def test_rows_of_homes_are_written_with_the_class_whose_answers_are_told_as_one():
    opened = open_release(PARTNER, payload(table=TABLE | {"classes": [0, 0]}, **HOMES), release())
    assert (opened.k, opened.classes, opened.columns) == (2, (1, 1, 1, 1), ("age", "vote"))
    assert opened.to_csv().split("\r\n")[:3] == ["class_of_answers,age,vote", "1,18-40,1", "1,18-40,0"]
    of_two = HOMES | {"answers_together": {"mean": 2.0, "most": 2}}
    two = open_release(PARTNER, payload(table=TABLE | {"classes": [0, 1]}, **of_two), release())
    assert two.classes == (1, 1, 2, 2)
    alike = TABLE | {"boxes": [TABLE["boxes"][0]] * 2, "classes": [0, 1]}
    rows = [row | {"age": "18-40"} for row in ROWS]
    given = payload(rows=rows, table=alike, **of_two)
    assert open_release(PARTNER, given, release(payload_root=root(rows))).k == 2, "by class, as the file is read"
    with pytest.raises(EvidenceError, match="claims k = 4, but some class has only 2"):
        open_release(PARTNER, given, release(payload_root=root(rows), k=4))
    taken = replace(two, columns=("class_of_answers",), rows=({"class_of_answers": 5},), classes=(3,))
    assert taken.to_csv().split("\r\n")[:2] == ["class_of_answers_,class_of_answers", "3,5"]


@pytest.mark.parametrize(
    "told",
    [
        *({"table": TABLE | {"classes": wrong}} | HOMES for wrong in ([0], [0, 0, 0], ["x", 0], [0.7, 0], [-1, -1], 7)),
        {"table": TABLE | {"classes": [0, 0]}},
        {"table": TABLE | {"classes": [0, 0]}, "come_and_go": True},
        {"table": TABLE | {"classes": [0, 0]}} | HOMES | {"answers_together": {"mean": 900, "most": 999}},
        HOMES,
    ],
)
def test_what_a_document_says_of_its_classes_follows_from_its_table(told):
    with pytest.raises(EvidenceError, match="malformed"):
        open_release(PARTNER, payload(**told), release())


@pytest.mark.parametrize(
    ("given", "view", "said"),
    [
        ({"rows": [*ROWS[:3], {"age": "41-99", "vote": 0}]}, {}, "payload root"),
        ({"rows": ROWS[::-1]}, {}, "payload root"),
        ({"salts": SALTS[:3]}, {}, "4 rows and 3 salts"),
        ({"rows": [], "salts": []}, {}, "0 rows"),
        ({"salts": [b"1"] * 4}, {}, "malformed"),
        ({"table": TABLE | {"rows": [[0, 1], [0, 0], [1, None], [1, 0]]}}, {}, "not those of the release document"),
        ({"table": TABLE | {"rows": [[7, 1]]}}, {}, "malformed"),
        ({"table": {}}, {}, "malformed"),
        ({}, {"payload_root": "0x" + "11" * 32}, "payload root"),
        ({}, {"k": 3}, "claims k = 3, but some class has only 2"),
    ],
)
def test_a_payload_that_does_not_hold_is_refused(given, view, said):
    with pytest.raises(EvidenceError, match=said):
        open_release(PARTNER, payload(**given), release(**view))


@pytest.mark.parametrize(
    ("given", "said"),
    [({"to": KeyPair.from_seed(b"o" * 32)}, "not wrapped"), ({"context": b"release:cc"}, "another context")],
)
def test_anothers_payload_and_another_releases_payload_do_not_open(given, said):
    with pytest.raises(EvidenceError, match=said):
        open_release(PARTNER, payload(**given), release())
