"""quorum.vy: the board is its own master, roles exclude each other, the operator's key is the board's to replace."""

from typing import Any

import pytest

from ledger.testing import local_chain
from tests.unit.chaincode.contracts.bank import make_bank
from tests.unit.chaincode.contracts.messages import calldata

MEMBER, PARTNER, SHOP, OPERATOR, BOARD, CUSTODIAN, AUDITOR = 1, 2, 4, 8, 16, 32, 64
ZERO = "0x" + "00" * 20
REASON = b"\1" * 32
FEW = "membership: approvals too few"


def refused(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match=r"[a-z]+: ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value)


@pytest.fixture
def town() -> Any:
    """A bank of its own: who sits on its board matters."""
    with local_chain() as chain:
        yield make_bank(chain)


def test_the_first_seat_is_the_operators_to_give_and_no_other(town: Any) -> None:
    second = town.enrolled("second operator", OPERATOR)
    assert town.read("membership.boardSize") == 0
    board = town.board
    assert town.read("membership.boardSize") == 1
    enroll, other = "membership.enroll", town.key("other")
    for role in (BOARD, OPERATOR):
        assert refused(town, enroll, other.address, role, ZERO) == "membership: the board decides"
    (event,) = town.send(enroll, board.address, BOARD, ZERO)
    assert event.name == "Repeated"
    for person, role in ((board, BOARD), (second, OPERATOR)):
        assert refused(town, "membership.dismiss", person.address, role, REASON) == "membership: the board decides"
        assert refused(town, "membership.suspend", person.address, REASON) == "membership: the board decides"


def test_a_majority_seats_and_unseats(town: Any) -> None:
    first, second, third = town.board, town.key("second"), town.key("third")
    message = town.seat_message(second, BOARD)
    events = town.seat(message, first, sender=first)
    assert [event.name for event in events] == ["Seated", "Enrolled"]
    assert [event.name for event in town.seat(message, first)] == ["Repeated"]
    message = town.seat_message(third, BOARD)
    with pytest.raises(Exception, match=FEW):
        town.seat(message, first)
    town.seat(message, first, second)
    assert town.read("membership.boardSize") == 3
    operator = town.seat_message(town.key("new operator"), OPERATOR)
    town.seat(operator, first, third)
    assert town.read("membership.hasRole", town.key("new operator").address, OPERATOR)
    gone = town.seat_message(first, BOARD, seated=False)
    events = town.seat(gone, second, third)
    assert [event.name for event in events] == ["Seated", "Dismissed"]
    assert town.read("membership.boardSize") == 2
    dismissed = town.seat_message(town.operator, OPERATOR, seated=False)
    with pytest.raises(Exception, match=FEW):
        town.seat(dismissed, first, second)
    town.seat(dismissed, second, third)
    assert refused(town, "membership.set_terms", REASON, REASON, 2**40) == "membership: not the operator"


def test_seats_are_refused(town: Any) -> None:
    board, member, other = town.board, town.member("member"), town.key("other")

    def why(person: Any, role: int, approvers: Any = (board,), **changes: Any) -> str:
        message = town.seat_message(person, role, **changes)
        approvals = town.approvals("membership", "Seat", message, *approvers)
        return refused(town, "membership.seat", calldata("Seat", message), approvals)

    assert why(other, BOARD, approvers=()) == FEW
    assert why(other, BOARD, approvers=(town.operator,)) == FEW
    assert why(other, BOARD, approvers=(member,)) == FEW
    assert why(other, BOARD, deadline=1) == "membership: deadline passed"
    assert why(other, BOARD, seatId=b"\0" * 32) == "membership: id already used"
    for role in (0, MEMBER, PARTNER, BOARD | OPERATOR, 2**255):
        assert why(other, role) == "membership: unknown role"
    assert why(member, BOARD) == "membership: roles exclude each other"
    assert why(town.operator, BOARD) == "membership: roles exclude each other"
    assert why(other, BOARD, account=ZERO) == "membership: account not enrolled"
    assert why(board, BOARD, seated=False) == "membership: board would be empty"
    message = town.seat_message(other, BOARD)
    town.seat(message, board)
    changed = {**message, "role": OPERATOR}
    approvals = town.approvals("membership", "Seat", changed, board, other)
    assert refused(town, "membership.seat", calldata("Seat", changed), approvals) == "membership: id already used"
    changed = town.seat_message(town.key("third"), BOARD)
    twice = town.approvals("membership", "Seat", changed, board) * 2
    assert len(twice) * 2 > town.read("membership.boardSize"), "were each signature a voice, they were enough"
    assert refused(town, "membership.seat", calldata("Seat", changed), twice) == FEW


LATER, FUTURE = "membership: a later word stands", "membership: sequence is of the future"


def late_seat(town: Any, message: dict[str, Any], *approvers: Any) -> str:
    approvals = town.approvals("membership", "Seat", message, *approvers)
    return refused(town, "membership.seat", calldata("Seat", message), approvals)


def test_a_seat_that_was_held_back_comes_too_late(town: Any) -> None:
    """Somebody is let go; who carries the words that once took it in, and were good for a month, seats it again."""
    board, friend, other = town.board, town.key("the thief's friend"), town.key("somebody else")
    held = town.seat_message(friend, OPERATOR, sequence=1001)
    town.seat(town.seat_message(friend, OPERATOR, sequence=1000), board)
    town.seat(town.seat_message(friend, OPERATOR, seated=False, sequence=1002), board)
    for sequence in (1001, 1002):
        assert late_seat(town, {**held, "sequence": sequence}, board) == LATER
    assert not town.read("membership.hasRole", friend.address, OPERATOR)
    town.seat(town.seat_message(other, OPERATOR, sequence=1), board)
    town.seat({**held, "sequence": 1003}, board)
    assert town.read("membership.hasRole", friend.address, OPERATOR)


def test_the_board_takes_back_words_that_never_arrived(town: Any) -> None:
    """What changes nothing counts too: neither the seat nor the dismissal that was held back comes after it."""
    first, friend = town.board, town.key("the thief's friend")
    held = town.seat_message(friend, OPERATOR, sequence=1000)
    (event,) = town.seat(town.seat_message(friend, OPERATOR, seated=False, sequence=1001), first)
    assert (event.name, event.args["seated"], event.args["sequence"]) == ("Seated", False, 1001)
    assert late_seat(town, held, first) == LATER
    assert town.read("membership.rolesOf", friend.address) == 0
    second = town.key("second")
    town.seat(town.seat_message(second, BOARD, sequence=1000), first)
    held = town.seat_message(second, BOARD, seated=False, sequence=1001)
    (event,) = town.seat(town.seat_message(second, BOARD, sequence=1002), first, second)
    assert (event.name, event.args["seated"]) == ("Seated", True)
    assert town.read("membership.boardSize") == 2
    assert late_seat(town, held, first, second) == LATER
    assert town.read("membership.hasRole", second.address, BOARD)


def test_a_seat_of_the_future_is_refused(town: Any) -> None:
    board, person, moment = town.board, town.key("fast"), town.now + 50
    beyond = town.seat_message(person, BOARD, sequence=(moment + 3600) * 1000 + 1)
    town.chain.set_time(moment)
    assert late_seat(town, beyond, board) == FUTURE
    last = town.now + 20
    town.chain.set_time(last)
    town.seat({**beyond, "sequence": (moment + 3600) * 1000, "deadline": last}, board)


def test_roles_exclude_each_other(town: Any) -> None:
    enroll = "membership.enroll"
    people = {MEMBER: town.member("a member"), BOARD: town.board, OPERATOR: town.operator}
    people |= {PARTNER: town.enrolled("a partner", PARTNER), CUSTODIAN: town.enrolled("a custodian", CUSTODIAN)}
    for has, person in people.items():
        for role in (PARTNER, CUSTODIAN):
            if role != has:
                assert refused(town, enroll, person.address, role, ZERO) == "membership: roles exclude each other"
        town.send(enroll, person.address, AUDITOR, ZERO)
        if has != MEMBER:
            (event,) = town.relay("membership.join_batch", "Join", (town.join_message(person), person))
            assert event.args["reason"] == "membership: roles exclude each other"


def test_a_thief_of_the_operators_key_is_turned_out_by_the_board(town: Any) -> None:
    board, key, thief = town.board, town.key("operator anew"), town.key("thief")
    fields = ("rotationId", "account", "newKey", "encryptionKeyHash", "evidenceHash", "deadline")
    rotation = (town.new_id(), town.operator.address, thief.address, REASON, REASON, town.soon)
    mine = town.sign("membership", "KeyRotation", dict(zip(fields, rotation, strict=True)), thief)
    assert refused(town, "membership.rotate", rotation, mine) == "membership: the board decides"
    message = town.recovery_message(town.operator.address, key)
    few = town.recover_arguments(message, key)
    assert refused(town, *few) == "recovery: approvals too few"
    events = town.send(*town.recover_arguments(message, key, board), sender=board)
    assert [event.name for event in events] == ["KeyRotated", "Recovered"]
    assert refused(town, "membership.set_terms", REASON, REASON, 2**40) == "membership: not the operator"
    town.send("membership.set_terms", REASON, REASON, 2**40, sender=key)


def test_a_recovery_of_the_operator_that_was_held_back_comes_too_late(town: Any) -> None:
    board, worse, better = town.board, town.key("worse operator's key"), town.key("better operator's key")
    held = town.recovery_message(town.operator.address, worse, sequence=1000)
    stands = town.recovery_message(town.operator.address, better, sequence=1001)
    events = town.send(*town.recover_arguments(stands, better, board), sender=board)
    assert events[1].args["sequence"] == 1001
    for sequence in (1000, 1001):
        late = town.recover_arguments({**held, "sequence": sequence}, worse, board)
        assert refused(town, *late, sender=board) == "recovery: a later word stands"
    assert town.read("membership.keyOf", town.operator.address) == better.address


def test_an_encryption_key_stands_under_its_holders_signature(bank: Any) -> None:
    partner, other = bank.enrolled("sealed to", PARTNER), bank.enrolled("not sealed to", PARTNER)
    path, kind = "membership.set_encryption_key", "EncryptionKey"

    def words(**changes: Any) -> dict[str, Any]:
        fields = {"keyId": bank.new_id(), "account": partner.address, "encryptionKeyHash": REASON}
        return {**fields, "sequence": bank.count, "deadline": bank.soon, **changes}

    assert bank.refusal(path, kind, words(), other) == "membership: signer may not act"
    assert bank.refusal(path, kind, words(), bank.operator) == "membership: signer may not act"
    assert bank.refusal(path, kind, words(deadline=1), partner) == "membership: deadline passed"
    assert bank.refusal(path, kind, words(keyId=b"\0" * 32), partner) == "membership: id already used"
    message = words()
    events = bank.relay(path + "_batch", kind, (message, partner), (message, partner))
    assert [event.name for event in events] == ["EncryptionKeySet", "Repeated"]
    assert bank.read("membership.encryptionKeyOf", partner.address) == REASON
    assert bank.refusal(path, kind, {**message, "encryptionKeyHash": b"\2" * 32}, partner) == (
        "membership: id already used"
    )
    last = words(encryptionKeyHash=b"\3" * 32, deadline=bank.now + 20)
    bank.chain.set_time(last["deadline"])
    bank.direct(path, kind, last, partner)
    assert bank.read("membership.encryptionKeyOf", partner.address) == b"\3" * 32
    assert bank.read("membership.keySequenceOf", partner.address) == last["sequence"]
    member = bank.member("joined with a key")
    assert bank.read("membership.encryptionKeyOf", member.address) == bank.join_message(member)["encryptionKeyHash"]


def test_an_encryption_key_that_was_held_back_comes_too_late(bank: Any) -> None:
    """The bank holds the words about a stolen key back, carries those about the new one, then the others after all."""
    partner, other = bank.enrolled("sealed to anew", PARTNER), bank.enrolled("sealed to besides", PARTNER)
    path, kind, moment = "membership.set_encryption_key", "EncryptionKey", bank.now + 50

    def words(key: Any, sequence: int, fill: int) -> dict[str, Any]:
        fields = {"keyId": bank.new_id(), "account": key.address, "encryptionKeyHash": bytes([fill]) * 32}
        return {**fields, "sequence": sequence, "deadline": bank.soon}

    bank.direct(path, kind, words(partner, 1001, 2), partner)
    for sequence in (1000, 1001):
        assert bank.refusal(path, kind, words(partner, sequence, 1), partner) == LATER
    assert bank.read("membership.encryptionKeyOf", partner.address) == b"\2" * 32
    bank.direct(path, kind, words(other, 1, 1), other)
    ahead = (moment + 3600) * 1000
    late, last = words(partner, ahead + 1, 3), words(partner, ahead, 4)
    bank.chain.set_time(moment)
    events = bank.relay(path + "_batch", kind, (late, partner), (last, partner))
    assert [event.args.get("reason", event.name) for event in events] == [FUTURE, "EncryptionKeySet"]
    assert bank.read("membership.encryptionKeyOf", partner.address) == b"\4" * 32
