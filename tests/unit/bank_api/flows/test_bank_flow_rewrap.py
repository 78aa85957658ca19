"""After a key rotation a member's answers open with the new key; the old one opens nothing; any crash is made good."""

from bank_api.flows import rewrap
from bank_api.protocol.documents.answer import answer_context
from chaincode.ids import to_hex
from pds_adapter.errors import EnvelopeForgedError, StoreUnavailableError
from pds_adapter.sealing.envelope import PublicKey, SealedDocument, open_sealed, seal


def rotation(town, new):
    return {
        "new_key": new.account, "encryption_key": new.encryption_key, "evidence_hash": to_hex(town.new_id()),
    }  # fmt: skip


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


def test_answers_open_with_the_new_key_and_no_longer_with_the_old(town, from_base64):
    (person, surveys), new = answered(town), town.newcomer()
    receipt = town.operator.done(f"/v1/members/{person.account}/key", rotation(town, new))
    assert (receipt["documents_wrapped"], receipt["documents_closed"]) == (3, 0)
    assert all(set(one.recipients) == recipients(town, new.encryption_key) for one in kept(town, person.account))
    new.log_in()
    contexts = {answer_context(survey.survey_id, person.account) for survey in surveys}
    for sealed in stored(new, from_base64):
        assert any(_opens(sealed, new.signer.encryption, context) for context in contexts)


def test_a_rotation_repeated_wraps_nothing_twice(town):
    (person, _), new = answered(town, 1), town.newcomer()
    path, body = f"/v1/members/{person.account}/key", rotation(town, new)
    assert town.operator.done(path, body)["documents_wrapped"] == 1
    before = kept(town, person.account)
    again = town.operator.done(path, body)
    assert (again["repeated"], again["documents_wrapped"]) == (True, 0)
    assert kept(town, person.account) == before


def test_wrapping_that_died_halfway_is_finished_when_the_member_reads(town, from_base64, monkeypatch):
    (person, _), new = answered(town), town.newcomer()
    put_many, calls = town.bank.pds.put_many, []

    def dying(puts):
        calls.append(puts)
        if len(calls) > 1:
            raise StoreUnavailableError("pds", "the power went")
        return put_many(puts)

    with monkeypatch.context() as power:
        power.setattr(rewrap, "DOCUMENTS_AT_ONCE", 1)
        power.setattr(town.bank.pds, "put_many", dying)
        assert town.operator.post(f"/v1/members/{person.account}/key", rotation(town, new)).status_code == 503
    mine = recipients(town, new.encryption_key)
    assert sum(set(one.recipients) == mine for one in kept(town, person.account)) == 1
    new.log_in()
    assert [set(one.recipients) for one in stored(new, from_base64)] == [mine] * 3


def test_what_the_bank_cannot_open_stays_as_it_is_and_is_counted(town):
    (person, _), new = answered(town, 1), town.newcomer()
    private = seal(b"mine alone", [person.signer.encryption.public], b"x")
    town.bank.pds.put(person.account, "notes", "diary", private)
    receipt = town.operator.done(f"/v1/members/{person.account}/key", rotation(town, new))
    assert (receipt["documents_wrapped"], receipt["documents_closed"]) == (1, 1)
    assert private in kept(town, person.account)


def test_an_organization_without_a_store_rotates_its_key_as_well(town):
    partner, new = town.organization("partner"), town.newcomer()
    receipt = town.operator.done(f"/v1/members/{partner.account}/key", rotation(town, new))
    assert (receipt["documents_wrapped"], receipt["documents_closed"]) == (0, 0)


def test_a_release_after_a_rotation_still_finds_the_answers(town):
    count = 4
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    people, new = [town.member() for _ in range(count)], town.newcomer()
    for index, person in enumerate(people):
        town.answer(person, survey, age=40, vote=index % 2)
    town.fund(partner, 2000)
    request_id = town.request(partner, survey, ["age", "vote"])
    town.decide(board, request_id)
    for person in people:
        town.consent(person, request_id)
    town.operator.done(f"/v1/members/{people[0].account}/key", rotation(town, new))
    assert town.release(request_id).json()["rows"] == count


def _opens(sealed, key_pair, context):
    try:
        return bool(open_sealed(sealed, key_pair, context).content)
    except EnvelopeForgedError:  # another answer's context
        return False
