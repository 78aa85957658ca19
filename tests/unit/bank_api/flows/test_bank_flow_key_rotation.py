"""The release key is replaced: every document passes to the new one, whatever dies on the way; the old one is gone."""

import pytest
from typer.testing import CliRunner

from bank_api import release_keys
from bank_api.cli import cli
from bank_api.flows.key_rotation import KeyRotation
from bank_api.flows.opening import open_bank
from bank_api.release_keys import FORMER, KEY, NEXT, RotationRefusedError
from pds_adapter.personium_simulator.server import PersoniumSimulator
from tests.unit.bank_api.flows.offered_unit import town_with
from wallet_cli.signing import answer as answering

TOKEN = "the-token-of-a-unit-for-rotation"


@pytest.fixture
def town(tmp_path, monkeypatch):
    state = {"down": False}
    monkeypatch.setattr("pds_adapter.stores.guarded.REST_SECONDS", 0.0)
    with (
        PersoniumSimulator(TOKEN, failing=lambda _: state["down"]) as unit,
        town_with(unit, TOKEN, tmp_path) as made,
    ):
        made.unit = state
        (tmp_path / KEY).write_text("07" * 32)
        yield made


def rotated(town):
    """The bank as it is after its key was replaced and it was started again; and the key before."""
    before = town.bank.release_key
    keys = release_keys.rotate(town.folder)
    bank = town.bank
    bank.release_key, bank.former_release_key, bank.takes_former_key = keys.present, before, True
    open_bank(bank)
    return before


def run(town):
    rotation = KeyRotation(town.bank, settle_seconds=0, pause_seconds=0.01)
    rotation.start()
    return rotation


def test_an_answer_sent_again_after_it_was_wrapped_anew_is_the_same_answer(town):
    people, survey = [town.member() for _ in range(2)], town.survey()
    town.client.put("/v1/me/place", json={"offer": "unit"}, headers=people[1].headers)
    bodies = [town.answer_body(person, survey) for person in people]
    path = f"/v1/surveys/{survey.survey_id}/answers"
    first = [person.done(path, body) for person, body in zip(people, bodies, strict=True)]
    before = rotated(town)
    assert KeyRotation(town.bank, settle_seconds=0)._pass(before, is_last=False)
    assert all(before.public not in wraps for person in people for wraps in recipients(town, person))
    again = [person.done(path, body) for person, body in zip(people, bodies, strict=True)]
    assert [one["id"] for one in again] == [one["id"] for one in first]
    assert all(one["repeated"] for one in again)
    assert [len(list(town.bank.pds.export(person.account))) for person in people] == [1, 1]
    other = town.answer_body(people[0], survey, age=41, vote=0)
    other["answer"] = bodies[0]["answer"]
    assert people[0].post(path, other).status_code == 422


def recipients(town, person):
    return [set(one.content.recipients) for one in town.bank.pds.export(person.account)]


def test_every_document_passes_to_the_new_key_and_the_old_one_is_destroyed(town):
    people, survey = [town.member() for _ in range(3)], town.survey()
    for person in people:
        town.answer(person, survey)
    town.client.put("/v1/me/place", json={"offer": "unit"}, headers=people[1].headers)
    before = rotated(town)
    assert town.about().release_public_key == town.bank.release_key.public.to_hex()
    assert people[0].proven.release_key(town.about().release_public_key) == town.bank.release_key.public
    run(town).wait()
    for person in people:
        expected = {person.signer.encryption.public, town.bank.release_key.public}
        assert recipients(town, person) == [expected]
    assert before.public != town.bank.release_key.public
    assert not (town.folder / FORMER).exists()
    progress = release_keys.progress_of(town.folder)
    assert (progress.is_finished, progress.wrapped, progress.waiting) == (True, 3, 0)
    assert release_keys.load(town.folder).former is None


def test_a_release_goes_out_in_the_middle_of_a_rotation_and_after_it(town):
    partner, board = town.organization("partner"), town.organization("board")
    town.fund(partner, 10_000)
    survey, people = town.survey(), [town.member() for _ in range(6)]
    for at, person in enumerate(people):
        town.answer(person, survey, age=40 + at % 2, vote=at % 2, tea=1)
    requests = []
    for _ in range(3):
        requests.append(town.request(partner, survey, ["age", "vote"]))
        town.decide(board, requests[-1])
        for person in people:
            town.consent(person, requests[-1])
    early = town.release(requests.pop(0)).json()
    rotated(town)
    assert town.release(requests[0]).status_code in (201, 409)  # seats may refuse it, not the key
    run(town).wait()
    assert town.release(requests[1]).status_code in (201, 409)
    assert town.bank.catalog.surveys_with_history()
    path = f"/v1/proofs/releases/{early['release_id']}/row"  # what went out under the former key
    assert [person.get(path)["survey_id"] for person in people] == [survey.survey_id] * len(people)


