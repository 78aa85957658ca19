"""What is read of releases in homes, where a class is told in rooms: as of a series that knows no seats."""

import pytest

from bank_api.domain.dry_run import attack_files

PLACES = (20, 50)
"""Where the first room of each class begins; its second follows ten years later."""


def release(first, left=()):
    """Two classes of two rooms, and their source table; who left is in neither."""
    lines, source = [f"{first},age,mood"], ["id,age,mood"]
    for of, begins in enumerate(PLACES, 1):
        for n in range(12):
            if f"p{of}-{n}" not in left:
                number, low, mood = f"{10 * of + n // 6},{of}", begins + 10 * (n // 6), "abc"[n % 3]
                number = number if "class," in first else str(of)
                lines.append(f"{number},{low}..{low + 9},{mood}")
                source.append(f"p{of}-{n},{low + n % 6},{mood}")
    return "\n".join(lines) + "\n", "\n".join(source) + "\n"


@pytest.mark.parametrize("first", ["class,class_of_answers", "class_of_answers", "class_of_answers_", "class"])
def test_nobody_is_read_by_a_rule_of_seats_where_there_are_none(first):
    (one, here), (other, later) = release(first), release(first, left=["p1-0"])
    given = [("one", one), ("other", other)], [("one", here), ("other", later)]
    found = attack_files(*given, person="id", sensitive=["mood"], l=3)["newcomer"]
    assert found == {
        "classes_whose_people_are_known": 4,
        "columns": {"mood": {"people": 24, "computed": 1, "computed_by_rule": None}},
    }


@pytest.mark.parametrize("first", ["class,class_of_answers", "class_of_answers"])
def test_rooms_that_are_described_alike_are_counted_each_by_itself(first, monkeypatch):
    monkeypatch.setattr("tests.unit.bank_api.dry_run.test_foreign_homes.PLACES", (20, 20))
    alone = attack_files([("o", release(first)[0])], sensitive=["mood"])["alone"]["o"]
    assert (alone["classes"], alone["classes_of_answers"], alone["k"]) == (4, 2, 6)


def test_a_question_of_the_columns_own_name_is_no_class():
    """A delivery calls its first column `class_of_answers_` then; the question that follows is one like others."""
    text, _ = release("class_of_answers_")
    named = text.replace("age,", "class_of_answers,", 1)
    alone = attack_files([("o", named)], sensitive=["mood"])["alone"]["o"]
    assert (alone["classes"], alone["classes_of_answers"], list(alone["columns"])) == (4, 2, ["mood"])
