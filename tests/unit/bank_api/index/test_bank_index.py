"""The index is a copy of the ledger: however it was caught up, it is the one that reading from block 0 gives."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import update

from bank_api.index import events as index_events
from bank_api.index import ledger_index, standings
from bank_api.index.ledger_index import LedgerIndex
from bank_api.index.reading import OWNERSHIP, Ownership, reading_of
from bank_api.index.rows import event_of, row_of
from bank_api.index.tallies import Tally
from bank_api.store import directory as directory_module
from bank_api.store.database import Database
from bank_api.store.moment import _spelt
from bank_api.store.tables import CursorRow, IndexedTallyRow
from chaincode import events
from chaincode.bindings import ConsentState
from chaincode.decode import event_fields
from chaincode.ids import NOBODY, to_hex
from chaincode.logs import Position
from chaincode.node import Header
from tests.postgres import KIND, new_address

TABLES = ledger_index.TABLES[2:]
"""All but the cursor and the marks on the way."""


@pytest.fixture(scope="module")
def story(town):
    """A chain with everything on it that the index reads: answers, changes of consent, uses, coupons."""
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    shop = town.organization("shop", parent=partner)
    people = [town.member() for _ in range(4)]
    for index, person in enumerate(people):
        town.answer(person, survey, age=30 + index, vote=index % 2)
    top_up = {"top_up_id": to_hex(town.new_id()), "coins": 77}
    town.operator.done(f"/v1/surveys/{survey.survey_id}/budget", top_up)
    town.fund(partner, 1000)
    request_id = town.request(partner, survey, ["age", "vote"])
    town.decide(board, request_id)
    first = [town.consent(person, request_id, uses_maximum=5) for person in people]
    assert town.release(request_id).status_code == 201
    second = town.consent(people[0], request_id, uses_maximum=2)
    for _ in range(2):  # before two of four leave: what then remains tells too much to be released
        assert town.release(request_id, k=2).status_code == 201
    town.withdraw(people[1], first[1])
    town.consent(people[2], request_id, given=False)
    offer = town.coupon_class(partner)
    town.buy(people[0], offer, 2)
    redemption = shop.done("/v1/redemptions", town.offer_body(shop, offer))["redemption_id"]
    people[0].done(f"/v1/redemptions/{redemption}/confirmation", town.confirm_body(people[0], redemption))
    return {"people": people, "request_id": request_id, "first": first, "second": second}


@pytest.fixture
def fresh(town, tmp_path):
    made = []

    def make(head=town.bank.contracts.node.newest_header):
        database = Database(new_address(KIND, tmp_path, str(len(made))))
        made.append(database)
        return LedgerIndex(database, town.bank.contracts, head)

    yield make
    for database in made:
        database.close()


def content(index):
    rows = [index._database.all(table) for table in TABLES]
    return [sorted(repr(sorted(row.model_dump().items())) for row in found) for found in rows]


def whole(index):
    """The content of an index that was caught up."""
    index.catch_up()
    return content(index)


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize("seed", range(4))
def test_caught_up_in_random_steps_is_the_same_as_read_from_block_0(town, fresh, seed):
    dice, head, heads = random.Random(seed), town.bank.head(), [0]
    index = fresh(lambda: town.bank.contracts.node.header(heads[-1]))
    while heads[-1] < head:
        heads.append(min(head, heads[-1] + dice.randint(1, 12)))
        assert index.catch_up() == index.reached == heads[-1]
        assert index.next_block() in (0, heads[-1] + 1)
    assert content(index) == whole(fresh())


@pytest.mark.usefixtures("story")
def test_the_banks_own_index_is_the_rebuilt_one(town, fresh):
    assert whole(town.bank.index) == whole(fresh())


@pytest.mark.usefixtures("story")
def test_rebuilding_gives_the_same(fresh):
    index = fresh()
    before = whole(index)
    assert index.rebuild() == sum(index.counts().values()) > 0
    assert content(index) == before


@pytest.mark.usefixtures("story")
def test_reading_in_small_ranges_gives_the_same(fresh, monkeypatch):
    before = whole(fresh())
    monkeypatch.setattr(ledger_index, "BLOCKS_AT_ONCE", 3)
    assert whole(fresh()) == before


@pytest.mark.usefixtures("story")
def test_questions_are_answered_while_the_ledger_is_gone(town, story, fresh, monkeypatch):
    person, index = story["people"][0].account, fresh()
    assert index.catch_up() == index.reached == town.bank.head()

    def gone(*_):
        raise AssertionError("a question asked the ledger")

    monkeypatch.setattr(index, "_head", gone)
    monkeypatch.setattr(town.line, "make_request", gone)
    assert index.events_of(person)
    assert index.events_about(story["second"])
    assert index.events_about_each([story["second"]])[story["second"]]
    assert index.events(events.Disclosed)
    assert index.counts()
    assert index.answers_of(person)
    assert index.consent(story["second"])
    assert index.consents_for(story["request_id"], ConsentState.RENEWED)
    assert index.consent_counts()


@pytest.mark.usefixtures("story")
def test_two_processes_over_one_database_add_each_block_once(town, fresh, monkeypatch):
    """The other one adds the same blocks between our reading them and our adding them."""
    ours, before = fresh(), whole(fresh())
    theirs = LedgerIndex(ours._database, town.bank.contracts, ours._head)
    read_then_met = ledger_index.read

    def met(contracts, first, last):
        found = read_then_met(contracts, first, last)
        monkeypatch.setattr(ledger_index, "read", read_then_met)
        theirs.catch_up()
        return found

    monkeypatch.setattr(ledger_index, "read", met)
    assert ours.catch_up() == theirs.reached == town.bank.head()
    assert content(ours) == before


@pytest.mark.usefixtures("story")
def test_an_index_that_is_rebuilt_elsewhere_claims_no_more_than_it_has(town, fresh):
    ours = fresh()
    before = whole(ours)
    newest, third = ours._head, lambda: town.bank.contracts.node.header(3)
    theirs = LedgerIndex(ours._database, town.bank.contracts, third)
    theirs.rebuild()
    ours._head = third
    assert ours.catch_up() == ours.reached == 3
    ours._head = newest
    assert whole(ours) == before


@pytest.mark.usefixtures("story")
def test_a_head_that_went_back_adds_nothing(town, fresh):
    """A ledger restored from an older copy: the index waits, it does not invent."""
    heads = [town.bank.head()]
    index = fresh(lambda: town.bank.contracts.node.header(heads[-1]))
    before = whole(index)
    heads.append(3)
    assert whole(index) == before
    assert index.next_block() == heads[0] + 1


@pytest.mark.usefixtures("story")
def test_what_somebody_owns_comes_back_as_the_contracts_wrote_it(town):
    """Every event but the movements that a named event tells again, in the chain's order, each with its place."""
    told_again = (events.Transfer, events.TransferSingle)
    found = [
        event
        for event in town.bank.contracts.events()
        if type(event) in OWNERSHIP and not isinstance(event, told_again)
    ]
    answered = town.bank.index.events()
    assert answered == found
    assert [event.position for event in answered] == [event.position for event in found]
    assert {type(event) for event in found} >= {events.ConsentUsed, events.CouponRedeemed, events.Disclosed}


