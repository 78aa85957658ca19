"""draw.vy: commit, enter, show nonces, show the secret; who holds back loses, no secret means refund."""

from typing import Any

import pytest
from eth_abi import encode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web3 import Web3

SECRET = b"\x51" * 32
DRAWN = 2
ENTERED, COUNTED, WON, REFUNDED = 1, 2, 3, 4


def keccak(*values: bytes | int) -> bytes:
    kinds = ["uint256" if isinstance(value, int) else "bytes32" for value in values]
    return bytes(Web3.keccak(encode(kinds, values)))


@pytest.fixture(scope="module")
def donor(bank: Any) -> Any:
    return bank.partner("donor", coins=1_000_000)


def rich(bank: Any, donor: Any, name: str, coins: int = 100) -> Any:
    key = bank.member(name)
    bank.send("coin.transfer", key.address, coins, sender=donor)
    return key


def terms(bank: Any, **changes: Any) -> dict[str, Any]:
    draw_id = changes.get("drawId", bank.new_id())
    return {
        "drawId": draw_id,
        "title": bytes(Web3.keccak(text="A bicycle")),
        "prizeHash": b"\1" * 32,
        "commitment": keccak(draw_id, SECRET),
        "price": 5,
        "prizes": 1,
        "entriesMaximum": 10,
        "opensAt": bank.now,
        "closesAt": bank.now + 1000,
        "noncesUntil": bank.now + 2000,
        "revealUntil": bank.now + 3000,
        **changes,
    }


def opened(bank: Any, **changes: Any) -> dict[str, Any]:
    fields = terms(bank, **changes)
    assert [event.name for event in bank.send("draw.open_draw", tuple(fields.values()))] == ["DrawOpened"]
    return fields


def entry(bank: Any, draw: dict[str, Any], key: Any, **changes: Any) -> dict[str, Any]:
    entry_id = changes.get("entryId", bank.new_id())
    return {
        "entryId": entry_id,
        "member": key.address,
        "drawId": draw["drawId"],
        "title": "A bicycle",
        "nonceHash": keccak(entry_id, nonce_of(entry_id)),
        "coins": draw["price"],
        "deadline": bank.soon,
        **changes,
    }


def nonce_of(entry_id: bytes) -> bytes:
    """In these tests a nonce follows from its entry; a wallet's is random."""
    return bytes(Web3.keccak(b"nonce" + entry_id))


def enter(bank: Any, draw: dict[str, Any], *keys: Any) -> list[bytes]:
    messages = [entry(bank, draw, key) for key in keys]
    events = bank.relay("draw.enter_batch", "Entry", *zip(messages, keys, strict=True))
    assert [event.name for event in events if event.contract == "draw"] == ["DrawEntered"] * len(keys)
    return [message["entryId"] for message in messages]


def show_nonces(bank: Any, draw: dict[str, Any], ids: list[bytes]) -> list[Any]:
    nonces = [(entry_id, nonce_of(entry_id)) for entry_id in ids]
    events: list[Any] = bank.send("draw.show_nonces", draw["drawId"], nonces, sender=bank.member("anybody"))
    return events


def winners_by_rule(draw: dict[str, Any], ids: list[bytes], counted: set[bytes]) -> list[bytes]:
    """The same draw in plain Python."""
    mix = 0
    for entry_id in counted:
        mix ^= int.from_bytes(keccak(entry_id, nonce_of(entry_id), draw["drawId"]))
    seed = keccak(SECRET, mix.to_bytes(32))
    left, winners = set(counted), []
    for place in range(min(draw["prizes"], len(counted))):
        start = int.from_bytes(keccak(seed, place)) % len(ids)
        winner = next(one for one in ids[start:] + ids[:start] if one in left)
        left.remove(winner)
        winners.append(winner)
    return winners


