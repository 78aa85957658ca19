"""The faces: outcomes aligned with what was sent, repetition without effect, batches cut, the log of events."""

from dataclasses import replace

import pytest

from chaincode import acts
from chaincode.bindings import Circle, ConsentState, ReleaseState, RequestState, Role, Scope, Signed
from chaincode.bindings import face as face_module
from chaincode.bindings.face import BATCH_MAXIMUM, items_at_once
from chaincode.bindings.outcome import align
from chaincode.errors import ContractRefusedError, DecodeError, MessageError
from chaincode.events import Answered, CouponRedeemed, Granted, Joined, Repeated, Sign
from chaincode.ids import EMPTY_ID, NOBODY, text_hash
from chaincode.transactor import GAS_MAXIMUM, Transactor
from chaincode.typed_data import (
    CONSENT_WITHDRAWN,
    GUARDIANS_STATEMENT,
    Acknowledgement,
    Appointment,
    Closing,
    CoinTransfer,
    Contribution,
    CouponTransfer,
    EscrowPolicy,
    Guardians,
    KeyRotation,
    OpeningRequest,
    Recovery,
    Seat,
    ShareReceipt,
    Veto,
    Withdrawal,
    sign,
)

LATE = 10**10
SURVEY, REQUEST, CLASS, RELEASE = (text_hash(name) for name in ("survey", "request", "class", "release"))


def test_the_main_job_through_the_faces(deployed, make_person):
    members = deployed.main_job()
    faces = deployed.contracts
    assert faces.survey.answer_of(SURVEY, members[0].address) == text_hash(f"answer {members[0].address}")
    assert faces.request.terms(REQUEST).state == RequestState.APPROVED
    assert faces.request.locked(REQUEST) == 50 - 15
    record = faces.consent.record_of(text_hash(f"consent {members[1].address}"))
    assert (record.state, record.used, record.coins) == (ConsentState.GIVEN, 1, 5)
    release = faces.disclosure.release_of(RELEASE)
    assert (release.state, release.payload_root) == (ReleaseState.DISCLOSED, text_hash("root"))
    assert release.partner == make_person("partner").address
    assert faces.coin.balance_of(members[0].address) == 10 + 5 - 2
    assert faces.coin.supply().total == faces.coin.supply().granted - faces.coin.supply().burnt == 1030 - 2
    assert faces.coupon.balance_of(members[0].address, CLASS) == 0
    assert faces.coupon.class_of(CLASS).sold == 1
    assert faces.membership.roles_of(members[0].address) == Role.MEMBER


def test_a_batch_sent_again_is_repeated_and_changes_nothing(deployed):
    members = deployed.people()
    faces, send = deployed.contracts, deployed.transactor
    faces.survey.publish(send, deployed.survey())
    answers = [deployed.answer(member) for member in members]
    first = faces.survey.answer_batch(send, answers)
    again = faces.survey.answer_batch(send, answers)
    assert [(o.accepted, o.repeated) for o in first] == [(True, False)] * 3
    assert [(o.accepted, o.repeated, o.reason) for o in again] == [(True, True, None)] * 3
    assert faces.coin.balance_of(members[0].address) == 10
    assert all(isinstance(o.events[0], Repeated) for o in again)


def test_bad_items_never_sink_their_neighbours_and_keep_their_places(deployed):
    a, b, c = deployed.people()
    faces, send = deployed.contracts, deployed.transactor
    faces.survey.publish(send, deployed.survey())
    wrong_reward, no_signature = deployed.answer(b, coins=11), Signed(deployed.answer(c).struct, b"short")
    outcomes = faces.survey.answer_batch(send, [deployed.answer(a), wrong_reward, deployed.answer(a), no_signature])
    assert [(o.accepted, o.repeated, o.reason) for o in outcomes] == [
        (True, False, None),
        (False, False, "survey: wrong reward"),
        (True, True, None),
        (False, False, "survey: signature malformed"),
    ]
    assert {type(event) for event in outcomes[0].events} == {Answered, Granted, Repeated}
    refusal = outcomes[1].refusal()
    assert (refusal.contract, refusal.reason) == ("survey", "wrong reward")
    assert outcomes[0].refusal() is None


