"""draw.vy: drawers bind themselves, members enter, parts are shown; no order and no absence changes the winner."""

from itertools import combinations
from typing import Any

import pytest
from eth_abi import encode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web3 import Web3

BOARD = 16
FORMING, OPEN, DRAWN = 1, 2, 3
ENTERED, WON, REFUNDED = 1, 2, 4
NOBODY = b"\0" * 32


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


def seated(bank: Any, name: str) -> Any:
    """Somebody whom the board took in: everybody on it that these tests know approves."""
    key, known = bank.key(name), [bank.key(f"drawer {number}") for number in range(8)]
    if not bank.read("membership.hasRole", key.address, BOARD):
        approvers = [one for one in known if bank.read("membership.hasRole", one.address, BOARD)]
        bank.seat(bank.seat_message(key, BOARD), bank.board, *approvers)
    return key


def board(bank: Any, count: int = 3) -> list[Any]:
    """Drawers, in ascending order of their accounts."""
    keys = [seated(bank, f"drawer {number}") for number in range(count)]
    return sorted(keys, key=lambda key: int(key.address, 16))


def terms(bank: Any, **changes: Any) -> dict[str, Any]:
    return {
        "drawId": changes.get("drawId", bank.new_id()),
        "title": bytes(Web3.keccak(text="A bicycle")),
        "prizeHash": b"\1" * 32,
        "price": 5,
        "prizes": 1,
        "entriesMaximum": 10,
        "opensAt": bank.now,
        "closesAt": bank.now + 1000,
        "refundsFrom": bank.now + 3000,
        **changes,
    }


def names(events: list[Any]) -> list[str]:
    return [event.name for event in events]


def formed(bank: Any, drawers: int = 3, **changes: Any) -> dict[str, Any]:
    """A draw that is opened, and whose drawers are not bound yet."""
    keys = board(bank, drawers)
    fields = terms(bank, **changes)
    events = bank.send("draw.open_draw", tuple(fields.values()), [key.address for key in keys])
    assert names(events) == ["DrawOpened"]
    return {**fields, "keys": keys}


def opened(bank: Any, drawers: int = 3, **changes: Any) -> dict[str, Any]:
    draw = formed(bank, drawers, **changes)
    items = [(binding(bank, draw, place), key) for place, key in enumerate(draw["keys"])]
    assert names(bank.relay("draw.bind_batch", "DrawBinding", *items)) == ["DrawerBound"] * drawers
    assert bank.read("draw.drawOf", draw["drawId"])[0] == OPEN
    return draw


def secret_of(draw: dict[str, Any], one: int, other: int) -> bytes:
    """In these tests a part's secret follows from its draw; a wallet's from both drawers' keys."""
    return keccak(draw["drawId"], min(one, other), max(one, other))


def binding(bank: Any, draw: dict[str, Any], place: int, **changes: Any) -> dict[str, Any]:
    places = range(len(draw["keys"]))
    secrets = [None if other == place else secret_of(draw, place, other) for other in places]
    return {
        "bindingId": changes.get("bindingId", bank.new_id()),
        "drawer": draw["keys"][place].address,
        "drawId": draw["drawId"],
        "title": "A bicycle",
        "commitments": [NOBODY if one is None else keccak(draw["drawId"], one) for one in secrets],
        "deadline": bank.soon,
        **changes,
    }


def entry(bank: Any, draw: dict[str, Any], key: Any, **changes: Any) -> dict[str, Any]:
    return {
        "entryId": bank.new_id(),
        "member": key.address,
        "drawId": draw["drawId"],
        "title": "A bicycle",
        "nonce": bank.new_id(),
        "coins": draw["price"],
        "deadline": bank.soon,
        **changes,
    }


def enter(bank: Any, draw: dict[str, Any], *keys: Any) -> list[dict[str, Any]]:
    messages = [entry(bank, draw, key) for key in keys]
    events = bank.relay("draw.enter_batch", "Entry", *zip(messages, keys, strict=True))
    assert [event.name for event in events if event.contract == "draw"] == ["DrawEntered"] * len(keys)
    return messages


def parts_of(draw: dict[str, Any], *drawers: int) -> dict[int, bytes]:
    """What these drawers know, by the number of the part."""
    pairs = combinations(range(len(draw["keys"])), 2)
    return {8 * a + b: secret_of(draw, a, b) for a, b in pairs if a in drawers or b in drawers}