def reason_of(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match=r"draw: ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value).removeprefix("draw: ")


def state(bank: Any, entry_id: bytes) -> int:
    return int(bank.read("draw.entryOf", entry_id)[2])


def test_a_draw_from_commitment_to_winner(bank: Any, donor: Any) -> None:
    draw = opened(bank, prizes=2)
    keys = [rich(bank, donor, f"entrant {number}") for number in range(4)]
    ids = enter(bank, draw, *keys)
    assert [bank.coins(key) for key in keys] == [95] * 4
    assert bank.coins(bank.address("draw")) == 20
    assert show_nonces(bank, draw, ids)[0].args["reason"] == "draw: entries may still come"
    bank.chain.set_time(draw["closesAt"] + 1)
    assert [event.name for event in show_nonces(bank, draw, ids[:3])] == ["NonceShown"] * 3
    assert [event.name for event in show_nonces(bank, draw, ids[:1])] == ["Repeated"]
    show = ("draw.show_secret", draw["drawId"], SECRET)
    assert reason_of(bank, *show) == "nonces may still come"
    bank.chain.set_time(draw["noncesUntil"] + 1)
    assert reason_of(bank, "draw.show_secret", draw["drawId"], b"\7" * 32) in (
        "another secret",
        "nonces may still come",
    )
    bank.member("tick")
    assert reason_of(bank, "draw.show_secret", draw["drawId"], b"\7" * 32) == "another secret"
    events = bank.send(*show)
    assert [event.name for event in events] == ["SecretShown", "DrawWon", "DrawWon", "Transfer", "Burnt"]
    won = [event.args["entryId"] for event in events if event.name == "DrawWon"]
    assert won == winners_by_rule(draw, ids, set(ids[:3]))
    assert [state(bank, one) == WON for one in ids] == [one in won for one in ids]
    assert state(bank, ids[3]) == ENTERED
    assert bank.coins(bank.address("draw")) == 0
    assert bank.read("draw.drawOf", draw["drawId"])[0] == DRAWN
    assert reason_of(bank, *show) == "already drawn"
    bank.chain.set_time(draw["revealUntil"] + 1)
    assert reason_of(bank, "draw.refund", draw["drawId"], ids) == "already drawn"


def test_no_secret_in_time_gives_everybody_the_coins_back(bank: Any, donor: Any) -> None:
    draw = opened(bank)
    keys = [rich(bank, donor, f"refunded {number}") for number in range(3)]
    ids = enter(bank, draw, *keys)
    bank.chain.set_time(draw["closesAt"] + 1)
    show_nonces(bank, draw, ids[:1])
    assert reason_of(bank, "draw.refund", draw["drawId"], ids) == "secret may still come"
    bank.chain.set_time(draw["revealUntil"] + 1)
    bank.member("tick")
    assert reason_of(bank, "draw.show_secret", draw["drawId"], SECRET) == "too late"
    assert show_nonces(bank, draw, ids[1:2])[0].args["reason"] == "draw: too late"
    call = ("draw.refund", draw["drawId"], [*ids, ids[0], b"\7" * 32])
    events = [event for event in bank.send(*call, sender=keys[0]) if event.contract == "draw"]
    assert [event.name for event in events] == ["EntryRefunded"] * 3 + ["Repeated", "Refused"]
    assert events[-1].args["reason"] == "draw: unknown entry"
    assert [bank.coins(key) for key in keys] == [100] * 3
    assert [state(bank, one) for one in ids] == [REFUNDED] * 3
    assert bank.coins(bank.address("draw")) == 0


def test_nobody_shows_a_nonce_and_nobody_wins(bank: Any, donor: Any) -> None:
    draw = opened(bank)
    key = rich(bank, donor, "silent")
    ids = enter(bank, draw, key)
    bank.chain.set_time(draw["noncesUntil"] + 1)
    bank.member("tick")
    assert reason_of(bank, "draw.show_secret", draw["drawId"], SECRET) == "nobody to draw from"
    bank.chain.set_time(draw["revealUntil"] + 1)
    bank.send("draw.refund", draw["drawId"], ids)
    assert bank.coins(key) == 100


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"commitment": b"\0" * 32}, "no commitment"),
        ({"prizes": 0}, "prizes out of range"),
        ({"prizes": 17, "entriesMaximum": 20}, "prizes out of range"),
        ({"prizes": 2, "entriesMaximum": 1}, "entries out of range"),
        ({"opensAt": 2_000_000_001, "closesAt": 2_000_000_000}, "window is empty"),
        ({"entriesMaximum": 2049}, "entries out of range"),
        ({"closesAt": 1, "opensAt": 1}, "window is empty"),
        ({"opensAt": 2**63}, "window is empty"),
        ({"noncesUntil": 5}, "window is empty"),
        ({"revealUntil": 5}, "window is empty"),
        ({"drawId": b"\0" * 32}, "id already used"),
    ],
)
def test_draws_are_refused(bank: Any, changes: dict[str, Any], reason: str) -> None:
    assert reason_of(bank, "draw.open_draw", tuple(terms(bank, **changes).values())) == reason


