"""Escrow: entrust, verify, contribute, recover; k-1 shares and a tampered share are refused, the latter by name."""

import base64
import hashlib
from dataclasses import replace

import pytest

from bank_api.protocol.shapes.escrows import Custodian, EscrowView, OpeningView, SealedContribution, SealedShare
from chaincode.ids import text_hash, to_hex
from chaincode.places import AccountWord, OpeningWord
from chaincode.typed_data import OpeningRequest, recover
from pds_adapter.escrow.document import DocumentEscrow
from pds_adapter.escrow.group import Scalar
from pds_adapter.escrow.opening import CONTEXT_LABEL
from pds_adapter.escrow.threshold import decrypt_partially
from pds_adapter.sealing.canonical import canonical_json, parse_canonical_json
from pds_adapter.sealing.envelope import seal
from pds_adapter.sealing.keys import PublicKey
from wallet_cli.commands.resharing import check_listed
from wallet_cli.errors import EvidenceError, InputError, ShareRejectedError, WalletError
from wallet_cli.messages import Messages
from wallet_cli.proven import ProvenAccount, ProvenOpening
from wallet_cli.signing.escrow import (
    KnownCustodian,
    acknowledge_share,
    ask_opening,
    check_opening,
    check_policy,
    contribute_share,
    entrust_document,
    known_custodian,
    open_own_document,
    receive_share,
    recover_document,
    veto_opening,
)
from wallet_cli.views.escrow import round_of_deals

DOCUMENT = "遺言".encode()
REASON = "lost my phone\n00"


class Case:
    """One escrow, 2 of 3, as the bank would show it."""

    def __init__(self, make_signer):
        self.owner, self.heir = make_signer(1), make_signer(9)
        self.custodians = [make_signer(number) for number in (2, 3, 4)]
        named = [KnownCustodian(one.account, one.encryption.public) for one in self.custodians]
        self.deposit = entrust_document(self.owner, "A will", DOCUMENT, named, 2, 60)
        policy = self.deposit.signed.struct
        self.view = EscrowView(
            escrow_id=to_hex(policy.escrow_id), owner=policy.owner, title="A will", threshold=2,
            custodians=list(policy.custodians), state="active", acknowledged=[], openings=[],
            commitments_hash=to_hex(policy.commitments_hash), document_hash=to_hex(policy.document_hash),
            policy=policy.to_json(),
            document_base64=self.deposit.parts.document_base64,
            commitments_base64=self.deposit.parts.commitments_base64,
        )  # fmt: skip

    def sealed_share(self, number):
        sealed = self.deposit.parts.shares[number].sealed_base64
        return SealedShare(sealed_base64=sealed, commitments_base64=self.deposit.parts.commitments_base64)

    def share(self, number):
        return receive_share(self.custodians[number], self.view, self.sealed_share(number))

    def opening(self, contributions=()):
        return OpeningView(
            opening_id="0x" + "0e" * 32, escrow_id=self.view.escrow_id, requester=self.heir.account, state="open",
            ready_at=0, recipient_key=self.heir.encryption.public.to_hex(), contributions=list(contributions),
            request=self.request.to_json(), reason=REASON,
        )  # fmt: skip

    @property
    def request(self):
        key_hash = text_hash(self.heir.encryption.public.to_hex())
        ids = (bytes.fromhex("0e" * 32), bytes.fromhex(self.view.escrow_id[2:]))
        return OpeningRequest(*ids, self.heir.account, key_hash, text_hash(REASON), 0)

    def proven(self, **changes):
        request = self.request
        proven = ProvenOpening(request.opening_id, OpeningWord.REQUESTED, 0, request.struct_hash(), 1, 0)
        return replace(proven, **changes)

    def checked(self):
        return check_opening(self.custodians[0], self.view, self.opening(), self.proven())

    def contribution(self, number, share=None):
        custodian = self.custodians[number]
        draft = contribute_share(custodian, self.view, self.checked(), share or self.share(number))
        return SealedContribution(custodian=custodian.account, sealed_base64=draft.parts.sealed_base64)

    def false_contribution(self, number, share):
        """What a custodian with another program might send: a part made with a share that nobody checked."""
        document = DocumentEscrow.from_bytes(base64.b64decode(self.view.document_base64))
        opening = document.commitments_hash + bytes.fromhex("0e" * 32)
        partial = decrypt_partially(document.wrapped_key, document.label, share.share, opening)
        key = PublicKey.from_hex(self.opening().recipient_key)
        sealed = seal(partial.to_bytes(), [key], CONTEXT_LABEL + opening).to_bytes()
        account = self.custodians[number].account
        return SealedContribution(custodian=account, sealed_base64=base64.b64encode(sealed).decode())


@pytest.fixture
def case(make_signer):
    return Case(make_signer)


def test_the_policy_is_signed_and_names_everybody(case, deployment):
    signed = case.deposit.signed
    assert recover(signed.struct, deployment, signed.signature) == case.owner.account
    assert signed.struct.custodians == tuple(one.account for one in case.custodians)
    assert (signed.struct.threshold, signed.struct.opening_delay_seconds) == (2, 60)
    assert DOCUMENT not in base64.b64decode(case.deposit.parts.document_base64)
    assert [one.custodian for one in case.deposit.parts.shares] == case.view.custodians