def show(bank: Any, draw: dict[str, Any], parts: dict[int, bytes]) -> list[Any]:
    arguments = (draw["drawId"], list(parts), list(parts.values()))
    events: list[Any] = bank.send("draw.show_parts", *arguments, sender=bank.member("anybody"))
    return events


def seed_by_rule(draw: dict[str, Any], entries: list[dict[str, Any]], parts: dict[int, bytes]) -> bytes:
    mix, entropy = 0, NOBODY
    for part, secret in parts.items():
        mix ^= int.from_bytes(keccak(part, secret))
    for one in entries:
        entropy = keccak(entropy, one["entryId"], one["nonce"])
    return keccak(draw["drawId"], mix.to_bytes(32), entropy)


def winners_by_rule(draw: dict[str, Any], entries: list[dict[str, Any]], parts: dict[int, bytes]) -> list[bytes]:
    """The same draw in plain Python."""
    ids, seed = [one["entryId"] for one in entries], seed_by_rule(draw, entries, parts)
    winners: list[bytes] = []
    for place in range(min(draw["prizes"], len(ids))):
        start = int.from_bytes(keccak(seed, place)) % len(ids)
        winners.append(next(one for one in ids[start:] + ids[:start] if one not in winners))
    return winners


def reason_of(bank: Any, *arguments: Any, sender: Any = None) -> str:
    with pytest.raises(Exception, match=r"draw: ") as caught:
        bank.send(*arguments, sender=sender)
    return str(caught.value).removeprefix("draw: ")


def state(bank: Any, message: dict[str, Any]) -> int:
    return int(bank.read("draw.entryOf", message["entryId"])[2])


def end(bank: Any, draw: dict[str, Any], phase: str = "closesAt") -> None:
    bank.chain.set_time(draw[phase] + 1)
    bank.member(f"tick {bank.count}")


def won(events: list[Any]) -> list[bytes]:
    return [event.args["entryId"] for event in events if event.name == "DrawWon"]


# ---- from its opening to the winners ----


def test_a_draw_from_its_drawers_to_the_winner(bank: Any, donor: Any) -> None:
    draw = formed(bank, prizes=2)
    keys = [rich(bank, donor, f"entrant {number}") for number in range(4)]
    early = entry(bank, draw, keys[0])
    assert bank.refusal("draw.enter", "Entry", early, keys[0]) == "draw: drawers missing"
    for place, key in enumerate(draw["keys"]):
        assert bank.read("draw.drawOf", draw["drawId"])[0] == FORMING
        message = binding(bank, draw, place)
        (event,) = bank.relay("draw.bind_batch", "DrawBinding", (message, key))
        assert (event.name, event.args["commitments"]) == ("DrawerBound", message["commitments"])
        assert names(bank.relay("draw.bind_batch", "DrawBinding", (message, key))) == ["Repeated"]
        assert bank.read("draw.drawersOf", draw["drawId"]) == [3, (2 << place) - 1, 0]
    entries = enter(bank, draw, *keys)
    assert [bank.coins(key) for key in keys] == [95] * 4
    assert bank.coins(bank.address("draw")) == 20
    first, rest = parts_of(draw, 0), parts_of(draw, 1)
    call = ("draw.show_parts", draw["drawId"], list(first), list(first.values()))
    assert reason_of(bank, *call) == "entries may still come"
    end(bank, draw)
    (event,) = show(bank, draw, first)
    assert (event.name, event.args["parts"], event.args["secrets"]) == ("PartsShown", list(first), call[3])
    assert names(show(bank, draw, first)) == ["Repeated"]
    assert bank.read("draw.drawersOf", draw["drawId"]) == [3, 7, 1 << 1 | 1 << 2]
    events = show(bank, draw, rest)
    assert names(events) == ["PartsShown", "Drawn", "DrawWon", "DrawWon", "Transfer", "Burnt"]
    assert events[0].args["parts"] == [8 + 2], "the part that was shown before is not told again"
    assert won(events) == winners_by_rule(draw, entries, parts_of(draw, 0, 1, 2))
    assert [state(bank, one) for one in entries] == [
        ENTERED | WON if one["entryId"] in won(events) else ENTERED for one in entries
    ]
    assert bank.coins(bank.address("draw")) == 0
    assert bank.read("draw.drawOf", draw["drawId"])[0] == DRAWN
    assert reason_of(bank, *call) == "already drawn"
    bank.chain.set_time(draw["refundsFrom"] + 1)
    assert reason_of(bank, "draw.refund", draw["drawId"], [entries[0]["entryId"]]) == "already drawn"


