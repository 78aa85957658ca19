"""Making a release: what it carries, what it never carries, and every refusal by name."""

import hashlib
import json
import random
from dataclasses import fields, replace

import pytest

from bank_api.domain.anonymize import (
    AnonymizedRelease,
    Column,
    ColumnRole,
    PolicyUnreachableError,
    ReleaseDocument,
    ReleaseFormatError,
    ReleasePolicy,
    anonymize,
)
from bank_api.domain.anonymize.cells import number_cell
from bank_api.domain.anonymize.loss import table_loss
from bank_api.domain.anonymize.schema import ColumnKind
from bank_api.domain.anonymize.table import ReleasedColumn, ReleasedTable

QUASI, SENSITIVE = ColumnRole.QUASI_IDENTIFIER, ColumnRole.SENSITIVE
AGE = Column.number("age", QUASI, 0, 120)
VOTE = Column.category("vote", SENSITIVE, ("A", "B"))


def people(*ages, vote="AB"):
    return [{"age": age, "vote": vote[i % len(vote)]} for i, age in enumerate(ages)]


def test_a_release_tells_what_it_reached(release):
    assert release.k >= 5
    assert (release.rows, release.suppressed, release.suppressed_indexes) == (60, 0, ())
    assert 0 < release.loss < 1
    assert release.document.k == release.k
    assert release.document.attack.linked_rows_min == release.k
    assert len(release.records()) == 60
    assert list(release.records()[0]) == ["age", "education", "prefecture", "drink", "vote", "income"]


@pytest.mark.parametrize("count", range(5))
def test_fewer_than_k_rows_are_refused_with_the_number_missing(make_rows, columns, count):
    with pytest.raises(PolicyUnreachableError, match=f"{5 - count} missing") as refused:
        anonymize(make_rows(count), columns, ReleasePolicy(5), random.Random(1))
    assert (refused.value.rule, refused.value.required, refused.value.reached) == ("k", 5, count)


def test_exactly_k_rows_are_one_class(make_rows, columns):
    release = anonymize(make_rows(5), columns, ReleasePolicy(5), random.Random(1))
    assert (release.k, release.measured.classes) == (5, 1)


def test_too_few_answers_for_l_are_refused_with_the_number_missing():
    policy = ReleasePolicy(2, l={"vote": 2})
    with pytest.raises(PolicyUnreachableError, match="1 missing") as refused:
        anonymize(people(20, 30, 40, 50, vote=("A", None)), [AGE, VOTE], policy, random.Random(1))
    assert (refused.value.rule, refused.value.column, refused.value.reached) == ("l", "vote", 1)


def test_without_quasi_identifiers_everybody_is_one_class():
    release = anonymize([{"vote": "A"}] * 6 + [{"vote": "B"}] * 6, [VOTE], ReleasePolicy(5), random.Random(1))
    assert (release.k, release.loss) == (12, 0)


def test_nobody_else_makes_a_release(release):
    values = {f.name: getattr(release, f.name) for f in fields(release)}
    with pytest.raises(TypeError, match="made by anonymize"):
        AnonymizedRelease(**values, made_by=object())
    with pytest.raises((TypeError, ValueError), match="made_by"):  # ValueError before Python 3.13
        replace(release, suppressed_indexes=())


def test_the_loss_is_the_same_in_its_last_digit_whatever_the_order_of_the_classes():
    """A table met in a fresh clone: summed in another order, its loss differed in the last digit."""
    boxes = tuple((number_cell(AGE, 0, high, False),) for high in range(1, 40))
    heading = (ReleasedColumn("age", QUASI, ColumnKind.NUMBER),)
    dice = random.Random(8)
    losses = set()
    for _ in range(50):
        moved = tuple(dice.sample(boxes, len(boxes)))
        losses.add(
            table_loss(ReleasedTable(heading, (), moved, tuple((i,) for i in range(len(moved)))), {"age": AGE}, 0)
        )
    assert len(losses) == 1


def test_the_order_is_fresh_each_time(rows, columns, policy):
    one, other = (anonymize(rows, columns, policy, random.Random(seed)) for seed in (1, 2))
    assert one.document.table.rows != other.document.table.rows
    assert sorted(map(repr, one.records())) == sorted(map(repr, other.records()))
    assert anonymize(rows, columns, policy, random.SystemRandom()).measured.k == one.measured.k


def test_the_method_hash_is_salted_and_its_record_stays_home(rows, columns, policy, release):
    other = anonymize(rows, columns, policy, random.Random(8))
    assert other.method.description == release.method.description
    assert other.method_hash != release.method_hash
    assert release.method_hash == hashlib.sha256(release.method.salt + release.method.description.encode()).digest()
    assert release.method.salt.hex() not in release.to_json()
    assert "suppression_limit" not in release.to_json()


def test_no_identifier_and_no_source_index_is_in_the_json(release):
    text = release.to_json()
    assert "member" not in text
    assert "indexes" not in text
    assert set(json.loads(text)) == {
        "attack", "audience", "format", "k", "l", "loss", "method_hash", "suppressed", "t", "table"
    }  # fmt: skip


def test_json_is_an_inverse(release):
    assert ReleaseDocument.from_json(release.to_json()) == release.document


