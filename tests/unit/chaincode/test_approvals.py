"""Who signed together is read back from calldata: everybody who did, nobody else, and each as the account it is."""

from dataclasses import replace

import pytest

from chaincode.approvals import Signers, approved
from chaincode.bindings import Role
from chaincode.events import ApprovalRevoked, IssueApproved, QuotaSet, RecoveryBegun, RequestDecided, Seated
from chaincode.ids import EMPTY_ID, text_hash, to_hex
from chaincode.powers import Power, uses_of_power
from chaincode.typed_data import (
    REVOCATION_STATEMENT,
    ApprovalRevocation,
    CoinIssue,
    Decision,
    KeyRotation,
    Quota,
    Recovery,
    Seat,
    SignedRotation,
    sign,
)

LATE = 4_000_000_000
REQUESTS = {name: text_hash(name) for name in ("wanted", "unwanted", "ended", "rued")}
WHY = text_hash("why")


@pytest.fixture(scope="module")
def story(open_bank, make_person, evidence_of):
    """Three on the board, the third with a new key; two of them decide, three do what else the board may."""
    with open_bank() as bank:
        bank.people()
        face, send = bank.contracts.membership, bank.transactor
        board = [make_person(name) for name in ("board", "second", "third")]
        account = {one.address: one.address for one in board}

        def by(words, *signers):
            ordered = sorted(signers, key=lambda key: int(account[key.address], 16))
            return [sign(words, bank.deployment, key) for key in ordered]

        for place, one in enumerate(board[1:], 1):
            seat = Seat(text_hash(f"seat {place}"), one.address, int(Role.BOARD), True, place, LATE)
            face.seat(send, seat, by(seat, *board[:place]))
        newer = make_person("third's next key")
        words = KeyRotation(text_hash("rotation"), board[2].address, newer.address, EMPTY_ID, WHY, LATE)
        both = [sign(words, bank.deployment, key) for key in (board[2], newer)]
        face.rotate_batch(send, [SignedRotation(words, *both)])
        account[newer.address], board[2] = board[2].address, newer
        bank.contracts.survey.publish(send, bank.survey())
        for request_id in REQUESTS.values():
            asked = replace(bank.request(persons=1).struct, request_id=request_id)
            bank.contracts.request.file_batch(send, [bank.signed(asked, make_person("partner"))])
        for name, is_approved in (("wanted", True), ("unwanted", False), ("rued", True)):
            digest = bank.contracts.request.terms(REQUESTS[name]).digest
            said = Decision(REQUESTS[name], board[0].address, digest, is_approved, EMPTY_ID, LATE)
            pair = by(said, board[0], board[2])
            bank.contracts.request.decide_together(send, bank.signed(said, board[0]), pair)
        bank.contracts.request.close(send, REQUESTS["ended"])
        digest = bank.contracts.request.terms(REQUESTS["rued"]).digest
        words = ApprovalRevocation(REQUESTS["rued"], board[0].address, digest, REVOCATION_STATEMENT, WHY, LATE)
        bank.contracts.request.revoke_together(send, bank.signed(words, board[0]), by(words, board[0], board[1]))
        seat = Seat(text_hash("seat"), make_person("fourth").address, int(Role.BOARD), True, 9, LATE)
        face.seat(send, seat, by(seat, *board))
        quota = Quota(text_hash("quota"), 5000, 10 * 86400, 1, LATE)
        bank.contracts.coin.set_quota(send, quota, by(quota, *board))
        issue = CoinIssue(text_hash("invoice 2"), make_person("partner").address, 10**9, LATE)
        bank.contracts.coin.approve_issue(send, issue, by(issue, *board))
        lost, fresh = make_person("custodian 0"), make_person("fresh")
        recovery = Recovery(text_hash("recovery"), lost.address, fresh.address, WHY, WHY, 1, LATE)
        mine = sign(recovery, bank.deployment, fresh)
        bank.contracts.recovery.recover(send, recovery, mine, by(recovery, *board))
        yield bank, evidence_of(bank.chain, bank.contracts), sorted(set(account.values()), key=lambda one: int(one, 16))


def test_decisions_name_everybody_who_signed_them(story, make_person):
    bank, evidence, _ = story
    signers = Signers(bank.deployment, evidence.events, evidence.sent)
    decided = [event for event in evidence.events if isinstance(event, RequestDecided)]
    pair = {make_person("board").address, make_person("third").address}
    assert [(event.approved, set(signers.of(event))) for event in decided] == [
        (True, pair), (False, pair), (True, pair)
    ]  # fmt: skip
    (revoked,) = (event for event in evidence.events if isinstance(event, ApprovalRevoked))
    assert set(signers.of(revoked)) == {make_person("board").address, make_person("second").address}


def test_so_does_whatever_else_a_board_signs_together(story):
    bank, evidence, board = story
    signers = Signers(bank.deployment, evidence.events, evidence.sent)
    for kind in (Seated, IssueApproved, RecoveryBegun):
        *_, event = (one for one in evidence.events if isinstance(one, kind))
        assert list(signers.of(event)) == board, kind
    first, later = (one for one in evidence.events if isinstance(one, QuotaSet))
    assert (signers.of(first), list(signers.of(later))) == ((), board), "the first quota is the operator's own"


def test_uses_of_power_carry_their_signers_and_tell_what_became_of_requests(story, make_person):
    bank, evidence, board = story
    signers = Signers(bank.deployment, evidence.events, evidence.sent).of
    found = uses_of_power(evidence.events, bank.operator.address, 0, signers)
    partner = make_person("partner").address
    about = [(use.power, use.account, use.other) for use in found if "request" in use.power]
    assert about == [
        (Power.REQUEST_APPROVED, partner, to_hex(REQUESTS["wanted"])),
        (Power.REQUEST_REFUSED, partner, to_hex(REQUESTS["unwanted"])),
        (Power.REQUEST_APPROVED, partner, to_hex(REQUESTS["rued"])),
        (Power.REQUEST_CLOSED, partner, to_hex(REQUESTS["ended"])),
    ], "the coins of a refused request go back by the refusal: that is no use of its own"
    (revoked,) = (use for use in found if use.power == Power.APPROVAL_REVOKED)
    assert (revoked.account, revoked.other, len(revoked.signers)) == (partner, to_hex(REQUESTS["rued"]), 2)
    by_power = {use.power: use.signers for use in found}
    assert list(by_power[Power.SEATED]) == board
    assert (by_power[Power.REQUEST_CLOSED], by_power[Power.SALE]) == ((), ())


def test_what_cannot_be_read_names_nobody(story):
    bank, evidence, _ = story
    (sent,) = (
        evidence.sent[event.position.transaction_hash]
        for event in evidence.events
        if isinstance(event, RequestDecided) and event.request_id == REQUESTS["wanted"]
    )
    digests = {request_id: bank.contracts.request.terms(request_id).digest for request_id in REQUESTS.values()}
    whole = approved(bank.deployment, *sent, digests)
    assert whole is not None
    assert len(whole.keys) == len(whole.signatures) == 2
    assert approved(bank.deployment, *sent, {}) is None
    assert approved(bank.deployment, sent.to, sent.data[:300], digests) is None
    assert approved(bank.deployment, bank.deployment.address("coin"), sent.data, digests) is None
    forged = approved(bank.deployment, *sent, {REQUESTS["wanted"]: WHY})
    assert forged is None or set(forged.keys).isdisjoint(whole.keys), "other words have other signers"
