"""A line to a server: what goes in one packet, what a cut costs, and whose an error is that is told late."""

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bank_api.errors import DatabaseDownError, InvalidInputError
from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.tables import SurveyRow
from scripts.stage.postgres import PostgresServer
from tests.postgres import NEEDS_SERVER, server

pytestmark = NEEDS_SERVER
_SURVEY = statements.table_of(SurveyRow)
_BY_ID = statements.rows_where(SurveyRow, ("survey_id",))


def survey(number, document="{}"):
    return SurveyRow(survey_id=f"0x{number}", document=document, content_hash=f"0xc{number}")


@pytest.fixture(scope="module")
def database():
    opened = Database(server().new_database())
    opened.save(survey(0))
    yield opened
    opened.close()


def line_of(lines):
    """The one that is free."""
    with lines.one() as line:
        return line


def trips(lines, ask):
    """How often the server was asked meanwhile, over a line that knows the statements already."""
    ask()
    line = line_of(lines)
    before = line.round_trips
    ask()
    return line.round_trips - before


def cut(database, lines):
    """The server hangs up on every line that is free, as when it was started anew."""
    pids = []
    for line in lines._free:
        line.begin()
        pids.append(line.run("SELECT pg_backend_pid()", ())[0][0][0])
    with database.session() as session:
        for pid in pids:
            assert session.connection().exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 10000)").scalar()
    return len(pids)


def test_who_reads_nothing_keeps_the_line(database):
    with database.reading():
        pass
    line = line_of(database._lines)
    with database.reading():
        pass
    assert line_of(database._lines) is line


def test_what_is_read_together_begins_with_its_first_question_and_ends_without_an_answer(database):
    def three():
        with database.reading() as moment:
            for _ in range(3):
                moment.execute(_BY_ID, {"survey_id": "0x0"})

    assert trips(database._lines, three) == 3
    assert trips(database._lines, lambda: database.get(SurveyRow, survey_id="0x0")) == 1


def test_what_nobody_waits_for_goes_together(database):
    def work(moment):
        for number in range(20):
            statements.save(moment, SurveyRow, [survey(number).model_dump()])

    assert trips(database._pens, lambda: database.write(work)) == 3, "the pen, what was told, the end"
    assert len(database.all(SurveyRow)) == 20


def test_many_questions_are_one_and_many_more_a_few(database):
    def each(count):
        with database.reading() as moment:
            asked = [{"survey_id": f"0x{number % 25}"} for number in range(count)]
            return [found.first() and found.first().survey_id for found in moment.execute_each(_BY_ID, asked)]

    assert each(25) == [f"0x{number}" for number in range(20)] + [None] * 5
    assert trips(database._lines, lambda: each(25)) == 1
    assert len(each(1000)) == 1000
    assert trips(database._lines, lambda: each(1000)) == 8


@pytest.mark.parametrize("count", [1, 127, 128, 129, 700])
def test_however_much_is_told_all_of_it_is_done(database, count):
    rows = [survey(f"t{count}-{number}").model_dump() for number in range(count)]
    database.write(lambda moment: statements.add(moment, SurveyRow, rows))
    with database.reading() as moment:
        kept = moment.scalars(select(_SURVEY.c.survey_id).where(_SURVEY.c.survey_id.like(f"0xt{count}-%")))
    assert len(kept) == count


def test_a_line_that_was_cut_between_two_readings_is_nobodys_trouble(database):
    assert cut(database, database._lines) >= 1
    with database.reading() as moment:
        assert moment.execute(_BY_ID, {"survey_id": "0x0"}).one().document == "{}"
    assert cut(database, database._pens) >= 1
    database.save(survey(0, "again"))
    assert database.get(SurveyRow, survey_id="0x0").document == "again"