def test_a_batch_beyond_one_transaction_is_cut(deployed, monkeypatch):
    monkeypatch.setattr(face_module, "_GAS_TARGET", 250_000)
    members = deployed.people(5)
    faces, send = deployed.contracts, deployed.transactor
    faces.survey.publish(send, deployed.survey())
    outcomes = faces.survey.answer_batch(send, [deployed.answer(member) for member in members])
    assert [o.id for o in outcomes] == [text_hash(f"answer {m.address}") for m in members]
    assert len({o.transaction_hash for o in outcomes}) == 3


def test_a_part_that_runs_out_of_gas_is_cut_in_two(deployed, monkeypatch):
    monkeypatch.setattr(face_module, "_GAS_FOR_THE_REST", -400_000)
    members = deployed.people(5)
    faces, send = deployed.contracts, deployed.transactor
    faces.survey.publish(send, deployed.survey())
    outcomes = faces.survey.answer_batch(send, [deployed.answer(member) for member in members])
    assert [(o.accepted, o.repeated) for o in outcomes] == [(True, False)] * 5
    assert len({o.transaction_hash for o in outcomes}) > 1


def test_nothing_sent_is_no_transaction(deployed):
    before = deployed.contracts.node.block_number()
    assert deployed.contracts.survey.answer_batch(deployed.transactor, []) == []
    assert deployed.contracts.node.block_number() == before


def test_what_the_operator_does_twice_is_repeated(deployed, make_person):
    member, _, _ = deployed.main_job()
    faces, send, partner = deployed.contracts, deployed.transactor, make_person("partner").address
    assert faces.membership.enroll(send, partner, Role.PARTNER).repeated
    assert faces.coin.sell(send, partner, 1000, text_hash("invoice")).repeated
    assert faces.survey.publish(send, deployed.survey()).repeated
    assert [faces.survey.top_up(send, text_hash("more"), SURVEY, 5).repeated for _ in range(2)] == [False, True]
    reason = text_hash("reason")
    for act in (
        lambda: faces.membership.suspend(send, member.address, reason),
        lambda: faces.membership.reinstate(send, member.address, reason),
        lambda: faces.survey.close(send, SURVEY),
        lambda: faces.request.close(send, REQUEST),
    ):
        first, again = act(), act()
        assert (first.repeated, again.repeated) == (False, True)
        assert (again.block_number, again.transaction_hash) == (first.block_number, first.transaction_hash)
    consents = [text_hash(f"consent {make_person(f'member {i}').address}") for i in range(3)]
    assert faces.disclosure.disclose(send, deployed.release(3), consents).repeated


def test_a_refused_call_records_nothing(deployed):
    deployed.main_job()
    before = deployed.contracts.node.block_number()
    with pytest.raises(ContractRefusedError) as caught:
        deployed.contracts.disclosure.disclose(
            deployed.transactor, replace(deployed.release(1), release_id=text_hash("other")), [text_hash("x")]
        )
    assert (caught.value.contract, caught.value.reason) == ("disclosure", "fewer rows than k")
    assert deployed.contracts.node.block_number() == before


def test_a_large_release_goes_in_chunks_and_can_be_resumed(deployed, monkeypatch):
    monkeypatch.setattr("chaincode.bindings.disclosure.CONSENTS_PER_RELEASE", 2)
    monkeypatch.setattr("chaincode.bindings.disclosure.CONSENTS_PER_TRANSACTION", 2)
    members = deployed.people()
    faces, send = deployed.contracts, deployed.transactor
    faces.survey.publish(send, deployed.survey())
    faces.request.file_batch(send, [deployed.request()])
    faces.request.decide_batch(send, [deployed.decision()])
    faces.consent.record_batch(send, [deployed.consent(member) for member in members])
    ids = [text_hash(f"consent {member.address}") for member in members]
    release = deployed.release(3)
    with pytest.raises(MessageError, match="closes_by"):
        faces.disclosure.disclose(send, release, ids)
    faces.disclosure.open_release(send, release, LATE)
    faces.disclosure.add_consents(send, RELEASE, ids[:1])
    assert faces.disclosure.held(RELEASE) == 1
    outcome = faces.disclosure.disclose(send, release, ids, closes_by=LATE)
    assert (outcome.accepted, outcome.repeated) == (True, False)
    assert [faces.coin.balance_of(member.address) for member in members] == [5, 5, 5]
    assert faces.disclosure.close_release(send, release).repeated
    with pytest.raises(ContractRefusedError, match="id already used"):
        faces.disclosure.close_release(send, replace(release, payload_root=text_hash("another")))


