"""Files of data that a person has elsewhere: what is read of them, what is refused, and which question it answers."""

import io
import json
import zipfile
from datetime import date

import pytest

from bank_api.protocol.documents.survey import Survey
from wallet_cli.errors import InputError
from wallet_cli.intake import takeout
from wallet_cli.intake.facts import csv_facts, json_document, json_facts
from wallet_cli.intake.fhir import fhir_facts
from wallet_cli.intake.given_data import read_facts
from wallet_cli.intake.mapping import mapped, values

TODAY = date(2026, 11, 28)

PATIENT = {"resourceType": "Patient", "gender": "female", "birthDate": "1985-11-29", "name": [{"family": "Sato"}]}


def observation(code, display, when, **more):
    coding = [{"system": "http://loinc.org", "code": code, "display": display}]
    return {
        "resourceType": "Observation", "status": "final", "code": {"coding": coding}, "effectiveDateTime": when, **more
    }  # fmt: skip


def weight(value, when, status="final"):
    return observation("29463-7", "Body weight", when, valueQuantity={"value": value, "unit": "kg"}) | {
        "status": status
    }


PRESSURE = observation(
    "85354-9", "Blood pressure panel", "2026-10-01",
    component=[
        {"code": {"coding": [{"code": "8480-6", "display": "Systolic"}]},
         "valueQuantity": {"value": 121, "unit": "mmHg"}},
        {"code": {"coding": [{"code": "8462-4", "display": "Diastolic"}]},
         "valueQuantity": {"value": 79, "unit": "mmHg"}},
    ],
)  # fmt: skip


def bundle(*resources):
    return {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}


def survey():
    def number(key, label, low, high, required=False):
        return {
            "key": key, "label": label, "kind": "number", "role": "harmless", "required": required,
            "minimum": low, "maximum": high,
        }  # fmt: skip

    sex = {
        "key": "sex", "label": "gender", "kind": "choice", "role": "harmless",
        "choices": [{"value": 1, "label": "Female"}, {"value": 2, "label": "Male"}],
    }  # fmt: skip
    return Survey.from_json(
        {
            "survey_id": "0x" + "5a" * 32, "title": "Health", "description": "d", "base_coins": 1, "budget_coins": 10,
            "opens_at": 1, "closes_at": 2,
            "questions": [number("age", "Your age", 18, 100, True), sex, number("weight", "Body weight", 20, 300),
                          number("steps", "Step count", 0, 100_000)],
        }
    )  # fmt: skip


def by_path(facts):
    return {fact.path: fact.value for fact in facts}


# ---- what is read ----


def test_a_row_of_a_csv_file_by_its_names():
    assert by_path(csv_facts("age;city\n41;京都\n".encode(), None)) == {"age": "41", "city": "京都"}
    assert by_path(csv_facts(b'\xef\xbb\xbfage,note\n41,"a, b"\n52,\n', 2)) == {"age": "52"}


def test_json_by_its_paths():
    document = json_document(b'{"person": {"age": 41, "spouse": null}, "visits": [{"ok": true}, {"ok": false}]}')
    assert by_path(json_facts(document)) == {"person.age": 41, "visits[0].ok": True, "visits[1].ok": False}


def test_a_patient_and_the_newest_of_each_observation():
    found = fhir_facts(
        bundle(PATIENT, weight(61.4, "2026-09-01"), weight(60.5, "2026-10-01"), weight(99, "2026-11-01", "cancelled"),
               PRESSURE), TODAY,
    )  # fmt: skip
    assert by_path(found) == {
        "Patient.gender": "female", "Patient.birthDate": "1985-11-29", "Patient.age": 40,
        "Observation.29463-7": 60.5, "Observation.8480-6": 121, "Observation.8462-4": 79,
    }  # fmt: skip


def test_an_age_goes_up_on_the_birthday():
    for day, age in ((date(2026, 11, 28), 40), (date(2026, 11, 29), 41)):
        assert by_path(fhir_facts(PATIENT, day))["Patient.age"] == age