def test_what_is_sealed_to_the_former_key_is_taken_until_it_ends(town, refusal):
    early, late, survey = town.member(), town.member(), town.survey()
    before = rotated(town)

    def sealed_to_former(person):
        values = {"age": 40, "vote": 1, "tea": 1}
        made = answering.answer_survey(person.signer, survey, values, before.public.to_hex())
        return {"answer": made.signed.to_json()} | made.parts.model_dump()

    path = f"/v1/surveys/{survey.survey_id}/answers"
    assert early.done(path, sealed_to_former(early))["accepted"]
    run(town).wait()
    assert recipients(town, early) == [{early.signer.encryption.public, town.bank.release_key.public}]
    assert refusal(late.post(path, sealed_to_former(late))) == (422, "invalid-input")
    assert town.answer(late, survey)["accepted"]


def test_a_store_that_is_down_is_come_back_to(town):
    person, other, survey = town.member(), town.member(), town.survey()
    for one in (person, other):
        town.answer(one, survey)
    town.client.put("/v1/me/place", json={"offer": "unit"}, headers=person.headers)
    before = rotated(town)
    town.unit["down"] = True
    rotation = KeyRotation(town.bank, settle_seconds=0, pause_seconds=0.01)
    assert rotation._advance() is False
    assert release_keys.progress_of(town.folder).waiting == 1
    assert recipients(town, other) == [{other.signer.encryption.public, town.bank.release_key.public}]
    assert (town.folder / FORMER).exists()
    town.unit["down"] = False
    assert before.public in recipients(town, person)[0]
    rotation.start()
    rotation.wait()
    assert recipients(town, person) == [{person.signer.encryption.public, town.bank.release_key.public}]
    assert not (town.folder / FORMER).exists()


def test_one_that_died_in_the_middle_goes_on(town, monkeypatch):
    people, survey = [town.member() for _ in range(3)], town.survey()
    for person in people:
        town.answer(person, survey)
    before = rotated(town)
    put_many, left = town.bank.pds.put_many, [1]

    def die(puts):
        if left[0] == 0:
            raise KeyboardInterrupt
        left[0] -= 1
        return put_many(puts)

    with monkeypatch.context() as patched:
        patched.setattr(town.bank.pds, "put_many", die)
        with pytest.raises(KeyboardInterrupt):
            KeyRotation(town.bank, 0)._advance()
    assert sum(before.public in recipients(town, person)[0] for person in people) == 2
    assert release_keys.load(town.folder).former == before
    run(town).wait()
    assert all(before.public not in recipients(town, person)[0] for person in people)


def test_nothing_is_done_where_nothing_was_rotated(town):
    rotation = KeyRotation(town.bank, 0)
    rotation.start()
    rotation.close()
    assert release_keys.progress_of(town.folder) is None


# ---- the two renames, killed between them ----


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    release_keys.load(folder)
    return folder


def test_a_rotation_keeps_the_former_key_and_waits_for_its_end(data):
    first = release_keys.load(data).present
    keys = release_keys.rotate(data)
    assert (keys.former, keys.present == first) == (first, False)
    assert sorted(one.name for one in data.iterdir()) == [KEY, FORMER]
    assert {one.stat().st_mode & 0o777 for one in data.iterdir()} == {0o600}
    with pytest.raises(RotationRefusedError):
        release_keys.rotate(data)
    release_keys.forget_former(data)
    assert release_keys.load(data).former is None
    assert release_keys.rotate(data).former == keys.present


def test_a_rotation_that_died_is_none_and_the_next_goes_on(data):
    first = release_keys.load(data).present
    (data / NEXT).write_text("08" * 32)  # died after 1.
    assert release_keys.load(data) == release_keys.ReleaseKeys(first)
    (data / FORMER).write_text((data / KEY).read_text())  # died after 2.
    assert release_keys.load(data) == release_keys.ReleaseKeys(first)
    keys = release_keys.rotate(data)
    assert (keys.former, keys.present.secret == first.secret) == (first, False)
    assert (data / KEY).read_text() == "08" * 32
    assert not (data / NEXT).exists()


@pytest.mark.parametrize(("language", "said"), [("en", "release key"), ("ja", "提供用の鍵")])
def test_the_commands_rotate_and_tell(data, language, said):
    def azukari_bank(*words, code=0):
        done = CliRunner().invoke(cli, [*words, "--data", str(data)], env={"AZUKARI_LANGUAGE": language})
        assert done.exit_code == code, done.output
        return done.output

    assert said in azukari_bank("release-key")
    key = release_keys.load(data).present.public.to_hex()
    assert key not in azukari_bank("rotate-release-key")
    assert key not in azukari_bank("release-key")
    azukari_bank("rotate-release-key", code=2)
    release_keys.note(data, release_keys.Progress(10, 4, 3, 1))
    assert "4" in azukari_bank("release-key")
    release_keys.note(data, release_keys.Progress(10, 10, 9, 0, True))
    assert "9" in azukari_bank("release-key")
