"""The SQL stores, function by function, on real SQLite files."""

import asyncio
import threading

import pytest
from sqlalchemy.exc import IntegrityError

from bank_api.store import statements
from bank_api.store.catalog import Catalog
from bank_api.store.database import Database
from bank_api.store.directory import Directory
from bank_api.store.escrows import Escrows
from bank_api.store.tables import (
    ContributionRow,
    CouponClassRow,
    EscrowRow,
    InvitationRow,
    OpeningRow,
    PersonRow,
    RedemptionRow,
    ReleaseRow,
    RequestRow,
    SessionRow,
    ShareRow,
    SurveyRow,
)
from tests.postgres import DATABASES, new_address


@pytest.fixture(params=DATABASES)
def database(request, tmp_path):
    opened = Database(new_address(request.param, tmp_path))
    yield opened
    opened.close()


# ---- the database ----


def test_what_is_committed_survives_a_power_cut(database):
    if not database.is_file:
        assert database.write(lambda moment: moment.exec_driver_sql("SHOW synchronous_commit").scalar()) == "on"
        return
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2, "FULL"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_an_error_while_reading_commits_nothing(database):
    def fails():
        with database.reading() as connection:
            statements.add(connection, SurveyRow, [{"survey_id": "0x1", "document": "{}", "content_hash": "0x2"}])
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fails()
    assert Catalog(database).surveys() == []


def test_what_is_read_together_is_of_one_moment(database):
    catalog = Catalog(database)
    catalog.save(SurveyRow(survey_id="0x1", document="{}", content_hash="0x2"))
    with database.reading():
        before = catalog.surveys()
        catalog.save(SurveyRow(survey_id="0x2", document="{}", content_hash="0x2"))
        assert catalog.surveys() == before
    assert len(catalog.surveys()) == 2