@pytest.mark.parametrize("kind", events.EVENTS, ids=lambda kind: kind.__name__)
def test_a_row_and_its_event_are_inverses(kind):
    """Of every kind of event, listed or not, with values of every ABI type."""
    values = {
        "bytes32": b"\x1f" * 32,
        "address": "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf",
        "string": "consent: not in force",
        "bool": True,
        "bytes32[]": (b"\x01" * 32, b"\x02" * 32),
        "address[]": ("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf",),
    }
    given = {
        name: values.get(abi_type, (1, 2) if abi_type.endswith("[]") else 2**255 - 19)
        for name, abi_type in event_fields(kind)
    }
    more = {"contract": "coin"} if kind.CONTRACT == events.ANY_CONTRACT else {}
    if more:
        pytest.skip("written by every contract, and owned by nobody")
    event = kind(**given, position=Position(7, 1_795_000_000, b"\x2b" * 32, 3))
    again = event_of(row_of(event, Ownership()))
    assert (again, again.position) == (event, event.position)


def test_every_owner_field_exists_in_its_event():
    for event, names in OWNERSHIP.items():
        fields = {name for name, _ in event_fields(event)}
        assert {name for name in names if name} <= fields, event.__name__


def test_states_and_uses_are_the_contracts(town, story):
    consents = {
        row.consent_id: row for person in story["people"] for row in town.bank.index.consents_of(person.account)
    }
    assert len(consents) == 6
    for consent_id, row in consents.items():
        record = town.bank.contracts.consent.record_of(bytes.fromhex(consent_id[2:]))
        assert (row.state, row.uses, row.uses_maximum) == (record.state, record.used, record.uses_maximum)
        assert (row.items, row.valid_from, row.valid_until) == (record.items, record.valid_from, record.valid_until)
    first, second = consents[story["first"][0]], consents[story["second"]]
    assert (first.state, first.uses) == (ConsentState.SUPERSEDED, 1), "superseded, after one release"
    assert (second.state, second.uses) == (ConsentState.RENEWED, 2), "renewed, in two releases"
    ended = consents[story["first"][1]]
    assert (ended.state, ended.uses) == (ConsentState.WITHDRAWN, 3)