def test_who_has_been_answered_is_told_that_the_line_was_cut(database):
    """The rest would be of another moment."""
    with database.reading() as moment:
        pid = moment.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with database.session() as session:
            session.connection().exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 10000)")
        with pytest.raises(DatabaseDownError):
            moment.execute(_BY_ID, {"survey_id": "0x0"})
    assert database.get(SurveyRow, survey_id="0x0") is not None


def test_a_write_that_is_cut_before_its_end_leaves_nothing_and_says_so(database):
    def work(moment):
        statements.save(moment, SurveyRow, [survey("half").model_dump()])
        pid = moment.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with database.session() as session:
            session.connection().exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 10000)")

    with pytest.raises(DatabaseDownError):
        database.write(work)
    assert database.get(SurveyRow, survey_id="0xhalf") is None
    database.save(survey("whole"))
    assert database.get(SurveyRow, survey_id="0xwhole") is not None


def test_what_fails_late_fails_its_own_work_alone(database):
    """All go to one commit: the first holds the pen until all have come."""
    come, done = threading.Event(), {}

    def first(moment):
        assert come.wait(10)
        statements.save(moment, SurveyRow, [survey("first").model_dump()])

    def adding(*numbers):
        rows = [survey(number).model_dump() for number in numbers]
        return lambda moment: statements.add(moment, SurveyRow, rows)

    works = [first, adding("a"), adding("b", 0), adding("c", "e\0"), adding("d")]
    futures = [database._writer.put(work) for work in works]
    come.set()
    for name, future in zip("1abcd", futures, strict=True):
        done[name] = type(future.exception(10))
    assert done == {"1": type(None), "a": type(None), "b": IntegrityError, "c": InvalidInputError, "d": type(None)}
    there = {number for number in ("first", "a", "b", "c", "d") if database.get(SurveyRow, survey_id=f"0x{number}")}
    assert there == {"first", "a", "d"}


def test_a_packet_that_fits_no_buffer_arrives(database):
    rows = [survey(f"big{number}", "x" * 4_000_000).model_dump() for number in range(8)]
    database._writer.put(lambda moment: statements.add(moment, SurveyRow, rows)).result(20)
    found = database.get(SurveyRow, survey_id="0xbig7")
    assert found is not None
    assert len(found.document) == 4_000_000


def test_words_arrive_whatever_the_line_would_speak(database, monkeypatch):
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    while database._lines._free:
        database._lines._free.pop().close()
    database._pens.close()
    database.save(survey("word", "銀行 é"))
    assert database.get(SurveyRow, survey_id="0xword").document == "銀行 é"


def test_what_cannot_be_spelt_takes_nothing_else_along(database):
    with database.reading() as moment:
        with pytest.raises(InvalidInputError):
            moment.execute(_BY_ID, {"survey_id": "\0"})
        assert moment.exec_driver_sql("SHOW transaction_isolation").scalar() == "repeatable read"


def test_what_fails_alone_leaves_the_line_as_it_was(database):
    with pytest.raises(IntegrityError):
        database.write(lambda moment: statements.add(moment, SurveyRow, [survey(0).model_dump()]))
    with pytest.raises(ZeroDivisionError):
        database.write(lambda moment: statements.save(moment, SurveyRow, [survey("z").model_dump()]) or 1 // 0)
    assert database.get(SurveyRow, survey_id="0xz") is None
    database.save(survey("y"))
    assert database.get(SurveyRow, survey_id="0xy") is not None


def test_a_server_that_is_gone_is_told_of_and_found_again():
    with PostgresServer() as alone:
        database = Database(alone.new_database())
        database.save(survey(1))
        assert database.get(SurveyRow, survey_id="0x1") is not None
        alone.stop("immediate")
        for ask in (lambda: database.all(SurveyRow), lambda: database.save(survey(2))):
            with pytest.raises(DatabaseDownError):
                ask()
        alone.start()
        assert [row.survey_id for row in database.all(SurveyRow)] == ["0x1"]
        database.save(survey(2))
        assert len(database.all(SurveyRow)) == 2
        database.close()