def test_a_custodian_acknowledges_a_share_that_fits(case, deployment):
    for number, custodian in enumerate(case.custodians):
        signed = acknowledge_share(custodian, case.view, case.share(number))
        assert to_hex(signed.struct.commitments_hash) == case.view.commitments_hash
        assert recover(signed.struct, deployment, signed.signature) == custodian.account


def test_anothers_share_does_not_open(case):
    with pytest.raises(EvidenceError, match="not wrapped"):
        receive_share(case.custodians[0], case.view, case.sealed_share(1))


def test_commitments_other_than_the_policys_are_not_acknowledged(case, make_signer):
    other = Case(make_signer)
    forged = case.view.model_copy(update={"commitments_hash": "0x" + "11" * 32})
    with pytest.raises(EvidenceError, match="signed policy"):
        receive_share(case.custodians[0], forged, case.sealed_share(0))
    foreign = other.view.model_copy(update={"escrow_id": "0x" + "77" * 32})
    with pytest.raises(EvidenceError, match="another escrow"):
        receive_share(case.custodians[0], foreign, case.sealed_share(0))


def test_a_share_that_does_not_fit_the_commitments_is_not_acknowledged(case, make_signer):
    terms = parse_canonical_json(base64.b64decode(case.deposit.parts.commitments_base64))
    terms["commitments"].reverse()
    reversed_terms = base64.b64encode(canonical_json(terms)).decode()
    sealed = case.sealed_share(0).model_copy(update={"commitments_base64": reversed_terms})
    with pytest.raises(EvidenceError):
        receive_share(case.custodians[0], case.view, sealed)


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 2)])
def test_any_two_of_three_recover_the_document(case, pair):
    opening = case.opening([case.contribution(number) for number in pair])
    assert recover_document(case.heir, case.view, opening) == DOCUMENT


def test_the_owner_needs_nobody(case):
    assert open_own_document(case.owner, case.view) == DOCUMENT
    with pytest.raises(EvidenceError):
        open_own_document(case.heir, case.view)


def test_one_share_too_few_says_how_many_are_missing(case):
    with pytest.raises(WalletError, match="1 of 2 contributions have come: 1 more needed"):
        recover_document(case.heir, case.view, case.opening([case.contribution(1)]))
    with pytest.raises(WalletError, match="2 more needed"):
        recover_document(case.heir, case.view, case.opening())


def test_a_tampered_share_is_named_with_its_custodian(case):
    right = case.share(2)
    wrong = replace(right, value=right.value + Scalar.from_int(1))
    with pytest.raises(EvidenceError, match="share 3"):
        case.contribution(2, wrong)
    opening = case.opening([case.contribution(0), case.false_contribution(2, wrong)])
    with pytest.raises(ShareRejectedError, match="share 3") as refusal:
        recover_document(case.heir, case.view, opening)
    assert (refusal.value.index, refusal.value.holder) == (3, case.custodians[2].account)


def test_an_altered_envelope_is_named_with_its_custodian(case):
    contribution = case.contribution(1)
    data = bytearray(base64.b64decode(contribution.sealed_base64))
    data[-1] ^= 1
    altered = contribution.model_copy(update={"sealed_base64": base64.b64encode(bytes(data)).decode()})
    with pytest.raises(ShareRejectedError, match="share 2"):
        recover_document(case.heir, case.view, case.opening([case.contribution(0), altered]))


def test_a_contribution_made_with_anothers_share_is_named(case):
    stolen = case.false_contribution(1, case.share(0))
    with pytest.raises(ShareRejectedError, match=r"share 2 .*made with share 1"):
        recover_document(case.heir, case.view, case.opening([case.contribution(0), stolen]))


def test_a_contribution_to_one_opening_serves_no_other(case):
    contributions = [case.contribution(number) for number in (0, 1)]
    other = case.opening(contributions).model_copy(update={"opening_id": "0x" + "0f" * 32})
    with pytest.raises(ShareRejectedError, match="share 1"):
        recover_document(case.heir, case.view, other)


def test_a_contribution_is_signed_over_the_hash_of_its_sealed_bytes(case, deployment):
    draft = contribute_share(case.custodians[0], case.view, case.checked(), case.share(0))
    sealed = base64.b64decode(draft.parts.sealed_base64)
    assert draft.signed.struct.contribution_hash == hashlib.sha256(sealed).digest()
    assert recover(draft.signed.struct, deployment, draft.signed.signature) == case.custodians[0].account


def test_the_reason_of_an_opening_is_hashed_with_a_nonce(case):
    asked = ask_opening(case.heir, case.view.escrow_id, "lost my phone")
    assert asked.parts.reason.startswith("lost my phone\n")
    assert asked.signed.struct.reason_hash == text_hash(asked.parts.reason) != text_hash("lost my phone")
    assert asked.parts.recipient_key == case.heir.encryption.public.to_hex()


