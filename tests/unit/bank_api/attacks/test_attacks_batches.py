"""Whoever knows what each batch that joined a home answered in all: who falls below l only by that is found."""

import json
from dataclasses import replace

import pytest

from bank_api.domain.attacks import Evidence, Observed, ObservedClass, differing, report_hash, report_text
from bank_api.protocol.shapes.releases import ReleaseEvidence
from wallet_cli.audited_release import audit_release


def told(*classes):
    return Observed(tuple(ObservedClass(tuple(people), answers) for people, answers in classes))


def evidence(stayed, others, joined):
    """Twelve in two batches gave six x and six y; abc of the first were told again, with the three who joined."""
    return Evidence(
        2,
        (told(("abcdefmnopqr", {"x": 6, "y": 6})), told(("abcuvw", {"x": 4, "y": 2}))),
        {"x": "x", "y": "y"},
        batches=told(("abcdef", stayed), ("mnopqr", others), ("uvw", joined)),
    )


@pytest.fixture(scope="module")
def tampered():
    """uvw gave one x, so abc gave three: all that their batch has. Three share each past, so nobody reads another."""
    return evidence({"x": 3, "y": 3}, {"x": 3, "y": 3}, {"x": 1, "y": 2})


def test_the_rerun_finds_who_falls_below_l_by_the_batches_alone(tampered):
    report = Evidence.from_json(json.loads(json.dumps(tampered.to_json()))).run_again()
    assert (report.below_l_by_intersection, report.below_l_by_counting, report.computed_by_rule) == (0, 0, 0)
    assert report.below_l_by_batches == report.below_l == 6
    assert not report.harmless


def test_batches_that_leave_everybody_l_answers_find_nobody():
    held = evidence({"x": 4, "y": 2}, {"x": 2, "y": 4}, {"x": 2, "y": 1})
    report = Evidence.from_json(held.to_json()).run_again()
    assert (report.below_l_by_batches, report.computed_by_rule) == (0, 0)


def test_a_series_of_seats_has_no_such_figure(tampered):
    report = replace(tampered, batches=None).run_again()
    assert report.below_l_by_batches is None
    assert not {"batches", "below_l_by_batches"} & set(report.to_json())


def test_a_report_of_before_says_nothing_of_it_and_the_audit_finds_the_people_all_the_same(tampered):
    report = tampered.run_again()
    claimed = {"mood": report.to_json()}
    assert audited(tampered, report_text({"mood": report})) == "failed"
    del claimed["mood"]["below_l_by_batches"]
    assert differing(claimed, {"mood": report}) == []
    assert audited(tampered, json.dumps(claimed)) == "failed"
    claimed["mood"]["below_l_by_batches"] = 0
    assert differing(claimed, {"mood": report}) == ["mood.below_l_by_batches"]


def audited(given, attacks):
    method = json.dumps({"policy": {"come_and_go": True}, "attacks": report_hash(attacks)})
    handed = ReleaseEvidence(
        release_id="0x" + "11" * 32,
        method=method,
        method_salt="00" * 16,
        attacks=attacks,
        evidence={"mood": given.to_json()},
    )
    return next(one.outcome for one in audit_release(handed, None, None).checks if one.name == "attacks")
