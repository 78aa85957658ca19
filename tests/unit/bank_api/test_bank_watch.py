"""What is told of a running bank: figures, log lines, readiness. Never who, and never what they sent."""

import io
import json
import logging
import re
import urllib.request
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from bank_api.app import make_app
from bank_api.figures import Figures
from bank_api.log_lines import FACTS, JsonLines

DASHBOARD = Path(__file__).parents[3] / "docs" / "operating-dashboard.json"


def figures_of(bank):
    port = bank.figures.serve(0)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        return answer.read().decode()


def value(text, name, **labels):
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
    found = [one.value for one in samples if one.name == name and labels.items() <= one.labels.items()]
    assert len(found) == 1, (name, labels)
    return found[0]


def test_requests_batches_and_the_index_are_counted(town):
    person, survey = town.member(), town.survey()
    town.answer(person, survey)
    assert town.client.get("/v1/me").status_code == 401
    assert town.client.get("/nowhere").status_code == 404
    town.bank.follower.fresh().result(20)
    text = figures_of(town.bank)
    written = {"method": "POST", "route": "/v1/surveys/{survey_id}/answers", "status": "201"}
    assert value(text, "azukari_bank_requests_total", **written) == 1
    assert value(text, "azukari_bank_requests_total", method="GET", route="/v1/me", status="401") == 1
    assert value(text, "azukari_bank_requests_total", method="none", route="none", status="404") == 1
    assert value(text, "azukari_bank_batch_items_sum", act="answer") == 1
    assert value(text, "azukari_bank_batch_seconds_count", act="answer") == 1
    assert value(text, "azukari_bank_index_block") == town.bank.head()
    assert value(text, "azukari_bank_index_silent_seconds") >= 0


def test_no_figure_names_anybody(town):
    person, survey = town.member(), town.survey()
    town.answer(person, survey)
    text = figures_of(town.bank).lower()
    for secret in (person.account, survey.survey_id, person.headers["Authorization"].split()[1]):
        assert secret.lower() not in text


def test_a_batch_without_a_receipt_is_counted(town, monkeypatch):
    person, survey = town.member(), town.survey()
    monkeypatch.setattr(town.bank, "figures", Figures())

    def breaks(_puts):
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(town.bank.pds, "put_many", breaks)
    assert person.post(f"/v1/surveys/{survey.survey_id}/answers", town.answer_body(person, survey)).status_code == 500
    assert value(figures_of(town.bank), "azukari_bank_batches_failed_total", act="answer") == 1


# ---- the log ----


@pytest.fixture
def lines():
    """What is logged, as it would stand on standard error."""
    stream = io.StringIO()
    handler, logger = logging.StreamHandler(stream), logging.getLogger("bank_api")
    handler.setFormatter(JsonLines())
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.setLevel(before)


def test_a_request_is_told_by_its_pattern_and_never_by_its_ids(town, lines):
    person, survey = town.member(), town.survey()
    town.bank.settings.log_requests = True
    told = TestClient(make_app(town.bank), raise_server_exceptions=False)
    town.bank.settings.log_requests = False
    body = town.answer_body(person, survey)
    told.post(f"/v1/surveys/{survey.survey_id}/answers?secret=1", json=body, headers=person.headers)
    told.get("/v1/me/passbook", headers=person.headers)
    written, read = lines()[-2:]
    assert (written["method"], written["route"], written["status"]) == ("POST", "/v1/surveys/{survey_id}/answers", 201)
    assert (read["route"], read["status"]) == ("/v1/me/passbook", 200)
    assert set(read) == {"time", "level", "logger", "message", "method", "route", "status", "seconds"}
    said = json.dumps(lines())
    token = person.headers["Authorization"].split()[1]
    for secret in (person.account, survey.survey_id, token, body["sealed_base64"][:40], "secret"):
        assert secret not in said


def test_a_line_is_json_with_its_facts_and_a_fault_never_quotes(lines):
    logger = logging.getLogger("bank_api.test")
    try:
        raise ValueError("what somebody sent")
    except ValueError:
        logger.exception("it broke")
    logger.info("two\nlines", extra={FACTS: {"block": 7}})
    fault, plain = lines()
    assert (fault["level"], fault["logger"], fault["message"], fault["error"]) == (
        "error",
        "bank_api.test",
        "it broke",
        "ValueError",
    )
    assert "test_a_line_is_json" in fault["trace"][-1]
    assert "what somebody sent" not in json.dumps(fault)
    assert (plain["message"], plain["block"]) == ("two\nlines", 7)
    assert plain["time"].endswith("Z")


# ---- readiness ----


def test_a_bank_is_ready_while_it_hears_from_its_ledger(town, refusal, monkeypatch):
    assert town.client.get("/v1/ready").json() == {"status": "ok", "block_number": town.bank.index.reached}
    monkeypatch.setattr(type(town.bank.follower), "silent_seconds", 11.0)
    answer = town.client.get("/v1/ready")
    assert refusal(answer) == (503, "ledger-unreachable")
    assert "11 s" in answer.json()["detail"]


def test_silence_is_counted_from_the_last_answer(mended):
    follower = mended.bank.follower
    follower.fresh().result(20)
    first = follower.silent_seconds
    mended.line.cut_before = "eth_getBlockByNumber"
    with pytest.raises(Exception, match="did not answer"):
        follower.fresh().result(20)
    assert follower.silent_seconds > first


def test_the_dashboard_asks_for_figures_that_there_are_with_labels_that_they_have(town, monkeypatch):
    person, survey = town.member(), town.survey()
    town.answer(person, survey)
    monkeypatch.setattr(town.bank.pds, "put_many", lambda _puts: 1 / 0)  # so that a failed batch is among them
    other = town.member()
    assert other.post(f"/v1/surveys/{survey.survey_id}/answers", town.answer_body(other, survey)).status_code == 500
    samples = [one for family in text_string_to_metric_families(figures_of(town.bank)) for one in family.samples]
    labels = {one.name: one.labels.keys() for one in samples}
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    asked = [target["expr"] for panel in panels for target in panel["targets"]]
    assert len(asked) > 8
    for expression in asked:
        [name] = re.findall(r"azukari_bank_\w+", expression)
        assert name in labels, expression
        grouped = re.findall(r"by \(([^)]*)\)", expression)
        assert {word.strip() for words in grouped for word in words.split(",")} <= labels[name], expression
