"""The vectors in tests/vectors are what scripts/vectors.py makes, and the package agrees with every one of them."""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from pds_adapter import errors
from pds_adapter.escrow.ceremony import receive_first
from pds_adapter.escrow.document import DocumentEscrow, open_escrow, open_escrow_as
from pds_adapter.escrow.opening import open_contribution, open_with_contributions
from pds_adapter.escrow.paper import share_of_words
from pds_adapter.escrow.resharing import Deal, receive_share, terms_after
from pds_adapter.escrow.shares import EscrowShare, open_share
from pds_adapter.escrow.terms import EscrowTerms
from pds_adapter.sealing.canonical import canonical_json, commit, parse_canonical_json
from pds_adapter.sealing.envelope import KeyPair, PublicKey, SealedDocument, open_sealed

DIRECTORY = Path(__file__).resolve().parents[2] / "vectors"
VALID = json.loads((DIRECTORY / "envelope_valid.json").read_text())


def cases(name):
    return [pytest.param(case, id=case["description"]) for case in json.loads((DIRECTORY / name).read_text())]


def test_the_files_are_what_the_script_makes():
    run = [sys.executable, "-m", "scripts.vectors", "--check"]
    made = subprocess.run(run, cwd=DIRECTORY.parents[1], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr


def test_keys():
    for case in VALID["keys"]:
        material = bytes.fromhex(case["material"])
        assert KeyPair.from_seed(material).public.to_hex() == case["from_seed"]
        assert KeyPair.from_wallet_key(material).public.to_hex() == case["from_wallet_key"]


def test_canonical_json_and_commitments():
    for case in VALID["canonical"]:
        assert canonical_json(case["value"]).hex() == case["canonical"]
        assert parse_canonical_json(bytes.fromhex(case["canonical"])) == case["value"]
    for case in VALID["commitments"]:
        made = commit(bytes.fromhex(case["salt"]), bytes.fromhex(case["content"]))
        assert made.hex() == case["commitment"]


def test_sealed_documents():
    for case in VALID["sealed"]:
        sealed = SealedDocument.from_bytes(bytes.fromhex(case["sealed"]))
        assert sealed.to_bytes().hex() == case["sealed"]
        for seed in case["seeds"]:
            opened = open_sealed(sealed, KeyPair.from_seed(bytes.fromhex(seed)), bytes.fromhex(case["context"]))
            assert opened.content.hex() == case["content"]


@pytest.mark.parametrize("case", cases("envelope_invalid.json"))
def test_invalid_sealed_documents(case):
    with pytest.raises(getattr(errors, case["error"])) as refused:
        open_sealed(
            SealedDocument.from_bytes(bytes.fromhex(case["sealed"])),
            KeyPair.from_seed(bytes.fromhex(case["seed"])),
            bytes.fromhex(case["context"]),
        )
    assert getattr(refused.value, "field", None) == case["field"]


@pytest.mark.parametrize("case", cases("escrow_valid.json"))
def test_escrows(case):
    escrow = DocumentEscrow.from_bytes(case["escrow"].encode())
    assert escrow.commitments_hash.hex() == case["commitments_hash"]
    assert escrow.document_hash.hex() == case["document_hash"]
    shares = [EscrowShare.from_text(text) for text in case["shares"]]
    for share, words in zip(shares, case["words"], strict=True):
        assert share_of_words(words, share.index, escrow.terms) == share
    for chosen in itertools.combinations(shares, escrow.terms.threshold):
        assert open_escrow(escrow, chosen).content.hex() == case["document"]
    if case["owner_seed"]:
        owner = KeyPair.from_seed(bytes.fromhex(case["owner_seed"]))
        assert open_escrow_as(escrow, owner).content.hex() == case["document"]
    for seed, sealed, share in zip(case["custodian_seeds"], case["sealed_shares"], shares, strict=True):
        document = SealedDocument.from_bytes(bytes.fromhex(sealed))
        assert open_share(document, KeyPair.from_seed(bytes.fromhex(seed)), escrow.terms) == share


@pytest.mark.parametrize("case", cases("escrow_valid.json"))
def test_openings_by_contributions(case):
    escrow = DocumentEscrow.from_bytes(case["escrow"].encode())
    requester, opening_id = KeyPair.from_seed(bytes.fromhex(case["requester_seed"])), bytes.fromhex(case["opening_id"])
    partials = [
        open_contribution(SealedDocument.from_bytes(bytes.fromhex(data)), requester, escrow, opening_id)
        for data in case["contributions"]
    ]
    for chosen in itertools.combinations(partials, escrow.terms.threshold):
        assert open_with_contributions(escrow, chosen, opening_id).content.hex() == case["document"]


@pytest.mark.parametrize("case", cases("escrow_invalid.json"))
def test_invalid_openings(case):
    with pytest.raises(getattr(errors, case["error"])):
        open_escrow(
            DocumentEscrow.from_bytes(case["escrow"].encode()),
            [EscrowShare.from_text(text) for text in case["shares"]],
        )


ROUNDS = json.loads((DIRECTORY / "rounds.json").read_text())


@pytest.mark.parametrize("case", ROUNDS["dealt_anew"], ids=lambda case: case["description"])
def test_shares_dealt_anew(case):
    deals, terms = [Deal.from_bytes(text.encode()) for text in case["deals"]], EscrowTerms.from_json(case["terms"])
    assert terms_after(deals, terms).commitments_hash.hex() == case["commitments_hash"]
    for seed, share in zip(case["custodian_seeds"], case["shares"], strict=True):
        received, after = receive_share(deals, terms, KeyPair.from_seed(bytes.fromhex(seed)))
        assert (received.index, received.value.encoded.hex()) == (share["index"], share["value"])
        assert after.holders == len(case["custodians"])


@pytest.mark.parametrize("case", ROUNDS["invalid"], ids=lambda case: case["description"])
def test_rounds_that_are_refused(case):
    with pytest.raises((errors.DealError, errors.CanonicalFormError)) as refused:
        terms_after([Deal.from_bytes(text.encode()) for text in case["deals"]], EscrowTerms.from_json(case["terms"]))
    guilty = getattr(refused.value, "indexes", None)
    assert guilty is None or guilty == (case["dealer"],)


def test_a_key_that_nobody_holds():
    case = ROUNDS["ceremony"]
    keepers = [PublicKey.from_hex(key) for key in case["keepers"]]
    deals = [Deal.from_bytes(text.encode()) for text in case["deals"]]
    for seed, share in zip(case["keeper_seeds"], case["shares"], strict=True):
        pair = KeyPair.from_seed(bytes.fromhex(seed))
        received, _ = receive_first(deals, bytes.fromhex(case["key_id"]), keepers, case["threshold"], pair)
        assert received.value.encoded.hex() == share["value"]
