"""Statements that go straight to the driver: the same rows, types and errors as by SQLAlchemy's own way."""

import pytest
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, NoResultFound

from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.tables import IndexedAccountRow, ReleaseHistoryRow, SurveyRow
from tests.postgres import DATABASES, new_address

_SURVEY = statements.table_of(SurveyRow)
_ACCOUNT = statements.table_of(IndexedAccountRow)


@pytest.fixture(params=DATABASES)
def database(request, tmp_path):
    opened = Database(new_address(request.param, tmp_path))
    opened.save(*(SurveyRow(survey_id=f"0x{n}", document="{}", content_hash=f"0xc{n}") for n in range(5)))
    yield opened
    opened.close()


def test_rows_have_their_columns_as_attributes(database):
    with database.reading() as moment:
        found = moment.execute(select(_SURVEY).where(_SURVEY.c.survey_id == bindparam("which")), {"which": "0x3"})
    assert (found.one().survey_id, found.one().content_hash) == ("0x3", "0xc3")
    assert found.one()._mapping == {"survey_id": "0x3", "document": "{}", "content_hash": "0xc3"}


def test_a_value_that_stands_in_the_statement_is_sent_too(database):
    with database.reading() as moment:
        found = moment.scalars(select(_SURVEY.c.survey_id).where(_SURVEY.c.content_hash == "0xc2"))
    assert found == ["0x2"]


@pytest.mark.parametrize("wanted", [[], ["0x1"], ["0x1", "0x4", "0x9"]])
def test_a_list_may_stand_in_the_statement(database, wanted):
    query = select(_SURVEY.c.survey_id).where(_SURVEY.c.survey_id.in_(bindparam("wanted", expanding=True)))
    with database.reading() as moment:
        assert set(moment.scalars(query, {"wanted": wanted})) == set(wanted) - {"0x9"}
        assert set(moment.scalars(select(_SURVEY.c.survey_id).where(_SURVEY.c.survey_id.in_(wanted)))) == set(
            wanted
        ) - {"0x9"}


def test_flags_and_bytes_keep_their_types(database):
    database.save(IndexedAccountRow(account="0xA", key="0xA", roles=1, is_suspended=True))
    database.save(ReleaseHistoryRow(survey_id="0x1", sealed=b"\x00\xff"))
    account = database.get(IndexedAccountRow, account="0xA")
    assert (account.is_suspended, account.is_resting) == (True, False)
    assert database.get(ReleaseHistoryRow, survey_id="0x1").sealed == b"\x00\xff"
    with database.reading() as moment:
        assert moment.execute(select(_ACCOUNT.c.is_suspended)).scalar() is True


def test_a_row_that_was_read_is_a_row_like_any_other(database):
    row = database.get(SurveyRow, survey_id="0x1")
    assert row == SurveyRow(survey_id="0x1", document="{}", content_hash="0xc1")
    database.save(row.model_copy(update={"content_hash": "0xcc"}))
    row.document = '{"a": 1}'
    assert database.get(SurveyRow, survey_id="0x1").content_hash == "0xcc"
    database.save(row)
    assert database.get(SurveyRow, survey_id="0x1").model_dump() == row.model_dump()


def test_how_many_rows_were_changed_is_told(database):
    change = update(_SURVEY).where(_SURVEY.c.survey_id == bindparam("which")).values(document=bindparam("fresh"))
    assert database.write(lambda moment: moment.execute(change, {"which": "0x1", "fresh": "x"}).rowcount) == 1
    assert database.write(lambda moment: moment.execute(change, {"which": "0x9", "fresh": "x"}).rowcount) == 0
    assert database.get(SurveyRow, survey_id="0x1").document == "x"


def test_errors_are_of_the_kinds_of_sqlalchemy_and_quote_no_value(database):
    with pytest.raises(IntegrityError) as caught:
        database.write(
            lambda moment: statements.add(
                moment, SurveyRow, [{"survey_id": "0x1", "document": "very secret", "content_hash": ""}]
            )
        )
    assert "very secret" not in str(caught.value)


def test_one_is_one(database):
    with database.reading() as moment:
        with pytest.raises(NoResultFound):
            moment.execute(select(_SURVEY).where(_SURVEY.c.survey_id == "0x9")).one()
        with pytest.raises(MultipleResultsFound):
            moment.execute(select(_SURVEY)).one()
        assert moment.execute(select(func.count()).select_from(_SURVEY)).scalar() == 5


def test_a_reader_that_fails_leaves_no_moment_behind(database):
    with pytest.raises(RuntimeError), database.reading():
        raise RuntimeError
    database.save(SurveyRow(survey_id="0x7", document="{}", content_hash=""))
    assert len(database.all(SurveyRow)) == 6, "what was written since is seen"