def test_of_writes_that_are_committed_together_each_stands_or_falls_alone(database):
    directory = Directory(database)
    directory.save_person(person("0xA"))
    start, refused = threading.Barrier(8), []

    def come(number):
        start.wait(10)
        try:
            directory.save_person(person(f"0x{number}", key="0xA" if number % 2 else f"0xK{number}"))
        except IntegrityError:
            refused.append(number)

    threads = [threading.Thread(target=come, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(refused) == [1, 3, 5, 7]
    assert {one.account for one in directory.people_with_role("member")} == {"0xA", "0x0", "0x2", "0x4", "0x6"}


def test_a_table_of_an_earlier_program_gets_its_indexes(tmp_path):
    url = f"sqlite:///{tmp_path / 'bank.sqlite3'}"
    first = Database(url)
    first.write(lambda connection: connection.exec_driver_sql("DROP INDEX indexed_answer_member"))
    first.close()
    second = Database(url)
    with second.reading() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'index'").scalars()
    assert "indexed_answer_member" in names
    second.close()


def test_rows_are_there_after_opening_again(tmp_path):
    url = f"sqlite:///{tmp_path / 'bank.sqlite3'}"
    first = Database(url)
    Directory(first).save_person(person("0xA"))
    first.close()
    second = Database(url)
    assert Directory(second).person("0xA").name == "Name of 0xA"
    second.close()


def test_database_errors_never_quote_what_was_written(database):
    row = {"token_digest": "d", "key": "secret-of-mine", "expires_at": 1}
    database.write(lambda moment: statements.add(moment, SessionRow, [row]))
    with pytest.raises(IntegrityError) as caught:
        database.write(lambda moment: statements.add(moment, SessionRow, [row]))
    assert "secret-of-mine" not in str(caught.value)


# ---- the directory ----


def person(account, roles="member", **fields):
    return PersonRow(
        **({"account": account, "key": account, "name": f"Name of {account}", "enrolled_at": 1} | fields), roles=roles
    )


@pytest.fixture
def directory(database):
    return Directory(database)


def test_people_by_account_by_key_and_by_role(directory):
    directory.save_person(person("0xA", key="0xK"))
    directory.save_person(person("0xB", "partner,shop"))
    assert directory.person("0xA").key == "0xK"
    assert directory.person("0xK") is None
    assert [p.account for p in directory.people_with_role("shop")] == ["0xB"]
    assert directory.people_with_role("sho") == []


def test_saving_a_person_again_overwrites(directory):
    directory.save_person(person("0xA"))
    directory.save_person(person("0xA", name="New"))
    assert directory.person("0xA").name == "New"


def test_names_leave_members_out(directory):
    directory.save_person(person("0xA"))
    directory.save_person(person("0xB", "partner"))
    directory.save_person(person("0xC", "custodian,member"))
    assert directory.names() == {"0xB": "Name of 0xB", "0xC": "Name of 0xC"}


def test_shops_of_a_partner(directory):
    directory.save_person(person("0xP", "partner"))
    directory.save_person(person("0xS", "shop", parent="0xP"))
    directory.save_person(person("0xT", "shop", parent="0xQ"))
    assert [shop.account for shop in directory.shops_of("0xP")] == ["0xS"]


def test_one_key_is_one_persons(directory):
    directory.save_person(person("0xA"))
    with pytest.raises(IntegrityError):
        directory.save_person(person("0xB", key="0xA"))
    assert directory.person("0xB") is None


def test_rotating_a_key_changes_both_keys_and_nothing_else(directory):
    directory.save_person(person("0xA", email="a@example.org"))
    directory.rotate_key("0xA", "0xN", "0xE")
    row = directory.person("0xA")
    assert (row.key, row.encryption_key, row.email, row.name) == ("0xN", "0xE", "a@example.org", "Name of 0xA")


def invitation(digest, name="Somebody", account=None):
    return InvitationRow(code_digest=digest, name=name, account=account)


def test_invitations_are_added_once(directory):
    assert directory.add_invitations([invitation("a"), invitation("b"), invitation("a")]) == 2
    assert directory.add_invitations([invitation("b", name="Renamed"), invitation("c")]) == 1
    assert directory.invitation("b").name == "Somebody"
    assert directory.invitation("z") is None


def test_thousands_of_invitations_go_in_one_call(directory):
    many = [invitation(f"{number:064x}") for number in range(1201)]
    assert directory.add_invitations(many) == 1201
    assert directory.add_invitations([invitation(f"{number:064x}") for number in range(1300)]) == 99


def test_an_invitation_is_bound_to_the_first_account(directory):
    directory.add_invitations([invitation("a")])
    assert asyncio.run(directory.reserve_invitation("a", "0xA")) is True
    assert asyncio.run(directory.reserve_invitation("a", "0xA")) is True
    assert asyncio.run(directory.reserve_invitation("a", "0xB")) is False
    assert asyncio.run(directory.reserve_invitation("unknown", "0xA")) is False
    directory.free_invitation("a", "0xB")
    assert directory.invitation("a").account == "0xA"
    directory.free_invitation("a", "0xA")
    assert asyncio.run(directory.reserve_invitation("a", "0xB")) is True


def test_of_many_who_come_at_once_one_gets_the_invitation(directory):
    directory.add_invitations([invitation("a")])
    start, got = threading.Barrier(8), []

    def come(account):
        start.wait(10)
        got.append(asyncio.run(directory.reserve_invitation("a", account)))

    threads = [threading.Thread(target=come, args=(f"0x{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(got) == [False] * 7 + [True]


def test_a_challenge_is_used_once_and_old_ones_are_forgotten(directory):
    def answered(challenge, expires_at, token, now):
        row = SessionRow(token_digest=token, key="", expires_at=9)
        opened = asyncio.run(directory.open_session(challenge, expires_at, row, now))
        assert (directory.session(token) is not None) is opened, "no session without its challenge"
        return opened

    assert answered("a", 10, "d1", now=5)
    assert not answered("a", 10, "d2", now=10)
    assert answered("b", 20, "d3", now=10)
    assert not answered("a", 30, "d4", now=11), "whoever asked the clock a little earlier"
    assert answered("a", 130, "d5", now=71), "a minute past its time it is forgotten; the text itself expired"


def test_a_secret_is_made_once_and_each_by_its_name(directory):
    first = directory.secret("one")
    assert (len(first), directory.secret("one")) == (32, first)
    assert directory.secret("other") != first


def test_sessions(directory):
    assert asyncio.run(directory.open_session("a", 9, SessionRow(token_digest="d", key="0xA", expires_at=9), now=1))
    assert directory.session("d").key == "0xA"
    directory.drop_session("d")
    directory.drop_session("d")
    assert directory.session("d") is None


def test_sessions_past_their_time_are_forgotten_when_somebody_logs_in(directory):
    for number, ends in enumerate((5, 10, 11)):
        token = f"t{number}"
        row = SessionRow(token_digest=token, key="0xA", expires_at=ends)
        asyncio.run(directory.open_session(token, 99, row, now=1))
    later = SessionRow(token_digest="later", key="0xB", expires_at=50)
    asyncio.run(directory.open_session("later", 99, later, now=11))
    kept = [token for token in ("t0", "t1", "t2", "later") if directory.session(token) is not None]
    assert kept == ["t2", "later"]


# ---- the catalog ----


@pytest.fixture
def catalog(database):
    return Catalog(database)


def request(request_id, partner):
    return RequestRow(request_id=request_id, partner=partner, survey_id="0xS", message="{}", description="why")


def release(release_id, partner, method="the secret method"):
    return ReleaseRow(
        release_id=release_id, request_id="0xR", partner=partner, sealed=b"sealed", payload_root="0x1",
        method_hash="0x2", method=method, rows=5, suppressed=0, k=5, loss=0.25, consent_ids="[]",
    )  # fmt: skip


def test_the_catalog_keeps_each_kind(catalog):
    catalog.save(SurveyRow(survey_id="0xS", document="{}", content_hash="0xH"))
    catalog.save(request("0xR1", "0xP"))
    catalog.save(request("0xR2", "0xQ"))
    catalog.save(release("0xL1", "0xP"))
    catalog.save(release("0xL2", "0xQ"))
    catalog.save(CouponClassRow(class_id="0xC", issuer="0xP", message="{}", description="tea"))
    offer = {
        "redemption_id": "0xO",
        "class_id": "0xC",
        "shop": "0xT",
        "message": "{}",
        "signature": "",
        "offered_at": 1,
    }
    catalog.save(RedemptionRow(**offer))
    assert catalog.survey("0xS").content_hash == "0xH"
    assert [row.survey_id for row in catalog.surveys()] == ["0xS"]
    assert catalog.request("0xR1").partner == "0xP"
    assert [row.request_id for row in catalog.requests("0xQ")] == ["0xR2"]
    assert {row.request_id for row in catalog.requests()} == {"0xR1", "0xR2"}
    assert catalog.release("0xL1").sealed == b"sealed"
    assert catalog.coupon_class("0xC").description == "tea"
    assert [row.class_id for row in catalog.coupon_classes()] == ["0xC"]
    assert catalog.redemption("0xO").shop == "0xT"
    assert [row.redemption_id for row in catalog.redemptions_of("0xT")] == ["0xO"]
    assert catalog.redemptions_of("0xU") == []


@pytest.mark.parametrize("kind", ["survey", "request", "release", "coupon_class", "redemption"])
def test_what_is_not_there_is_none(catalog, kind):
    assert getattr(catalog, kind)("0xNothing") is None


def test_saving_again_overwrites_and_dropping_removes(catalog):
    catalog.save(release("0xL", "0xP"))
    catalog.save(release("0xL", "0xP", method="another"))
    assert catalog.release("0xL").method == "another"
    catalog.drop_release("0xL", "0x1")
    catalog.drop_release("0xL", "0x1")
    assert catalog.release("0xL") is None


# ---- escrows ----


@pytest.fixture
def escrows(database):
    return Escrows(database)


def escrow(escrow_id, owner):
    return EscrowRow(escrow_id=escrow_id, owner=owner, title="t", message="{}", document=b"d", commitments=b"c")


def test_escrows_are_seen_by_owner_and_custodians(escrows):
    escrows.save_escrow(escrow("0xE", "0xO"), [ShareRow(escrow_id="0xE", custodian="0xC", sealed=b"s")])
    escrows.save_escrow(escrow("0xF", "0xP"), [])
    assert escrows.escrow("0xE").owner == "0xO"
    assert escrows.escrow("0xG") is None
    assert escrows.ids_of("0xO") == [], "what the ledger has not is not listed"
    told = {account: [tuple(one) for one in escrows.titles_of(account)] for account in ("0xO", "0xC", "0xX")}
    assert told == {"0xO": [("0xE", "0xO", "t")], "0xC": [("0xE", "0xO", "t")], "0xX": []}
    assert (escrows.owned_count("0xO"), escrows.owned_count("0xC")) == (1, 0)
    assert escrows.share("0xE", "0xC").sealed == b"s"
    assert escrows.share("0xE", "0xO") is None


def test_openings_and_contributions(escrows):
    row = OpeningRow(
        opening_id="0xN", escrow_id="0xE", requester="0xO", message="{}", recipient_key="0xK", reason="lost"
    )
    escrows.save_opening(row)
    assert escrows.opening("0xN").reason == "lost"
    assert escrows.opening("0xM") is None
    assert [found.opening_id for found in escrows.openings_of("0xE")] == ["0xN"]
    for content_hash in ("0x1", "0x2", "0x1"):
        escrows.save_contribution(
            ContributionRow(opening_id="0xN", custodian="0xC", content_hash=content_hash, sealed=content_hash.encode())
        )
    assert {found.sealed for found in escrows.contributions("0xN")} == {b"0x1", b"0x2"}
