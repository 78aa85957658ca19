"""A small survey: 60 members, one tree, one flat category, one number, two sensitive answers, one harmless one."""

import random

import pytest

from bank_api.domain.anonymize import Column, ColumnRole, Hierarchy, ReleasePolicy, anonymize

QUASI, SENSITIVE, HARMLESS = ColumnRole.QUASI_IDENTIFIER, ColumnRole.SENSITIVE, ColumnRole.HARMLESS
EDUCATION = """\
Primary;Basic;*
Secondary;Basic;*
Bachelor;University;*
Master;University;*
Doctorate;University;*
"""


@pytest.fixture
def education():
    return Hierarchy.from_csv(EDUCATION)


@pytest.fixture
def columns(education):
    return [
        Column.identifier("member"),
        Column.number("age", QUASI, 18, 99),
        Column.category("education", QUASI, hierarchy=education),
        Column.category("prefecture", QUASI, ("Hokkaido", "Tokyo", "Kyoto", "Fukuoka")),
        Column.category("vote", SENSITIVE, ("A", "B", "C")),
        Column.number("income", SENSITIVE, 0, 100, integer=False),
        Column.category("drink", HARMLESS, ("tea", "coffee")),
    ]


@pytest.fixture
def make_rows(education):
    def make(count, seed=1, missing=0.0):
        dice = random.Random(seed)

        def maybe(value):
            return None if dice.random() < missing else value

        return [
            {
                "member": f"member-{number}",
                "age": maybe(dice.randint(18, 80)),
                "education": maybe(dice.choice(education.leaves)),
                "prefecture": maybe(dice.choice(("Hokkaido", "Tokyo", "Kyoto", "Fukuoka"))),
                "vote": dice.choice("ABC"),
                "income": round(dice.uniform(0, 25)) * 4.0,
                "drink": dice.choice(("tea", "coffee")),
            }
            for number in range(count)
        ]

    return make


@pytest.fixture
def rows(make_rows):
    return make_rows(60)


@pytest.fixture
def policy():
    return ReleasePolicy(5)


@pytest.fixture
def release(rows, columns, policy):
    return anonymize(rows, columns, policy, random.Random(7))