def test_parts_that_stay_away_give_the_coins_back_and_may_still_be_shown(bank: Any, donor: Any) -> None:
    draw = opened(bank, prizes=3)
    keys = [rich(bank, donor, f"refunded {number}") for number in range(4)]
    entries = enter(bank, draw, *keys)
    ids = [one["entryId"] for one in entries]
    end(bank, draw)
    show(bank, draw, parts_of(draw, 0))
    assert reason_of(bank, "draw.refund", draw["drawId"], ids) == "parts may still come"
    end(bank, draw, "refundsFrom")
    call = ("draw.refund", draw["drawId"], [*ids[:3], ids[0], b"\7" * 32])
    events = [event for event in bank.send(*call, sender=keys[0]) if event.contract == "draw"]
    assert names(events) == ["EntryRefunded"] * 3 + ["Repeated", "Refused"]
    assert events[-1].args["reason"] == "draw: unknown entry"
    assert [bank.coins(key) for key in keys] == [100, 100, 100, 95]
    assert bank.read("draw.drawOf", draw["drawId"])[5] == 3
    assert [state(bank, one) for one in entries] == [ENTERED | REFUNDED] * 3 + [ENTERED]
    late = show(bank, draw, parts_of(draw, 1))
    assert won(late) == winners_by_rule(draw, entries, parts_of(draw, 0, 1)), "a part kept back only delays"
    burnt = [event.args["amount"] for event in late if event.name == "Burnt"]
    assert (burnt, bank.coins(bank.address("draw"))) == ([5], 0)
    assert {state(bank, one) for one in entries if one["entryId"] in won(late)} <= {3, 7}


def test_a_draw_that_nobody_entered_has_no_winner(bank: Any) -> None:
    draw = opened(bank)
    end(bank, draw)
    assert names(show(bank, draw, parts_of(draw, 0, 1))) == ["PartsShown", "Drawn"]


def test_a_draw_whose_drawers_never_came_takes_nobody_in(bank: Any) -> None:
    draw = formed(bank)
    end(bank, draw)
    parts = parts_of(draw, 0)
    call = ("draw.show_parts", draw["drawId"], list(parts), list(parts.values()))
    assert reason_of(bank, *call) == "drawers missing"
    late = bank.relay("draw.bind_batch", "DrawBinding", (binding(bank, draw, 0), draw["keys"][0]))
    assert late[0].args["reason"] == "draw: closed"


# ---- who might steer ----


OLD_NONCES = 8


def old_winner(secret: bytes, draw_id: bytes, ids: list[bytes], shown: set[bytes]) -> bytes:
    """The rule until ADR 28: the operator's secret and the nonces that arrived decide among those that arrived."""
    mix = 0
    for one in shown:
        mix ^= int.from_bytes(keccak(one, keccak(one, 7), draw_id))
    start = int.from_bytes(keccak(keccak(secret, mix.to_bytes(32)), 0)) % len(ids)
    return next(one for one in ids[start:] + ids[:start] if one in shown)


def test_the_operator_with_one_puppet_among_eight_won_every_old_draw_and_has_nothing_left_to_choose(
    bank: Any, donor: Any
) -> None:
    """The attack of issue 9, point 7: carried out on the old rule, then every choice there is tried on the new."""
    for number in range(12):
        draw_id, ids = keccak(number), [keccak(number, place) for place in range(OLD_NONCES)]
        puppet, others = ids[-1], ids[:-1]
        arrivals = (set(some) | {puppet} for count in range(4, 8) for some in combinations(others, count))
        steered = any(old_winner(keccak(number, 99), draw_id, ids, shown) == puppet for shown in arrivals)
        assert steered, "with at most three nonces of eight lost on the way the puppet wins"

    winners = set()
    for order in ((0, 1), (1, 0), (2, 0), (0, 2), (1, 2), (2, 1)):
        draw = opened(bank, entriesMaximum=8)
        keys = [rich(bank, donor, f"eight {number}") for number in range(8)]
        entries = enter(bank, draw, *keys)
        end(bank, draw)
        expected = winners_by_rule(draw, entries, parts_of(draw, 0, 1, 2))
        events = [event for drawer in order for event in show(bank, draw, parts_of(draw, drawer))]
        assert won(events) == expected, "any two drawers, in any order, with the third keeping everything back"
        winners.add(entries.index(next(one for one in entries if one["entryId"] == expected[0])))
    assert len(winners) > 1


