"""After a lost key was replaced, a member's answers open with the new key and not the old; a crash is made good."""

import pytest

from bank_api.flows import rewrap
from bank_api.protocol.documents.answer import answer_context
from chaincode.ids import to_hex
from pds_adapter.errors import EnvelopeForgedError, StoreUnavailableError
from pds_adapter.sealing.envelope import PublicKey, SealedDocument, open_sealed, seal
from wallet_cli.signing.recovery import approve_recovery, ask_recovery, words_of

WEEK = 7 * 86400


@pytest.fixture(scope="module")
def board(town):
    return town.organization("board")


def begun(town, board, person, new):
    """A recovery by operator and board whose time to veto is over: where to complete it, and with what."""
    body = approve_recovery(board.signer, ask_recovery(new.signer, person.account, town.new_id()))
    sent = body.model_dump(mode="json")
    town.operator.done("/v1/operator/recoveries", sent)
    town.chain.advance(WEEK)
    town.operator.log_in()
    return f"/v1/recoveries/{to_hex(words_of(body).recovery_id)}/completion", sent


def completed(town, board, person, new):
    answer = town.post(*begun(town, board, person, new))
    assert answer.status_code == 201, answer.text
    return answer.json()


def answered(town, count=3):
    person, surveys = town.member(), [town.survey() for _ in range(count)]
    for survey in surveys:
        town.answer(person, survey)
    return person, surveys


def stored(person, from_base64):
    documents = person.get("/v1/me/documents")["documents"]
    return [SealedDocument.from_bytes(from_base64(one["sealed_base64"])) for one in documents]


def kept(town, account):
    return [document.content for document in town.bank.pds.export(account)]


def recipients(town, key):
    return {PublicKey.from_hex(key), town.bank.release_key.public}


def test_answers_open_with_the_new_key_and_no_longer_with_the_old(town, board, from_base64):
    (person, surveys), new = answered(town), town.newcomer()
    receipt = completed(town, board, person, new)
    assert (receipt["documents_wrapped"], receipt["documents_closed"]) == (3, 0)
    assert all(set(one.recipients) == recipients(town, new.encryption_key) for one in kept(town, person.account))
    new.log_in()
    contexts = {answer_context(survey.survey_id, person.account) for survey in surveys}
    for sealed in stored(new, from_base64):
        assert any(_opens(sealed, new.signer.encryption, context) for context in contexts)


def test_a_recovery_completed_again_wraps_nothing_twice(town, board):
    (person, _), new = answered(town, 1), town.newcomer()
    path, body = begun(town, board, person, new)
    assert town.post(path, body).json()["documents_wrapped"] == 1
    before = kept(town, person.account)
    again = town.post(path, body).json()
    assert (again["repeated"], again["documents_wrapped"]) == (True, 0)
    assert kept(town, person.account) == before


def test_wrapping_that_died_halfway_is_finished_when_the_member_reads(town, board, from_base64, monkeypatch):
    (person, _), new = answered(town), town.newcomer()
    put_many, calls, recovery = town.bank.pds.put_many, [], begun(town, board, person, new)

    def dying(puts):
        calls.append(puts)
        if len(calls) > 1:
            raise StoreUnavailableError("pds", "the power went")
        return put_many(puts)

    with monkeypatch.context() as power:
        power.setattr(rewrap, "DOCUMENTS_AT_ONCE", 1)
        power.setattr(town.bank.pds, "put_many", dying)
        assert town.post(*recovery).status_code == 503
    mine = recipients(town, new.encryption_key)
    assert sum(set(one.recipients) == mine for one in kept(town, person.account)) == 1
    new.log_in()
    assert [set(one.recipients) for one in stored(new, from_base64)] == [mine] * 3


def test_what_the_bank_cannot_open_stays_as_it_is_and_is_counted(town, board):
    (person, _), new = answered(town, 1), town.newcomer()
    private = seal(b"mine alone", [person.signer.encryption.public], b"x")
    town.bank.pds.put(person.account, "notes", "diary", private)
    receipt = completed(town, board, person, new)
    assert (receipt["documents_wrapped"], receipt["documents_closed"]) == (1, 1)
    assert private in kept(town, person.account)


def test_an_organization_without_a_store_gets_a_new_key_as_well(town, board):
    partner, new = town.organization("partner"), town.newcomer()
    receipt = completed(town, board, partner, new)
    assert (receipt["documents_wrapped"], receipt["documents_closed"]) == (0, 0)


def test_a_release_after_a_recovery_still_finds_the_answers(town, board):
    count = 4
    board.log_in()
    survey, partner = town.survey(), town.organization("partner")
    people, new = [town.member() for _ in range(count)], town.newcomer()
    for index, person in enumerate(people):
        town.answer(person, survey, age=40, vote=index % 2)
    town.fund(partner, 2000)
    request_id = town.request(partner, survey, ["age", "vote"])
    town.decide(board, request_id)
    for person in people:
        town.consent(person, request_id)
    completed(town, board, people[0], new)
    assert town.release(request_id).json()["rows"] == count


def _opens(sealed, key_pair, context):
    try:
        return bool(open_sealed(sealed, key_pair, context).content)
    except EnvelopeForgedError:  # another answer's context
        return False
