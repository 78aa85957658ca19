"""The index is a copy of the ledger: however it was caught up, it is the one that reading from block 0 gives."""

import random

import pytest
from sqlmodel import select

from bank_api import indexing
from bank_api.store.database import Database
from bank_api.store.ledger_index import LedgerIndex
from bank_api.tables import IndexedAnswerRow, IndexedConsentRow, LedgerEventRow
from chaincode import events
from chaincode.ids import to_hex

TABLES = (LedgerEventRow, IndexedAnswerRow, IndexedConsentRow)


@pytest.fixture(scope="module")
def story(town):
    """A chain with everything on it that the index reads: answers, changes of consent, uses, coupons."""
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    shop = town.organization("shop", parent=partner)
    people = [town.member() for _ in range(4)]
    for index, person in enumerate(people):
        town.answer(person, survey, age=30 + index, vote=index % 2)
    town.fund(partner, 1000)
    request_id = town.request(partner, survey, ["age", "vote"])
    town.decide(board, request_id)
    first = [town.consent(person, request_id, uses_maximum=5) for person in people]
    assert town.release(request_id).status_code == 201
    second = town.consent(people[0], request_id, uses_maximum=2)
    assert town.release(request_id).status_code == 201
    town.withdraw(people[1], first[1])
    town.consent(people[2], request_id, given=False)
    assert town.release(request_id, k=2).status_code == 201
    offer = town.coupon_class(partner)
    town.buy(people[0], offer, 2)
    redemption = shop.done("/v1/redemptions", town.offer_body(shop, offer))["redemption_id"]
    people[0].done(f"/v1/redemptions/{redemption}/confirmation", town.confirm_body(people[0], redemption))
    return {"people": people, "request_id": request_id, "first": first, "second": second}


@pytest.fixture
def fresh(tmp_path):
    made = []

    def make():
        database = Database(f"sqlite:///{tmp_path / f'{len(made)}.sqlite3'}")
        made.append(database)
        return LedgerIndex(database)

    yield make
    for database in made:
        database.close()


def content(index):
    with index._database.session() as session:
        rows = [session.exec(select(table)).all() for table in TABLES]
    return [sorted(repr(sorted(row.model_dump().items())) for row in found) for found in rows]


def whole(town, index):
    indexing.catch_up(index, town.bank.contracts, town.bank.head())
    return content(index)


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize("seed", range(4))
def test_caught_up_in_random_steps_is_the_same_as_read_from_block_0(town, fresh, seed):
    dice, head, index, seen = random.Random(seed), town.bank.head(), fresh(), 0
    while seen < head:
        seen = min(head, seen + dice.randint(1, 12))
        indexing.catch_up(index, town.bank.contracts, seen)
        assert index.next_block() in (0, seen + 1)
    assert content(index) == whole(town, fresh())


@pytest.mark.usefixtures("story")
def test_the_banks_own_index_is_the_rebuilt_one(town, fresh):
    town.bank.catch_up()
    assert content(town.bank.index) == whole(town, fresh())


@pytest.mark.usefixtures("story")
def test_clearing_and_reading_again_gives_the_same(town, fresh):
    index = fresh()
    before = whole(town, index)
    index.clear()
    assert content(index) == [[], [], []]
    assert whole(town, index) == before


@pytest.mark.usefixtures("story")
def test_reading_in_small_ranges_gives_the_same(town, fresh, monkeypatch):
    before = whole(town, fresh())
    monkeypatch.setattr(indexing, "BLOCKS_AT_ONCE", 3)
    assert whole(town, fresh()) == before


@pytest.mark.usefixtures("story")
def test_catching_up_twice_adds_nothing(town, fresh):
    index = fresh()
    assert indexing.catch_up(index, town.bank.contracts, town.bank.head()) > 0
    assert indexing.catch_up(index, town.bank.contracts, town.bank.head()) == 0
    assert index.next_block() == town.bank.head() + 1


@pytest.mark.usefixtures("story")
def test_a_head_that_went_back_adds_nothing(town, fresh):
    """A ledger restored from an older copy: the index waits, it does not invent."""
    index = fresh()
    indexing.catch_up(index, town.bank.contracts, town.bank.head())
    assert indexing.catch_up(index, town.bank.contracts, 3) == 0
    assert index.next_block() == town.bank.head() + 1


def test_every_event_that_somebody_owns_is_indexed_with_its_place(town, story):
    town.bank.catch_up()
    found = [event for event in town.bank.contracts.events() if type(event) in indexing.OWNERS]
    for event in found:
        [row] = [
            row
            for row in town.bank.index.events_in(to_hex(event.position.transaction_hash), type(event).__name__)
            if row.log_index == event.position.log_index
        ]
        assert (row.block_number, row.time) == (event.position.block_number, event.position.timestamp)
    assert sum(town.bank.index.event_counts().values()) == len(found)
    assert {type(event) for event in found} >= {events.ConsentUsed, events.CouponRedeemed, events.Disclosed}


def test_every_owner_field_exists_in_its_event():
    for event, names in indexing.OWNERS.items():
        fields = {name for name, _ in indexing.event_fields(event)}
        assert {name for name in names if name} <= fields, event.__name__


def test_states_and_uses_are_the_contracts(town, story):
    town.bank.catch_up()
    consents = {
        row.consent_id: row for person in story["people"] for row in town.bank.index.consents_of(person.account)
    }
    assert len(consents) == 6
    for consent_id, row in consents.items():
        record = town.bank.contracts.consent.record_of(bytes.fromhex(consent_id[2:]))
        assert (row.state, row.uses, row.uses_maximum) == (record.state, record.used, record.uses_maximum)
        assert (row.items, row.valid_from, row.valid_until) == (record.items, record.valid_from, record.valid_until)
    first, second = consents[story["first"][0]], consents[story["second"]]
    assert (first.state, first.uses) == (8, 1), "superseded, after one release"
    assert (second.state, second.uses) == (4, 2), "renewed, in two releases"
    assert (consents[story["first"][1]].state, consents[story["first"][1]].uses) == (5, 2)


def test_an_event_without_a_place_in_the_chain_is_our_own_mistake(town):
    event = events.SurveyClosed(survey_id=bytes(32))
    with pytest.raises(RuntimeError, match="SurveyClosed came without its place"):
        indexing._row(event)