class FrugalTransactor(Transactor):
    """Gives the one-transaction disclosure less gas than three consents need, everything else all it wants."""

    def send(self, to, data, gas=GAS_MAXIMUM, *, rehearse=False):
        is_disclose = rehearse and len(data) > 4 + 9 * 32 and gas == GAS_MAXIMUM and self.frugal
        self.frugal = False
        return super().send(to, data, 150_000 if is_disclose else gas, rehearse=rehearse)


def test_a_release_that_runs_out_of_gas_in_rehearsal_goes_in_chunks(deployed):
    members = deployed.people()
    faces, send = deployed.contracts, deployed.transactor
    faces.survey.publish(send, deployed.survey())
    faces.request.file_batch(send, [deployed.request()])
    faces.request.decide_batch(send, [deployed.decision()])
    faces.consent.record_batch(send, [deployed.consent(member) for member in members])
    ids = [text_hash(f"consent {member.address}") for member in members]
    frugal = FrugalTransactor(deployed.chain.w3, send.account)
    frugal.frugal = True
    outcome = faces.disclosure.disclose(frugal, deployed.release(3), ids, closes_by=LATE)
    assert outcome.accepted
    record = faces.disclosure.release_of(RELEASE)
    assert record is not None
    assert record.hold != 0, "it went by the chunked way"
    assert [faces.coin.balance_of(member.address) for member in members] == [5, 5, 5]
    assert faces.disclosure.disclose(send, deployed.release(3), ids, closes_by=LATE).repeated


def test_withdraw_acknowledge_close_transfer(deployed, make_person):
    a, b, _ = deployed.main_job()
    faces, send, partner = deployed.contracts, deployed.transactor, make_person("partner")
    consent_id = text_hash(f"consent {a.address}")
    words = Withdrawal(consent_id, a.address, CONSENT_WITHDRAWN, EMPTY_ID, 2, LATE)
    assert faces.consent.withdraw_batch(send, [deployed.signed(words, a)])[0].accepted
    assert faces.consent.state_of(consent_id) == ConsentState.WITHDRAWN
    assert faces.consent.why_not_live(consent_id, REQUEST, 7) == "consent: not in force"
    assert not faces.consent.is_live(consent_id, REQUEST, 7)
    assert faces.consent.latest(REQUEST, a.address) == consent_id
    assert faces.consent.ever_used(REQUEST, a.address)
    words = Acknowledgement(RELEASE, partner.address, text_hash("root"), LATE)
    assert faces.disclosure.acknowledge_batch(send, [deployed.signed(words, partner)])[0].accepted
    assert faces.disclosure.release_of(RELEASE).acknowledged
    words = Closing(REQUEST, partner.address, LATE)
    assert faces.request.close_batch(send, [deployed.signed(words, partner)])[0].accepted
    assert faces.request.state_of(REQUEST) == RequestState.CLOSED
    words = CoinTransfer(text_hash("transfer"), b.address, a.address, 4, LATE)
    assert faces.coin.transfer_batch(send, [deployed.signed(words, b)])[0].accepted
    assert faces.coin.balance_of(b.address) == 15 - 4


def test_coupons_are_handed_on_relayed_and_directly(deployed):
    _, owner, friend = deployed.main_job()
    face, send = deployed.contracts.coupon, deployed.transactor
    face.buy_batch(send, [deployed.purchase(owner)])
    words = CouponTransfer(text_hash("present"), owner.address, CLASS, "Coffee", friend.address, 1, LATE)
    signed, again = deployed.signed(words, owner), replace(words, transfer_id=text_hash("second present"))
    outcomes = face.transfer_batch(send, [signed, deployed.signed(again, friend), signed])
    assert [outcome.reason for outcome in outcomes] == [None, "membership: signer may not act", None]
    assert [(outcome.accepted, outcome.repeated) for outcome in outcomes[::2]] == [(True, False), (True, True)]
    assert (face.balance_of(owner.address, CLASS), face.balance_of(friend.address, CLASS)) == (0, 1)
    back = face.transfer(Transactor(deployed.chain.w3, friend), friend.address, owner.address, CLASS, 1)
    assert back.accepted
    assert (face.balance_of(owner.address, CLASS), face.balance_of(friend.address, CLASS)) == (1, 0)