def test_every_sum_is_the_contracts(town, story):
    contracts, index = town.bank.contracts, town.bank.index
    everybody = {account for event in contracts.events() for account in vars(event).values() if _is_address(account)}
    coins = {account: index.tally(Tally.COINS, account=account) for account in everybody}
    assert coins == {account: contracts.coin.balance_of(account) for account in everybody}
    assert sum(coins.values()) > 0
    supply = contracts.coin.supply()
    assert (index.tally(Tally.GRANTED), index.tally(Tally.BURNT)) == (supply.granted, supply.burnt)
    for survey_id, left in index.tallies(Tally.BUDGET).items():
        assert left == contracts.survey.budget_left(bytes.fromhex(survey_id[2:]))
    for request_id, coins_locked in index.tallies(Tally.LOCKED).items():
        assert coins_locked == contracts.request.locked(bytes.fromhex(request_id[2:]))
    assert len(index.tallies(Tally.BUDGET)) == len(index.tallies(Tally.LOCKED)) == 1
    [(class_id, sold)] = index.tallies(Tally.SOLD).items()
    assert sold == contracts.coupon.class_of(bytes.fromhex(class_id[2:])).sold == 2
    held = index.tallies(Tally.COUPONS, story["people"][0].account)
    assert held == {class_id: contracts.coupon.balance_of(story["people"][0].account, bytes.fromhex(class_id[2:]))}
    assert held == {class_id: 1}, "two bought, one used"


def _is_address(value):
    return isinstance(value, str) and value.startswith("0x") and len(value) == 42


def test_an_event_without_a_place_in_the_chain_is_our_own_mistake():
    event = events.SurveyClosed(survey_id=bytes(32))
    with pytest.raises(RuntimeError, match="SurveyClosed came without its place"):
        row_of(event, OWNERSHIP[events.SurveyClosed])


# ---- what a reading adds ----


def identifier(number):
    return number.to_bytes(32, "big")


def text_id(number):
    return to_hex(identifier(number))


def at(event, block, log=0):
    return replace(event, position=Position(block, block * 10, identifier(block), log))


def change(consent, block, state=ConsentState.GIVEN, member="0xM", request=1):
    words = (identifier(consent), identifier(request), member, int(state), 3, 0, 9, 3, 7, bytes(32))
    return at(events.ConsentChanged(*words), block)


def use(consent, block, log=0):
    return at(events.ConsentUsed(identifier(9), identifier(consent), 7), block, log)


def reading(through_block, *told):
    """What blocks with these events say."""
    return reading_of(list(told), through_block)


def added(index, found):
    """Add what was read, with a last block of that number."""
    number = found.through_block
    index.add(found, Header(number, identifier(number), identifier(number - 1), number * 10))


@pytest.fixture
def still(fresh):
    """An index that is told by hand what its ledger has."""
    return fresh()


def test_an_empty_index_starts_at_block_zero(still):
    assert still.next_block() == 0
    added(still, reading(41))
    assert still.next_block() == 42