def takeout_zip(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    packed.seek(0)
    return packed


PROFILE = json.dumps({"name": {"formattedName": "A"}, "gender": {"type": "female"}, "birthday": "1985-11-28"})
ACTIVITY = "Date,Step count,Distance (m)\n2026-11-01,4000,3000.5\n2026-11-02,,\n2026-11-03,6001,4000.5\n"


def test_a_takeout_archive_gives_profile_and_daily_means():
    found = takeout.takeout_facts(
        takeout_zip({takeout.PROFILE: PROFILE, takeout.ACTIVITY: ACTIVITY, "Takeout/Mail/all.mbox": "private"}), TODAY
    )
    assert by_path(found) == {
        "Profile.gender": "female", "Profile.birthday": "1985-11-28", "Profile.age": 41,
        "Fit.Step count": 5000.5, "Fit.Distance (m)": 3500.5,
    }  # fmt: skip


def test_the_kind_is_found_by_the_content(tmp_path):
    (tmp_path / "a.csv").write_text("age\n41\n")
    (tmp_path / "b.json").write_text('{"age": 41}')
    (tmp_path / "c.json").write_text(json.dumps(PATIENT))
    (tmp_path / "d.bin").write_bytes(takeout_zip({takeout.PROFILE: PROFILE}).getvalue())
    kinds = [read_facts(tmp_path / name, None, None, TODAY)[0] for name in ("a.csv", "b.json", "c.json", "d.bin")]
    assert kinds == ["csv", "json", "fhir", "takeout"]


def test_facts_show_no_values_in_a_log():
    assert "41" not in repr(csv_facts(b"age\n41\n", None))


# ---- wrong files ----


@pytest.mark.parametrize(
    ("content", "row", "field"),
    [
        (b"", None, "FILE"),
        (b"age\n", None, "FILE"),
        (b"age,age\n1,2\n", None, "FILE"),
        (b"age,\n1,2\n", None, "FILE"),
        (b"age,x\n1\n", None, "FILE"),
        (b'age,x\n"1,2\n', None, "FILE"),
        (b"age\n1\n2\n", None, "--row"),
        (b"age\n1\n2\n", 3, "--row"),
        (b"\xff\xfe\x00", None, "FILE"),
    ],
)
def test_a_wrong_csv_file_is_refused(content, row, field):
    with pytest.raises(InputError) as refused:
        csv_facts(content, row)
    assert refused.value.field == field


@pytest.mark.parametrize("content", [b"", b"{", b"[1,]", b'{"a": NaN}', b"\xff", b"[" * 100_000])
def test_a_wrong_json_file_is_refused(content):
    with pytest.raises(InputError):
        json_document(content)


def test_json_that_nests_too_deeply_is_refused():
    with pytest.raises(InputError, match="nests"):
        json_facts(json_document(b"[" * 40 + b"1" + b"]" * 40))


@pytest.mark.parametrize(
    "document",
    [
        {"resourceType": "Practitioner"},
        {"resourceType": "Bundle", "entry": "x"},
        {"resourceType": "Bundle", "entry": [{"resource": 3}]},
        {"resourceType": "Patient", "birthDate": "1985"},
        bundle(PATIENT, PATIENT),
        observation("1", "a", "2026", valueQuantity={"value": "many"}),
        {"resourceType": "Observation", "status": "final", "code": "x"},
        bundle(weight(1, "2026", "entered-in-error")),
    ],
)
def test_wrong_fhir_is_refused(document):
    with pytest.raises(InputError) as refused:
        fhir_facts(document, TODAY)
    assert refused.value.field == "FILE"


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"Takeout/Mail/all.mbox": "x"},
        {takeout.PROFILE: "[]"},
        {takeout.PROFILE: '{"birthday": "yesterday"}'},
        {takeout.PROFILE: "{"},
        {takeout.ACTIVITY: "Date,Step count\n2026-11-01,many\n"},
    ],
)
def test_a_wrong_takeout_archive_is_refused(files):
    with pytest.raises(InputError):
        takeout.takeout_facts(takeout_zip(files), TODAY)


def test_an_entry_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(takeout, "BYTES_MAX", 100)
    with pytest.raises(InputError):
        takeout.takeout_facts(takeout_zip({takeout.PROFILE: " " * 101 + PROFILE}), TODAY)


def test_a_file_of_another_kind_than_was_said_is_refused(tmp_path):
    (tmp_path / "a").write_text('{"age": 41}')
    for kind, field in (("fhir", "FILE"), ("takeout", "FILE"), ("csv", "FILE"), ("xml", "--format")):
        with pytest.raises(InputError) as refused:
            read_facts(tmp_path / "a", kind, None, TODAY)
        assert refused.value.field == field
    with pytest.raises(InputError):
        read_facts(tmp_path / "nowhere", None, None, TODAY)


# ---- questions and facts ----


def test_questions_find_their_facts_by_key_label_and_wish():
    facts = fhir_facts(bundle(PATIENT, weight(60.5, "2026-10-01")), TODAY)
    found = mapped(survey(), facts, {"steps": "Observation.29463-7"})
    assert values(found) == {"age": 40, "sex": 1, "weight": 61, "steps": 61}
    assert [one.fact.path for one in found] == [
        "Patient.age", "Patient.gender", "Observation.29463-7", "Observation.29463-7"
    ]  # fmt: skip


def test_a_question_can_be_left_out_and_what_is_not_there_is_not_guessed():
    found = mapped(survey(), fhir_facts(PATIENT, TODAY), {"sex": ""})
    assert values(found) == {"age": 40}


def test_what_does_not_fit_is_said_and_not_taken():
    found = mapped(survey(), json_facts({"age": 7, "sex": "unknown", "weight": "heavy", "steps": 1e300}), {})
    assert values(found) == {}
    assert all(one.trouble is not None for one in found)


def test_two_facts_of_one_name_are_chosen_between_by_the_person():
    facts = json_facts({"a": {"age": 41}, "b": {"age": 52}})
    [age, *_] = mapped(survey(), facts, {})
    assert (age.value, "--map" in str(age.trouble)) == (None, True)
    assert values(mapped(survey(), facts, {"age": "b.age"})) == {"age": 52}


@pytest.mark.parametrize("wished", [{"height": "a"}, {"age": "nowhere"}])
def test_a_wish_names_a_question_and_a_fact(wished):
    with pytest.raises(InputError) as refused:
        mapped(survey(), json_facts({"a": 1}), wished)
    assert refused.value.field == "--map"
