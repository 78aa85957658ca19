import json
import random

import pytest

from bank_api.domain.anonymize import Column, ColumnRole, ReleasePolicy, anonymize, preview

AGE = Column.number("age", ColumnRole.QUASI_IDENTIFIER, 0, 99)
VOTE = Column.category("vote", ColumnRole.SENSITIVE, ("A", "B"))


@pytest.fixture
def two_classes():
    """Four of age 20 who all say A; four of age 80 of whom one says B."""
    rows = [{"age": 20, "vote": "A"}] * 4 + [{"age": 80, "vote": vote} for vote in "AAAB"]
    return anonymize(rows, [AGE, VOTE], ReleasePolicy(4), random.Random(1))


def test_homogeneity_counts_those_whose_answer_is_known(two_classes):
    (found,) = two_classes.document.attack.homogeneity
    assert (found.column, found.certain, found.best_guess, found.blind_guess) == ("vote", 0.5, 7 / 8, 7 / 8)


def test_how_many_are_guessed_with_over_80_percent_stands_beside_the_blind_guess():
    """Class of 20: five of six say A (83 %); class of 80: half and half."""
    rows = [{"age": 20, "vote": vote} for vote in "AAAAAB"] + [{"age": 80, "vote": vote} for vote in "ABABAB"]
    (found,) = anonymize(rows, [AGE, VOTE], ReleasePolicy(6), random.Random(1)).document.attack.homogeneity
    assert (found.certain, found.guessed, found.blind_guess) == (0, 0.5, 8 / 12)


def test_linkage_finds_the_smallest_class(two_classes):
    report = two_classes.document.attack
    assert (report.linked_rows_min, report.linkage_risk_mean) == (4, 0.25)


def test_l_removes_certainty():
    rows = [{"age": 20, "vote": "A"}] * 4 + [{"age": 80, "vote": vote} for vote in "AAAB"]
    release = anonymize(rows, [AGE, VOTE], ReleasePolicy(4, l={"vote": 2}), random.Random(1))
    assert release.document.attack.homogeneity[0].certain == 0


def published(release):
    """What a partner reads, with rows and classes in an order of their own."""
    content = json.loads(release.to_json())
    names = list(map(json.dumps, content["table"]["boxes"]))
    rows = sorted(json.dumps([names[row[0]], *row[1:]]) for row in content["table"].pop("rows"))
    return {**content, "method_hash": "", "table": {**content["table"], "boxes": sorted(names), "rows": rows}}


def test_nothing_published_depends_on_the_source_order(rows, columns, policy):
    """A correlation with the order of the consents was a checksum of who is who: it fitted one arrangement only."""
    plain = published(anonymize(rows, columns, policy, random.Random(1)))
    for seed in range(2, 8):
        moved = random.Random(seed).sample(rows, len(rows))
        assert published(anonymize(moved, columns, policy, random.Random(seed))) == plain


def test_the_order_is_measured_at_home_and_about_zero_over_many_releases(rows, columns, policy):
    found = [anonymize(rows, columns, policy, random.Random(seed)).measured.order_correlation for seed in range(40)]
    assert abs(sum(found) / len(found)) < 0.1
    assert max(map(abs, found)) < 0.6


def test_preview_shows_the_class_and_nothing_of_the_member(two_classes):
    seen = preview({"age": 80, "vote": "B"}, two_classes)
    assert seen.described_as == {"age": "80-84"}
    assert (seen.people, seen.answers) == (4, {"vote": {"A": 3, "B": 1}})
    assert seen == preview({"age": 80, "vote": "A"}, two_classes)


def test_preview_of_somebody_no_class_describes(two_classes):
    assert preview({"age": 50, "vote": "A"}, two_classes) is None
    assert preview({"vote": "A"}, two_classes) is None