def test_events_come_in_chain_order_by_account_subject_and_kind(still):
    grants = [at(events.Granted("0xA", 5, identifier(1)), 2, 1), at(events.Granted("0xA", 5, identifier(2)), 1, 5)]
    moved = at(events.Moved("0xA", "0xB", 3, identifier(1)), 2, 0)
    added(still, reading(2, *grants, moved))
    assert still.events_of("0xA") == [grants[1], moved, grants[0]]
    assert still.events_of("0xB", events.Moved) == [moved]
    assert still.events_about(text_id(1)) == [moved, grants[0]]
    assert still.events_about(text_id(1), events.Granted) == [grants[0]]
    assert still.events_about_each([text_id(1), text_id(2), text_id(3)], events.Granted) == {
        text_id(1): [grants[0]],
        text_id(2): [grants[1]],
    }
    assert still.events(events.Granted, events.Moved) == [grants[1], moved, grants[0]]
    assert (still.has(text_id(2), events.Granted), still.has(text_id(2), events.Moved)) == (True, False)
    assert still.counts() == {"Granted": 2, "Moved": 1}


def test_ids_are_looked_up_in_parts(still, monkeypatch):
    grants = [at(events.Granted("0xA", 5, identifier(number)), 1, number) for number in range(7)]
    added(still, reading(1, *grants))
    monkeypatch.setattr(index_events, "SUBJECTS_AT_ONCE", 2)
    found = still.events_about_each(text_id(number) for number in range(9))
    assert found == {text_id(number): [grants[number]] for number in range(7)}


def test_a_movement_that_is_told_again_is_kept_once(still):
    """Only the event right behind it, in the same transaction, tells it again."""
    alone = at(events.Transfer("0xA", "0xB", 3), 1, 0)
    twice = at(events.Transfer("0xA", "0xB", 4), 1, 1)
    moved = at(events.Moved("0xA", "0xB", 4, identifier(1)), 1, 2)
    later = at(events.Transfer("0xA", "0xB", 5), 2, 0)
    granted = at(events.Granted("0xC", 9, identifier(2)), 3, 1)
    added(still, reading(3, alone, twice, moved, later, granted))
    assert still.events_of("0xB") == [alone, moved, later]


def test_uses_are_counted_and_survive_a_change_of_state(still):
    added(still, reading(1, change(1, 1), change(2, 1), use(1, 1, 4)))
    added(still, reading(2, use(1, 2, 1), use(2, 2, 2)))
    added(still, reading(3, change(1, 3, ConsentState.WITHDRAWN)))
    assert len(still.events_of("0xM", events.ConsentUsed)) == 3, "a use is its member's"
    first, second = still.consent(text_id(1)), still.consent(text_id(2))
    assert (first.uses, first.state) == (2, ConsentState.WITHDRAWN)
    assert (second.uses, second.state) == (1, ConsentState.GIVEN)
    assert still.consent(text_id(3)) is None


def test_consents_by_request_state_and_member(still):
    ended = ConsentState.WITHDRAWN
    added(still, reading(1, change(2, 1), change(1, 1), change(3, 1, ended), change(4, 1, member="0xN", request=2)))
    assert [one.consent_id for one in still.consents_for(text_id(1), ConsentState.GIVEN)] == [text_id(1), text_id(2)]
    assert [one.consent_id for one in still.consents_for(text_id(1), ended)] == [text_id(3)]
    assert {one.consent_id for one in still.consents_of("0xM")} == {text_id(1), text_id(2), text_id(3)}
    given = ConsentState.GIVEN
    assert still.consent_counts() == {text_id(1): {given: 2, ended: 1}, text_id(2): {given: 1}}
    added(still, reading(2, change(1, 2, ended)))
    assert [still.newest_consent_time(text_id(1), state) for state in (given, ended)] == [10, 20]
    assert still.newest_consent_time(text_id(2), ended) is None


def test_who_was_dismissed_is_found_in_the_releases_that_used_their_consent(still):
    gone = [at(events.Dismissed(who, 1, identifier(5)), 2, log) for log, who in enumerate(("0xN", "0xN", "0xO"), 1)]
    others = replace(use(3, 1, 3), release_id=identifier(8))
    given = change(1, 1), change(2, 1, member="0xN"), change(3, 1, member="0xO")
    placed = [replace(one, position=replace(one.position, log_index=10 + n)) for n, one in enumerate(given)]
    added(still, reading(1, *placed, use(1, 1, 20), use(2, 1, 21), replace(others, position=Position(1, 10, b"", 22))))
    assert still.dismissed_in_releases() == {}
    added(still, reading(2, *gone))
    assert still.dismissed_in_releases() == {text_id(9): ["0xN"], text_id(8): ["0xO"]}