def test_opening_is_the_operators_and_happens_once(bank: Any, donor: Any) -> None:
    draw = opened(bank)
    assert [event.name for event in bank.send("draw.open_draw", tuple(draw.values()))] == ["Repeated"]
    changed = {**draw, "price": 6}
    assert reason_of(bank, "draw.open_draw", tuple(changed.values())) == "id already used"
    assert reason_of(bank, "draw.open_draw", tuple(draw.values()), sender=donor) == "not the operator"
    unknown = b"\7" * 32
    assert reason_of(bank, "draw.show_secret", unknown, SECRET) == "unknown draw"
    assert reason_of(bank, "draw.refund", unknown, []) == "unknown draw"
    (event,) = bank.send("draw.show_nonces", unknown, [(unknown, unknown)])
    assert event.args["reason"] == "draw: unknown draw"


def test_entries_both_ways_and_refused(bank: Any, donor: Any) -> None:
    draw, key = opened(bank, entriesMaximum=2), rich(bank, donor, "enters", 12)
    poor, path = bank.member("poor"), "draw.enter"
    message = entry(bank, draw, key)

    def why(key: Any, **changes: Any) -> str:
        fields = entry(bank, changes.pop("draw", draw), key, **changes)
        return str(bank.refusal(path, "Entry", fields, key))

    assert why(poor) == "draw: not enough coins"
    assert why(key, coins=4) == "draw: wrong price"
    assert why(key, deadline=1) == "draw: deadline passed"
    assert why(key, entryId=b"\0" * 32) == "draw: id already used"
    assert why(key, entryId=draw["drawId"]) == "draw: id already used"
    assert why(key, member=poor.address) == "membership: signer may not act"
    assert why(donor) == "membership: role missing"
    assert why(key, draw={**draw, "drawId": b"\7" * 32}) == "draw: unknown draw"
    later = opened(bank, opensAt=bank.now + 900)
    assert why(key, draw=later) == "draw: not open yet"
    names = [event.name for event in bank.relay(path + "_batch", "Entry", (message, key), (message, key))]
    assert names == ["Transfer", "Moved", "DrawEntered", "Repeated"]
    changed = {**message, "nonceHash": b"\1" * 32}
    assert bank.refusal(path, "Entry", changed, key) == "draw: id already used"
    bank.direct(path, "Entry", entry(bank, draw, key), key)
    assert why(key) == "draw: full"
    assert bank.coins(key) == 2
    bank.chain.set_time(draw["closesAt"] + 1)
    bank.member("tick")
    assert why(key) == "draw: closed"