def test_keys_rotate_and_the_account_stays(deployed, make_person):
    from chaincode.bindings import SignedRotation

    a, b, _ = deployed.main_job()
    faces, send, new = deployed.contracts, deployed.transactor, make_person("new key")
    words = KeyRotation(text_hash("rotation"), a.address, new.address, EMPTY_ID, EMPTY_ID, LATE)
    both = [sign(words, deployed.deployment, one) for one in (a, new)]
    swapped = SignedRotation(words, both[1], both[0])
    outcomes = faces.membership.rotate_batch(send, [swapped, SignedRotation(words, *both)])
    assert [o.reason for o in outcomes] == ["membership: signer may not act", None]
    assert faces.membership.key_of(a.address) == new.address
    assert faces.membership.account_of(new.address) == a.address
    assert faces.membership.account_of(make_person("nobody").address) is None
    assert faces.membership.refusal(a.address, a.address, Role.MEMBER, Scope.SURVEY).endswith("may not act")
    assert faces.coin.balance_of(new.address) == faces.coin.balance_of(a.address) == 13
    assert not faces.membership.may_write(a.address)
    assert faces.membership.may_act(b.address, b.address, Scope.COIN)
    assert faces.membership.partner_of(make_person("shop").address) == make_person("partner").address
    assert faces.membership.partner_of(a.address) is None
    assert NOBODY not in (faces.membership.key_of(a.address), faces.membership.account_of(a.address))


def test_a_lost_key_is_recovered_by_operator_and_board_and_guardians_are_named(deployed, make_person):
    owner, *guardians = deployed.people()
    faces, send, new, board = deployed.contracts, deployed.transactor, make_person("new key"), make_person("board")
    words = Recovery(text_hash("recovery"), owner.address, new.address, text_hash("key"), EMPTY_ID, 1, LATE)
    mine, approval = (sign(words, deployed.deployment, one) for one in (new, board))
    with pytest.raises(ContractRefusedError, match="approvals too few"):
        faces.recovery.recover(send, words, mine, [])
    first = faces.recovery.recover(send, words, mine, [approval])
    assert (first.repeated, faces.recovery.recover(send, words, mine, [approval]).repeated) == (False, True)
    pending = faces.recovery.pending(owner.address)
    assert (pending.recovery_id, pending.is_final) == (words.recovery_id, False)
    assert faces.membership.is_resting(owner.address)
    with pytest.raises(ContractRefusedError, match="delay still runs"):
        faces.recovery.complete(send, words)
    deployed.chain.advance(7 * 86400)
    done = faces.recovery.complete(send, words)
    assert (done.repeated, faces.recovery.complete(send, words).repeated) == (False, True)
    assert faces.membership.key_of(owner.address) == new.address
    assert (faces.membership.epoch_of(owner.address), faces.recovery.pending(owner.address)) == (1, None)
    assert faces.membership.encryption_key_of(owner.address) == text_hash("key")
    people = tuple(sorted((one.address for one in guardians), key=lambda account: int(account, 16)))
    named = Guardians(text_hash("named"), owner.address, GUARDIANS_STATEMENT, people, 2, 60, 1, LATE)
    assert faces.recovery.guardians_of(owner.address) is None
    assert faces.recovery.name_guardians_batch(send, [deployed.signed(named, new)])[0].accepted
    assert faces.recovery.guardians_of(owner.address) == Circle(1, 2, 2, 60)
    assert faces.recovery.is_guardian(owner.address, people[0])


def test_the_board_seats_and_appoints(deployed, make_person):
    elder, guardian, _ = deployed.people()
    faces, send, board, second = deployed.contracts, deployed.transactor, make_person("board"), make_person("second")
    seat = Seat(text_hash("seat"), second.address, int(Role.BOARD), True, 1, LATE)
    approval = sign(seat, deployed.deployment, board)
    assert [faces.membership.seat(send, seat, [approval]).repeated for _ in range(2)] == [False, True]
    assert faces.membership.board_size() == 2
    until = 4_000_000_000
    words = Appointment(text_hash("court"), elder.address, guardian.address, 3, until, EMPTY_ID, 1, LATE)
    both = sorted((board, second), key=lambda one: int(one.address, 16))
    approvals = [sign(words, deployed.deployment, one) for one in both]
    assert [faces.membership.appoint(send, words, approvals).repeated for _ in range(2)] == [False, True]
    mandate = faces.membership.delegation_of(elder.address, guardian.address)
    assert (mandate.scope, mandate.until, mandate.epoch) == (Scope.SURVEY | Scope.CONSENT, until, None)
    assert not faces.membership.may_act(guardian.address, elder.address, Scope.SURVEY)