def test_before_the_end_one_drawer_and_the_operator_know_nothing_of_the_winner(bank: Any) -> None:
    """They hold every part but the one that the two others share: each entry may still win, as often as another."""
    draw = opened(bank, price=0)
    entries = enter(bank, draw, *(bank.member(f"unknown {number}") for number in range(8)))
    known, wins = parts_of(draw, 0), dict.fromkeys((one["entryId"] for one in entries), 0)
    for guess in range(800):
        (winner,) = winners_by_rule(draw, entries, {**known, 8 + 2: keccak(guess)})
        wins[winner] += 1
    assert all(60 <= times <= 140 for times in wins.values()), wins


def test_the_last_to_enter_cannot_choose_a_nonce_by_its_outcome(bank: Any) -> None:
    """What a puppet could try is the same lottery again, as long as one part is unknown to it."""
    draw = opened(bank, price=0)
    entries = enter(bank, draw, *(bank.member(f"grinding {number}") for number in range(3)))
    puppet = entry(bank, draw, bank.member("puppet"))
    guessed = {**parts_of(draw, 0), 8 + 2: keccak(1)}
    tried = ({**puppet, "nonce": keccak(number, 5)} for number in range(400))
    chosen = [one for one in tried if winners_by_rule(draw, [*entries, one], guessed) == [one["entryId"]]]
    truly = [one for one in chosen if winners_by_rule(draw, [*entries, one], parts_of(draw, 0, 1)) == [one["entryId"]]]
    assert len(chosen) > 60
    assert len(truly) < len(chosen) / 2, "chosen by a wrong guess, it wins about as often as any of four"


def test_two_who_are_bound_to_different_parts_do_not_begin_a_draw(bank: Any) -> None:
    draw = formed(bank)
    bank.relay("draw.bind_batch", "DrawBinding", (binding(bank, draw, 0), draw["keys"][0]))
    other = binding(bank, draw, 1)
    for place, (says, commitment) in enumerate((("differ", keccak(1)), ("missing", NOBODY))):
        bent = [commitment, NOBODY, other["commitments"][2]]
        message = binding(bank, draw, 1, commitments=bent)
        why = bank.refusal("draw.bind", "DrawBinding", message, draw["keys"][1])
        assert why == f"draw: commitments {says}", place
    full = other["commitments"]
    for bent in ([*full, keccak(2)], full[:2], [full[0], keccak(3), full[2]]):
        message = binding(bank, draw, 1, commitments=bent)
        why = bank.refusal("draw.bind", "DrawBinding", message, draw["keys"][1])
        assert why == "draw: commitments missing"
    assert bank.read("draw.drawersOf", draw["drawId"]) == [3, 1, 0]
    assert bank.read("draw.commitmentOf", draw["drawId"], 8 + 2) == NOBODY, "what was refused left nothing behind"


def test_bindings_are_refused(bank: Any, donor: Any) -> None:
    draw = formed(bank)
    key, other = draw["keys"][0], seated(bank, "another of the board")

    def why(key: Any, **changes: Any) -> str:
        return str(bank.refusal("draw.bind", "DrawBinding", binding(bank, draw, 0, **changes), key))

    assert why(key, deadline=1) == "draw: deadline passed"
    assert why(key, drawId=b"\7" * 32) == "draw: unknown draw"
    assert why(key, bindingId=NOBODY) == "draw: id already used"
    assert why(key, bindingId=draw["drawId"]) == "draw: id already used"
    assert why(other) == "membership: signer may not act"
    assert why(other, drawer=other.address) == "draw: not a drawer"
    assert why(donor, drawer=donor.address) == "membership: role missing"
    words = (bank.new_id(), key.address, "I let this account act for me", other.address, 255)
    everything = (*words, bank.soon, bank.count, bank.soon)
    names_ = ("delegationId", "account", "statement", "delegate", "scope", "until", "sequence", "deadline")
    delegation = dict(zip(names_, everything, strict=True))
    bank.relay("membership.delegate_batch", "Delegation", (delegation, key))
    assert why(other) == "membership: signer may not act", "a drawer's parts are with the drawer alone"
    bank.direct("draw.bind", "DrawBinding", binding(bank, draw, 0), key)
    assert why(key) == "draw: already bound"