def test_answers_by_id_survey_and_member(still):
    def answered(number, member, survey):
        return at(events.Answered(identifier(number), identifier(survey), member, bytes(32), 1, 5), 1, number)

    added(still, reading(1, answered(1, "0xA", 7), answered(2, "0xB", 7), answered(3, "0xA", 8)))
    assert still.answer(text_id(1)).member == "0xA"
    assert still.answer(text_id(9)) is None
    found = still.answers(text_id(7))
    assert {member: one.answer_id for member, one in found.items()} == {"0xA": text_id(1), "0xB": text_id(2)}
    assert {one.answer_id for one in still.answers_of("0xA")} == {text_id(1), text_id(3)}


def test_a_request_that_is_used_and_closed_unlocks_what_it_locked(still):
    filed = events.RequestFiled(
        identifier(1),
        "0xP",
        identifier(2),
        1,
        bytes(32),
        bytes(32),
        0b101,
        0,
        1,
        2,
        2,
        100,
        10,
        5,
        3,
        99,
        90,
        bytes(32),
        bytes(32),
    )
    added(still, reading(1, at(filed, 1)))
    assert still.tally(Tally.LOCKED, text_id(1)) == 10 * (5 + 2 * 3)
    added(still, reading(2, at(events.RequestConsumed(identifier(1), 4, 44), 2)))
    assert still.tallies(Tally.LOCKED) == {text_id(1): 66}
    added(still, reading(3, at(events.RequestClosed(identifier(1), 66), 3)))
    assert (still.tally(Tally.LOCKED, text_id(1)), still.tally(Tally.LOCKED, text_id(2))) == (0, 0)


def test_sums_are_as_large_as_the_ledgers(still):
    added(still, reading(1, at(events.Transfer(NOBODY, "0xA", 2**127), 1)))
    added(still, reading(2, at(events.Transfer("0xA", NOBODY, 1), 2)))
    assert still.tally(Tally.COINS, account="0xA") == 2**127 - 1
    assert (still.tally(Tally.GRANTED), still.tally(Tally.BURNT)) == (2**127, 1)


def test_many_coupons_moved_at_once_are_counted_by_class(still):
    moved = [("0xB", NOBODY, "0xA", (1, 2), (5, 6)), ("0xB", "0xA", "0xC", (2, 1), (1, 2))]
    added(still, reading(1, *(at(events.TransferBatch(*words), 1, log) for log, words in enumerate(moved))))
    assert still.tallies(Tally.COUPONS, "0xA") == {text_id(1): 3, text_id(2): 5}
    assert still.tallies(Tally.COUPONS, "0xC") == {text_id(1): 2, text_id(2): 1}
    assert still.tallies(Tally.SOLD) == {text_id(1): 5, text_id(2): 6}


def test_a_copy_that_an_earlier_program_made_is_read_anew(fresh):
    index = fresh()
    before = whole(index)

    def older(connection):
        for table, words in ((CursorRow, {"name": "events"}), (IndexedTallyRow, {"amount": "7"})):
            connection.execute(update(table).values(**words))

    index._database.write(older)
    index.forget_older()
    assert index.next_block() == 0
    assert whole(index) == before
    index.forget_older()
    assert content(index) == before


def test_a_copy_whose_tables_had_other_columns_is_made_anew(fresh):
    index = fresh()
    before = whole(index)
    index._database.write(
        lambda connection: connection.exec_driver_sql("ALTER TABLE indexed_account DROP COLUMN is_suspended")
    )
    index.forget_older()
    assert index.next_block() == 0
    assert whole(index) == before


def test_blocks_are_added_whole_or_not_at_all(still):
    granted = at(events.Granted("0xA", 5, identifier(1)), 7)
    with pytest.raises(Exception, match="never given"):
        added(still, reading(7, granted, change(1, 7), use(2, 7, 3)))
    assert (still.next_block(), still.counts(), still.consent(text_id(1))) == (0, {}, None)