def test_an_escrow_is_opened_by_two_of_three_after_the_delay(deployed, make_person):
    owner = deployed.people()[0]
    faces, send = deployed.contracts, deployed.transactor
    custodians = [make_person(f"custodian {i}") for i in range(3)]
    escrow_id, opening_id = text_hash("escrow"), text_hash("opening")
    policy = EscrowPolicy(
        escrow_id,
        owner.address,
        2,
        tuple(c.address for c in custodians),
        EMPTY_ID,
        EMPTY_ID,
        60,
        NOBODY,
        EMPTY_ID,
        LATE,
    )
    assert faces.escrow.create_batch(send, [deployed.signed(policy, owner)])[0].accepted
    receipts = [deployed.signed(ShareReceipt(escrow_id, c.address, EMPTY_ID, LATE), c) for c in custodians]
    assert [o.accepted for o in faces.escrow.acknowledge_batch(send, receipts)] == [True] * 3
    assert faces.escrow.custodians_of(escrow_id) == policy.custodians
    words = OpeningRequest(opening_id, escrow_id, owner.address, EMPTY_ID, EMPTY_ID, LATE)
    assert faces.escrow.request_opening_batch(send, [deployed.signed(words, owner)])[0].accepted
    parts = [
        deployed.signed(Contribution(opening_id, c.address, words.struct_hash(), text_hash("p"), LATE), c)
        for c in custodians
    ]
    early = faces.escrow.contribute_batch(send, parts[:2])
    assert [o.reason for o in early] == ["escrow: delay still runs"] * 2
    deployed.chain.advance(61)
    assert [o.accepted for o in faces.escrow.contribute_batch(send, parts[:2])] == [True, True]
    assert faces.escrow.opening_of(opening_id).state == 3
    late = faces.escrow.veto_batch(send, [deployed.signed(Veto(opening_id, owner.address, LATE), owner)])
    assert late[0].reason == "escrow: already opened"


def test_unknown_ids_read_as_nothing(deployed):
    faces, unknown = deployed.contracts, text_hash("unknown")
    assert faces.request.terms(unknown) is None
    assert faces.consent.record_of(unknown) is None
    assert faces.consent.latest(unknown, deployed.operator.address) is None
    assert faces.disclosure.release_of(unknown) is None
    assert faces.coupon.class_of(unknown) is None
    assert faces.escrow.escrow_of(unknown) is None
    assert faces.escrow.opening_of(unknown) is None
    assert faces.escrow.custodians_of(unknown) == ()
    assert faces.survey.answer_of(unknown, deployed.operator.address) is None
    assert faces.survey.item_count(unknown) == 0


def test_the_log_of_events_carries_place_and_time(deployed):
    deployed.main_job()
    events = list(deployed.contracts.events())
    places = [(event.position.block_number, event.position.log_index) for event in events]
    assert places == sorted(places)
    assert all(event.position.timestamp >= 1_700_000_000 for event in events)
    redeemed = [event for event in events if isinstance(event, CouponRedeemed)]
    block = redeemed[0].position.block_number
    assert list(deployed.contracts.events(block, block))[-1] == redeemed[0]
    assert list(deployed.contracts.events(block + 1)) == []


def test_verdicts_that_do_not_fit_the_items_are_refused():
    joined = Joined(text_hash("a"), NOBODY, EMPTY_ID, EMPTY_ID)
    with pytest.raises(DecodeError, match="0 verdicts on 1 items"):
        align("membership", [text_hash("a")], [], Sign(Joined, "join_id"), 1, b"")
    repeated = Repeated(text_hash("b"), contract="membership")
    with pytest.raises(DecodeError, match="in place of"):
        align("membership", [text_hash("a")], [repeated], Sign(Joined, "join_id"), 1, b"")
    with pytest.raises(DecodeError, match="in place of"):
        align("membership", [text_hash("b")], [joined], Sign(Joined, "join_id"), 1, b"")
    (outcome,) = align("membership", [text_hash("a")], [joined], Sign(Joined, "join_id"), 1, b"")
    assert outcome.events == (joined,)


def test_as_many_go_at_once_as_one_transaction_takes():
    for act in acts.ACTS:
        many = items_at_once(act)
        assert 1 <= many <= BATCH_MAXIMUM
        assert many * act.gas * 5 // 4 <= GAS_MAXIMUM, act.name