# ---- refusals and windows ----


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"prizes": 0}, "prizes out of range"),
        ({"prizes": 17, "entriesMaximum": 20}, "prizes out of range"),
        ({"prizes": 2, "entriesMaximum": 1}, "entries out of range"),
        ({"opensAt": 2_000_000_001, "closesAt": 2_000_000_000}, "window is empty"),
        ({"entriesMaximum": 2049}, "entries out of range"),
        ({"closesAt": 1, "opensAt": 1}, "window is empty"),
        ({"opensAt": 2**63}, "window is empty"),
        ({"refundsFrom": 5}, "window is empty"),
        ({"drawId": b"\0" * 32}, "id already used"),
    ],
)
def test_draws_are_refused(bank: Any, changes: dict[str, Any], reason: str) -> None:
    drawers = [key.address for key in board(bank)]
    assert reason_of(bank, "draw.open_draw", tuple(terms(bank, **changes).values()), drawers) == reason


def test_drawers_are_three_of_the_board_at_least_each_named_once(bank: Any, donor: Any) -> None:
    drawers = [key.address for key in board(bank, 8)]

    def why(named: list[str]) -> str:
        return reason_of(bank, "draw.open_draw", tuple(terms(bank).values()), named)

    assert why(drawers[:2]) == why([]) == "drawers too few"
    assert why([drawers[0], drawers[0], drawers[1]]) == "drawers not ascending"
    assert why([drawers[1], drawers[0], drawers[2]]) == "drawers not ascending"
    with_donor = sorted([*drawers[:2], donor.address], key=lambda one: int(one, 16))
    assert why(with_donor) == "drawer is not of the board"
    draw = opened(bank, 8, price=0)
    entries = enter(bank, draw, bank.member("one of eight"))
    end(bank, draw)
    assert len(parts_of(draw, *range(7))) == 28
    show(bank, draw, parts_of(draw, *range(6)))
    assert won(show(bank, draw, parts_of(draw, 6))) == [entries[0]["entryId"]]


def test_opening_is_the_operators_and_happens_once(bank: Any, donor: Any) -> None:
    draw = formed(bank)
    drawers, words = [key.address for key in draw.pop("keys")], draw
    assert names(bank.send("draw.open_draw", tuple(words.values()), drawers)) == ["Repeated"]
    changed = {**words, "price": 6}
    assert reason_of(bank, "draw.open_draw", tuple(changed.values()), drawers) == "id already used"
    more = [key.address for key in board(bank, 4)]
    assert reason_of(bank, "draw.open_draw", tuple(words.values()), more) == "id already used"
    assert reason_of(bank, "draw.open_draw", tuple(words.values()), drawers, sender=donor) == "not the operator"
    unknown = b"\7" * 32
    assert reason_of(bank, "draw.show_parts", unknown, [], []) == "unknown draw"
    assert reason_of(bank, "draw.refund", unknown, []) == "unknown draw"


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
    told = names(bank.relay(path + "_batch", "Entry", (message, key), (message, key)))
    assert told == ["Transfer", "Moved", "DrawEntered", "Repeated"]
    changed = {**message, "nonce": b"\1" * 32}
    assert bank.refusal(path, "Entry", changed, key) == "draw: id already used"
    bank.direct(path, "Entry", entry(bank, draw, key), key)
    assert why(key) == "draw: full"
    assert bank.coins(key) == 2
    end(bank, draw)
    assert why(key) == "draw: closed"