def test_what_is_counted_is_what_there_is(town, story):
    index = town.bank.index
    kept = [event for kind in OWNERSHIP for event in index.events(kind)]
    assert index.counts() == dict(Counter(type(event).__name__ for event in kept))
    consents = [one for person in story["people"] for one in index.consents_of(person.account)]
    told = {
        (request, state): count for request, states in index.consent_counts().items() for state, count in states.items()
    }
    assert told == dict(Counter((one.request_id, one.state) for one in consents)) != {}
    for request in {one.request_id for one in consents}:
        assert index.consent_counts(request) == {request: index.consent_counts()[request]}
    used = Counter((event.shop, to_hex(event.class_id)) for event in index.events(events.CouponRedeemed))
    assert sum(used.values()) == 1
    for (shop, class_id), count in used.items():
        assert index.tallies(Tally.REDEEMED, shop) == {class_id: count}


def test_what_is_found_once_a_block_is_found_again_after_the_next(still):
    asked = []

    def find(index):
        asked.append(index.next_block())
        return index.counts().get("Granted", 0)

    added(still, reading(1, at(events.Granted("0xA", 5, identifier(1)), 1)))
    assert [still.once_a_block(find), still.once_a_block(find)] == [1, 1]
    added(still, reading(2, at(events.Granted("0xA", 5, identifier(2)), 2)))
    assert [still.once_a_block(find), still.once_a_block(find)] == [2, 2]
    assert asked == [2, 3]


def test_who_reads_an_older_moment_finds_what_was_then(still):
    added(still, reading(1, at(events.Granted("0xA", 5, identifier(1)), 1)))
    find = lambda index: index.counts()["Granted"]  # noqa: E731
    with still._database.reading():
        assert still.next_block() == 2
        added(still, reading(2, at(events.Granted("0xA", 5, identifier(2)), 2)))
        assert still.once_a_block(find) == 1, "of the moment of its other questions"
    assert still.once_a_block(find) == 2, "and nobody later is told what was found then"


@pytest.mark.parametrize("kinds", [(), ("Disclosed",), ("Disclosed", "Joined")])
@pytest.mark.parametrize("asked", [index_events.Asked.CONCERNING, index_events.Asked.ABOUT])
def test_events_are_found_by_whose_they_are_and_never_by_their_kind_alone(still, asked, kinds):
    found = explained(still, index_events._events_query(asked, kinds, 2 if asked is index_events.Asked.ABOUT else 1))
    assert "SCAN" not in found
    assert "ix_ledger_event_name" not in found
    assert ("name=?" in found) is bool(kinds), "and what else there is of the same person is not gone through"


@pytest.mark.parametrize("query", [standings._IN_OFFICE, directory_module._NAMES, directory_module._IN_OFFICE])
def test_the_few_in_office_are_found_without_going_through_the_members(still, query):
    assert "SCAN" not in explained(still, query)


def test_a_page_of_who_is_behind_in_terms_is_found_where_it_begins(still):
    assert "SEARCH indexed_account USING INDEX indexed_account_agreed" in explained(still, standings._BEHIND)


@pytest.mark.parametrize("query", [standings._ENDED_COUNT, standings._ENDED_FIRST, standings._ENDED])
def test_what_has_ended_is_found_without_going_through_what_stands(still, query):
    assert "USING INDEX indexed_consent_state_end" in explained(still, query).replace("COVERING ", "")


def test_the_newest_of_a_state_is_found_at_the_end_of_an_index(still):
    found = explained(still, standings._NEWEST)
    assert "USING COVERING INDEX indexed_consent_request_state_time (request_id=? AND state=?)" in found


def test_who_left_a_release_is_found_without_going_through_all_who_are_in_it(still):
    found = explained(still, standings._DISMISSED_IN)
    assert "SEARCH gone USING INDEX ix_ledger_event_name (name=?) SEARCH used USING INDEX" in found
    assert "subject" not in found


def explained(index, query):
    """How SQLite goes about a question."""
    if KIND != "sqlite":
        pytest.skip("it is SQLite that is asked how it goes about a question")
    with index._database.reading() as moment:
        spelt = _spelt(query, moment._dialect, None)
        rows, _ = moment._line.run(f"EXPLAIN QUERY PLAN {spelt.sql}", [""] * spelt.sql.count("?"))
        return " ".join(row[-1] for row in rows or [])