def test_a_veto_is_the_owners(case, deployment):
    signed = veto_opening(case.owner, "0x" + "0e" * 32)
    assert signed.struct.owner == case.owner.account


@pytest.mark.parametrize("threshold", [0, 1, 4])
def test_a_threshold_that_makes_no_sense_is_refused(make_signer, threshold):
    named = [KnownCustodian(one.account, one.encryption.public) for one in map(make_signer, (2, 3, 4))]
    with pytest.raises(InputError, match="threshold"):
        entrust_document(make_signer(1), "t", DOCUMENT, named, threshold)


def test_nobody_holds_two_shares(make_signer):
    one = make_signer(2)
    named = KnownCustodian(one.account, one.encryption.public)
    with pytest.raises(InputError, match="two shares"):
        entrust_document(make_signer(1), "t", DOCUMENT, [named, named], 2)


@pytest.mark.parametrize(
    ("proven", "shown", "says"),
    [
        ({"request_hash": bytes(32)}, {}, "in these words"),
        ({"opening_id": bytes(32)}, {}, "in these words"),
        ({"state": OpeningWord.VETOED}, {}, "was vetoed"),
        ({"state": OpeningWord.NONE}, {}, "was vetoed"),
        ({"ready_at": 2**40}, {}, "still waits"),
        ({}, {"recipient_key": "0x" + "22" * 32}, "another key, or another reason"),
        ({}, {"reason": "he asked me to"}, "another key, or another reason"),
        ({}, {"requester": "0x" + "11" * 20}, "in these words"),
    ],
)
def test_a_custodian_contributes_only_to_what_the_ledger_has(case, proven, shown, says):
    opening = case.opening().model_copy(update=shown)
    with pytest.raises(EvidenceError, match=says):
        check_opening(case.custodians[0], case.view, opening, case.proven(**proven))


def test_an_opening_of_another_escrow_is_not_contributed_to(case):
    other = case.view.model_copy(update={"escrow_id": "0x" + "77" * 32})
    with pytest.raises(EvidenceError, match="in these words"):
        check_opening(case.custodians[0], other, case.opening(), case.proven())


def test_a_time_that_this_machine_saw_pass_is_past_even_if_no_block_came_since(case):
    now = case.custodians[0].now()
    assert check_opening(case.custodians[0], case.view, case.opening(), case.proven(ready_at=now, time=now - 9))
    with pytest.raises(EvidenceError, match="still waits"):
        check_opening(case.custodians[0], case.view, case.opening(), case.proven(ready_at=now + 1, time=now - 9))


def test_shares_are_sealed_only_to_keys_that_the_ledger_has(make_signer):
    one, other = make_signer(2), make_signer(3)
    shown = Custodian(account=one.account, name="Lawyer", encryption_key=one.encryption.public.to_hex())
    word = AccountWord(one.account, 32, False, False, 0, 1)
    key_hash = text_hash(shown.encryption_key)
    assert known_custodian(shown, ProvenAccount(one.account, word, key_hash)).key == one.encryption.public
    for proven, says in (
        (ProvenAccount(one.account, word, text_hash(other.encryption.public.to_hex())), "another encryption key"),
        (ProvenAccount(one.account, word, bytes(32)), "no encryption key on the ledger"),
        (ProvenAccount(other.account, word, key_hash), "may not act"),
        (ProvenAccount(one.account, replace(word, roles=0), key_hash), "may not act"),
        (ProvenAccount(one.account, replace(word, is_suspended=True), key_hash), "may not act"),
        (ProvenAccount(one.account, replace(word, is_resting=True), key_hash), "may not act"),
    ):
        with pytest.raises(EvidenceError, match=says):
            known_custodian(shown, proven)


def test_an_escrow_is_as_its_owner_signed_it(case, make_signer):
    right = case.deposit.signed.struct.struct_hash()
    assert check_policy(case.view, right) == case.view
    with pytest.raises(EvidenceError, match="otherwise than its owner signed"):
        check_policy(case.view, bytes(32))
    other = Case(make_signer)
    for change in (
        {"owner": case.heir.account},
        {"threshold": 3},
        {"custodians": case.view.custodians[::-1]},
        {"commitments_hash": "0x" + "11" * 32},
        {"document_hash": "0x" + "11" * 32},
        {"policy": other.view.policy | {"owner": case.heir.account}},
    ):
        with pytest.raises(EvidenceError, match="otherwise than its owner signed"):
            check_policy(case.view.model_copy(update=change), right)


def test_a_round_is_not_opened_for_a_holder_whom_the_others_could_seal_nothing_to(make_signer):
    keeper, owner = (make_signer(seed).account for seed in (1, 2))
    known = [Custodian(account=keeper, name="Keeper", encryption_key="0x" + "11" * 32)]
    check_listed(known, [keeper])
    with pytest.raises(InputError) as refused:
        check_listed(known, [keeper, owner])
    assert (refused.value.field, refused.value.hint) == ("--leave", f"let it leave: --leave {owner}")


def test_what_is_shown_of_a_round_says_how_many_of_how_many():
    assert "2 / 3" in round_of_deals(Messages("ja"), "Will", ["A", "B", "C"], 2).plain