def test_wrong_parts_are_refused(bank: Any) -> None:
    draw = opened(bank)
    end(bank, draw)
    part, secret = 1, secret_of(draw, 0, 1)

    def why(parts: list[int], secrets: list[bytes]) -> str:
        return reason_of(bank, "draw.show_parts", draw["drawId"], parts, secrets)

    assert why([part], [keccak(1)]) == "another secret"
    assert why([part], [secret_of(draw, 0, 2)]) == "another secret"
    assert why([9], [secret]) == why([3], [secret]) == why([2**255], [secret]) == "unknown part"
    assert why([part], []) == "parts and secrets differ in number"
    assert why([part, 2], [secret, secret]) == "another secret", "all of a call, or nothing"
    assert bank.read("draw.drawersOf", draw["drawId"])[2] == 0
    (event,) = bank.send("draw.show_parts", draw["drawId"], [part, part], [secret, secret])
    assert event.args["parts"] == [part]
    assert bank.read("draw.drawersOf", draw["drawId"])[2] == 1 << part


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawers=st.integers(3, 5),
    entrants=st.integers(1, 5),
    prizes=st.integers(1, 2),
    order=st.randoms(use_true_random=False),
)
def test_winners_follow_from_parts_and_entries_whatever_the_order(
    bank: Any, drawers: int, entrants: int, prizes: int, order: Any
) -> None:
    draw = opened(bank, drawers, price=0, prizes=prizes)
    entries = enter(bank, draw, *(bank.member(f"any {number}") for number in range(entrants)))
    end(bank, draw)
    parts = list(parts_of(draw, *range(drawers)).items())
    expected = winners_by_rule(draw, entries, dict(parts))
    order.shuffle(parts)
    events = [event for start in range(0, len(parts), 2) for event in show(bank, draw, dict(parts[start : start + 2]))]
    assert won(events) == expected


def test_each_phase_of_a_draw_has_its_last_second(bank: Any, donor: Any) -> None:
    bank.member("anybody")  # who shows the parts must not need a second of their own to join
    start = bank.now + 100
    times = {"opensAt": start, "closesAt": start, "refundsFrom": start + 20}
    draw, lost, late = opened(bank, **times), opened(bank, **times), formed(bank, **times)
    keys = [rich(bank, donor, f"punctual {number}") for number in range(2)]
    messages = [(entry(bank, one, key), key) for one in (draw, lost) for key in keys]
    places = [(binding(bank, late, place), key) for place, key in enumerate(late["keys"])]
    bank.chain.set_time(start)
    events = bank.relay("draw.enter_batch", "Entry", *messages[:3])
    assert [event.name for event in events if event.contract == "draw"] == ["DrawEntered"] * 3
    (event,) = bank.relay("draw.enter_batch", "Entry", messages[3])
    assert event.args["reason"] == "draw: closed"
    (event,) = bank.relay("draw.bind_batch", "DrawBinding", places[0])
    assert event.args["reason"] == "draw: closed"
    bank.chain.set_time(times["refundsFrom"])
    refund = ("draw.refund", lost["drawId"], [messages[2][0]["entryId"]])
    assert reason_of(bank, *refund) == "parts may still come"
    bank.chain.set_time(times["refundsFrom"] + 1)
    bank.send(*refund)
    assert state(bank, messages[2][0]) == ENTERED | REFUNDED


def test_parts_come_after_the_last_second_of_entering(bank: Any) -> None:
    draw = opened(bank)
    parts = parts_of(draw, 0)
    call = ("draw.show_parts", draw["drawId"], list(parts), list(parts.values()))
    bank.chain.set_time(draw["closesAt"])
    assert reason_of(bank, *call) == "entries may still come"
    bank.chain.set_time(draw["closesAt"] + 1)
    assert names(bank.send(*call)) == ["PartsShown"]


def test_a_drawer_may_be_bound_in_the_last_second_and_a_draw_opened_until_it_closes(bank: Any) -> None:
    last = bank.now + 50
    draw = formed(bank, opensAt=last, closesAt=last)
    message = binding(bank, draw, 0)
    drawers = [key.address for key in draw["keys"]]
    late = tuple(terms(bank, opensAt=last, closesAt=last).values())
    bank.chain.set_time(last)
    assert names(bank.relay("draw.bind_batch", "DrawBinding", (message, draw["keys"][0]))) == ["DrawerBound"]
    assert reason_of(bank, "draw.open_draw", late, drawers) == "window is empty"


def test_a_draw_may_be_opened_in_the_second_in_which_it_closes(bank: Any) -> None:
    last, drawers = bank.now + 50, [key.address for key in board(bank)]
    words = tuple(terms(bank, opensAt=last, closesAt=last).values())
    bank.chain.set_time(last)
    assert names(bank.send("draw.open_draw", words, drawers)) == ["DrawOpened"]