def changed(text, change):
    content = json.loads(text)
    change(content)
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_a_release_of_another_form_is_refused_by_the_names_of_those_that_can_be_read(release):
    with pytest.raises(ReleaseFormatError, match="only azukari-release-2, azukari-release-3 can be read"):
        ReleaseDocument.from_json(release.to_json().replace("azukari-release-2", "azukari-release-1"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda c: c.pop("k"), "release"),
        (lambda c: c.update(extra=1), "release"),
        (lambda c: c.update(k="5"), "k"),
        (lambda c: c.update(k=True), "k"),
        (lambda c: c.update(loss=float("inf")), "release"),
        (lambda c: c.update(format="azukari-release-1"), "format"),
        (lambda c: c.update(method_hash="zz"), "method_hash"),
        (lambda c: c.update(method_hash="00"), "method_hash"),
        (lambda c: c.update(method_hash=c["method_hash"].upper() + " "), "release"),
        (lambda c: c["l"].update(vote="3"), "l"),
        (lambda c: c["t"].update(vote=1), "t"),
        (lambda c: c["attack"].pop("linked_rows_min"), "attack"),
        (lambda c: c["attack"].update(linked_rows_min=5.0), "attack"),
        (lambda c: c["attack"].update(linkage_risk_mean=1), "attack"),
        (lambda c: c["attack"].update(order_correlation=0.0), "attack"),
        (lambda c: c["attack"]["homogeneity"][0].update(certain=1), "attack"),
        (lambda c: c["attack"]["homogeneity"][0].pop("column"), "attack"),
        (lambda c: c["table"].update(ids=[]), "table"),
        (lambda c: c["table"]["rows"][0].append(1), "rows[0]"),
        (lambda c: c["table"]["rows"][0].__setitem__(0, 999), "rows[0]"),
        (lambda c: c["table"]["rows"][0].__setitem__(1, 3), "rows[0].vote"),
        (lambda c: c["table"]["rows"][0].__setitem__(2, "3"), "rows[0].income"),
        (lambda c: c["table"]["boxes"][0].pop(), "boxes[0]"),
        (lambda c: c["table"]["boxes"][0].__setitem__(0, 3), "boxes[0].age"),
        (lambda c: c["table"]["plain"][0].update(role="identifier"), "plain"),
        (lambda c: c["table"]["plain"][0].update(role="quasi-identifier"), "plain"),
        (lambda c: c["table"]["plain"][0].update(kind="number!"), "plain"),
        (lambda c: c["table"]["plain"][0].pop("name"), "plain"),
    ],
)
def test_json_that_is_no_release_is_refused(release, change, field):
    with pytest.raises(ReleaseFormatError) as refused:
        ReleaseDocument.from_json(changed(release.to_json(), change))
    assert refused.value.field == field


@pytest.mark.parametrize(
    "spoil", [lambda t: t + "\n", lambda t: t.replace(",", ", ", 1), lambda t: t[:-1], lambda t: "[" * 9999]
)
def test_json_that_is_not_canonical_is_refused(release, spoil):
    with pytest.raises(ReleaseFormatError):
        ReleaseDocument.from_json(spoil(release.to_json()))


def test_no_answer_is_a_class_of_its_own():
    rows = people(*range(20, 40), *[None] * 6)
    release = anonymize(rows, [AGE, VOTE], ReleasePolicy(5), random.Random(1))
    texts = {record["age"] for record in release.records()}
    assert "no answer" in texts
    assert not any(" or " in str(text) for text in texts)


def test_too_few_without_answer_are_blurred_or_within_the_limit_left_out():
    rows = people(*range(20, 40), None, None)
    blurred = anonymize(rows, [AGE, VOTE], ReleasePolicy(5), random.Random(1))
    assert sum("or no answer" in str(record["age"]) for record in blurred.records()) in range(5, 10)
    left_out = anonymize(rows, [AGE, VOTE], ReleasePolicy(5, suppression_limit=0.1), random.Random(1))
    assert left_out.suppressed_indexes == (20, 21)
    assert left_out.document.suppressed == 2
    assert all("no answer" not in str(record["age"]) for record in left_out.records())


def test_a_singular_number_is_left_out_within_the_limit():
    rows = people(*range(20, 60), 116)
    assert anonymize(rows, [AGE, VOTE], ReleasePolicy(5), random.Random(1)).suppressed == 0
    release = anonymize(rows, [AGE, VOTE], ReleasePolicy(5, suppression_limit=0.05), random.Random(1))
    assert release.suppressed_indexes == (40,)
    young = anonymize(
        people(1, *range(60, 100)), [AGE, VOTE], ReleasePolicy(5, suppression_limit=0.05), random.Random(1)
    )
    assert young.suppressed_indexes == (0,)


def test_suppression_never_takes_what_l_needs():
    """The only B is also the only one who did not state an age: leaving that person out would make l unreachable."""
    rows = [{"age": 20 + i, "vote": "A"} for i in range(30)] + [{"age": None, "vote": "B"}]
    policy = ReleasePolicy(5, l={"vote": 2}, suppression_limit=0.1)
    release = anonymize(rows, [AGE, VOTE], policy, random.Random(1))
    assert (release.suppressed, release.measured.l) == (0, {"vote": 2})


def test_suppression_never_leaves_fewer_than_k():
    rows = people(20, 21, 22, 23, 24, None)
    policy = ReleasePolicy(6, suppression_limit=0.9)
    assert anonymize(rows, [AGE, VOTE], policy, random.Random(1)).rows == 6