def test_wrong_nonces_are_refused(bank: Any, donor: Any) -> None:
    draw, other, key = opened(bank, price=0), opened(bank, price=0), bank.member("nonce")
    (entry_id,), (elsewhere,) = enter(bank, draw, key), enter(bank, other, key)
    bank.chain.set_time(draw["closesAt"] + 1)
    nonces = [(entry_id, b"\7" * 32), (elsewhere, nonce_of(elsewhere)), (b"\7" * 32, b"\7" * 32)]
    events = bank.send("draw.show_nonces", draw["drawId"], nonces)
    reasons = ["draw: another nonce", "draw: unknown entry", "draw: unknown entry"]
    assert [event.args["reason"] for event in events] == reasons


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shown=st.lists(st.booleans(), min_size=2, max_size=6), prizes=st.integers(1, 2), backwards=st.booleans())
def test_winners_follow_from_the_commitments_whatever_the_order(
    bank: Any, shown: list[bool], prizes: int, backwards: bool
) -> None:
    draw = opened(bank, price=0, prizes=prizes)
    keys = [bank.member(f"any {number}") for number in range(len(shown))]
    ids = enter(bank, draw, *keys)
    counted = [one for one, is_shown in zip(ids, shown, strict=True) if is_shown]
    bank.chain.set_time(draw["closesAt"] + 1)
    show_nonces(bank, draw, counted[::-1] if backwards else counted)
    bank.chain.set_time(draw["noncesUntil"] + 1)
    bank.member(f"tick {bank.count}")
    if not counted:
        assert reason_of(bank, "draw.show_secret", draw["drawId"], SECRET) == "nobody to draw from"
        return
    events = bank.send("draw.show_secret", draw["drawId"], SECRET)
    won = [event.args["entryId"] for event in events if event.name == "DrawWon"]
    assert won == winners_by_rule(draw, ids, set(counted))


def test_each_phase_of_a_draw_has_its_last_second(bank: Any, donor: Any) -> None:
    bank.member("anybody")  # who shows the nonces must not need a second of their own to join
    start = bank.now + 100
    times = {"opensAt": start, "closesAt": start, "noncesUntil": start + 20, "revealUntil": start + 40}
    draw, lost = opened(bank, prizes=1, **times), opened(bank, **times)
    keys = [rich(bank, donor, f"punctual {number}") for number in range(2)]
    messages = [(entry(bank, one, key), key) for one in (draw, lost) for key in keys]
    bank.chain.set_time(start)
    events = bank.relay("draw.enter_batch", "Entry", *messages[:3])
    assert [event.name for event in events if event.contract == "draw"] == ["DrawEntered"] * 3
    ids = [message["entryId"] for message, _ in messages]
    (event,) = bank.relay("draw.enter_batch", "Entry", messages[3])
    assert event.args["reason"] == "draw: closed"
    bank.chain.set_time(times["noncesUntil"])
    assert show_nonces(bank, draw, ids[:1])[0].name == "NonceShown"
    assert show_nonces(bank, draw, ids[1:2])[0].args["reason"] == "draw: too late"
    bank.chain.set_time(times["revealUntil"])
    names = [event.name for event in bank.send("draw.show_secret", draw["drawId"], SECRET)]
    assert names[:2] == ["SecretShown", "DrawWon"]
    bank.send("draw.refund", lost["drawId"], ids[2:3])
    assert state(bank, ids[2]) == REFUNDED


@pytest.mark.parametrize(
    ("function", "phase"), [("show_nonces", "closesAt"), ("show_secret", "noncesUntil"), ("refund", "revealUntil")]
)
def test_a_phase_begins_after_the_last_second_of_the_one_before(
    bank: Any, donor: Any, function: str, phase: str
) -> None:
    draw = opened(bank)
    ids = enter(bank, draw, rich(bank, donor, f"early for {function}"))
    arguments = {"show_nonces": [(ids[0], nonce_of(ids[0]))], "show_secret": SECRET, "refund": ids}
    bank.chain.set_time(draw[phase])
    call = (f"draw.{function}", draw["drawId"], arguments[function])
    early = bank.send(*call)[0].args["reason"] if function == "show_nonces" else reason_of(bank, *call)
    assert early.endswith("may still come")


def test_a_draw_may_be_opened_until_it_closes(bank: Any) -> None:
    last = bank.now + 50
    first, second = (tuple(terms(bank, opensAt=last, closesAt=last).values()) for _ in range(2))
    bank.chain.set_time(last)
    assert [event.name for event in bank.send("draw.open_draw", first)] == ["DrawOpened"]
    assert reason_of(bank, "draw.open_draw", second) == "window is empty"
