"""A dry run in this process: what the specification may ask, and what is refused by field and rule."""

import random

import pytest

from bank_api.domain.anonymize import PolicyUnreachableError
from bank_api.domain.dry_run import DryRunError, Wanted, attack_files, dry_run
from bank_api.domain.dry_run.foreign_cells import fits

SPEC = """
[columns.age]
role = "quasi"
kind = "number"
minimum = 18
maximum = 90
[columns.mood]
role = "sensitive"
kind = "ordinal"
"""


@pytest.fixture
def table():
    dice = random.Random(1)
    lines = [f"{dice.randint(18, 90)},{dice.choices('12345', (8, 4, 3, 2, 1))[0]}" for _ in range(300)]
    return "age,mood\n" + "\n".join(lines) + "\n"


def run(table, spec, folder, **wanted):
    return dry_run(table, spec, folder, wanted=Wanted(**{"k": 5, "l": 2, **wanted}))


def test_rules_come_from_the_specification_or_for_all_from_the_command(table, tmp_path):
    asked = {"entropy_l": 3.0, "recursive": (2.0, 2), "t": 0.3}
    by_command = run(table, SPEC, tmp_path, **asked).report
    by_spec = run(table, SPEC + "l = 2\nentropy_l = 3.0\nrecursive = [2, 2]\nt = 0.3\n", tmp_path).report
    for report in (by_command, by_spec):
        mood = report["columns"]["mood"]
        assert mood["entropy_l"] >= 3.0
        assert mood["recursive_c"] < 2
        assert report["t"] == mood["t"] <= 0.3
    plain = run(table, SPEC, tmp_path).report
    assert plain["columns"]["mood"]["entropy_l"] < 3.0
    assert "recursive_c" not in plain["columns"]["mood"]


def test_the_specification_goes_before_the_command(table, tmp_path):
    report = run(table, SPEC + "l = 3\nt = 0.9\n", tmp_path, l=5, t=0.01).report
    assert report["l"] >= 3
    assert report["t"] > 0.01


@pytest.mark.parametrize(
    ("more", "words"),
    [("entropy_l = 5\n", "entropy l = 5 of column 'mood'"), ("recursive = [0.2, 2]\n", "times as frequent")],
)
def test_what_cannot_be_reached_says_by_how_much(table, tmp_path, more, words):
    with pytest.raises(PolicyUnreachableError, match=words):
        run(table, SPEC + more, tmp_path)


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        (SPEC + "recursive = 3\n", "columns.mood.recursive"),
        (SPEC + "recursive = [3, 2.5]\n", "columns.mood.recursive"),
        (SPEC + 'l = "many"\n', "columns.mood.l"),
        (SPEC.replace("[columns.mood]", "t = 0.2\n[columns.mood]"), "columns.age.t"),
    ],
)
def test_a_rule_in_the_wrong_form_or_place_is_named(table, tmp_path, spec, field):
    with pytest.raises(DryRunError) as refused:
        run(table, spec, tmp_path)
    assert refused.value.field == field


MULTI = """
[columns.age]
role = "quasi"
kind = "number"
minimum = 18
maximum = 90
[columns.reads]
role = "quasi"
kind = "multi"
[columns.ills]
role = "sensitive"
kind = "multi"
"""


def test_sets_are_released_as_sets_and_found_again_by_whoever_attacks(tmp_path):
    dice = random.Random(2)

    def some(options, divider):
        return divider.join(option for option in options if dice.random() < 0.5) or divider

    kinds = ("news", "novels", "manga", "poems")
    lines = [f"{n},{dice.randint(18, 90)},{some(kinds, '|')},{dice.choice(('', some('abc', ';')))}" for n in range(80)]
    text = "id,age,reads,ills\n" + "\n".join(lines) + "\n"
    made = dry_run(text, MULTI, tmp_path, wanted=Wanted(5, 3), person="id")
    header, *released = made.text.splitlines()
    assert header == "class,age,reads,ills"
    reads = {line.split(",")[2] for line in released}
    assert any(cell.endswith("}") for cell in reads)  # what only some of a class chose
    assert any(not cell.startswith("{") for cell in reads)  # what all of a class chose
    found = attack_files([("o", made.text)], [("t", text)], sensitive=["ills"], person="id", l=3)
    assert found["people"]["columns"]["ills"]["people"] == 80
    assert found["people"]["columns"]["ills"]["below_l"] == 0
    assert found["people"]["rows_that_could_be_one_persons_min"] >= 5


def test_options_that_nobody_declared_are_counted(tmp_path):
    with pytest.raises(DryRunError) as refused:
        run("age,reads,ills\n30,news,a\n", MULTI + 'values = ["b"]\n', tmp_path)
    assert refused.value.field == "columns.ills.values"
    assert refused.value.rule == "lack 1 options that were chosen, the first in line 2"


TOWNS = """
[columns.town]
role = "quasi"
hierarchy = "towns.csv"
"""


@pytest.mark.parametrize(
    ("spec", "rule"),
    [
        (TOWNS, "has no leaf for 1 values of the table, the first in line 3"),
        (TOWNS + 'kind = "multi"\n', "goes with kind choice"),
        (TOWNS + 'kind = "number"\n', "goes with kind choice"),
        (TOWNS + 'values = ["Kobe"]\n', "goes with kind choice"),
    ],
)
def test_a_hierarchy_that_cannot_be_used_says_why(tmp_path, spec, rule):
    (tmp_path / "towns.csv").write_text("Kobe;west;*\nOsaka;west;*\n")
    with pytest.raises(DryRunError) as refused:
        run("town\nKobe\nNara\n", spec, tmp_path)
    assert refused.value.field == "columns.town.hierarchy"
    assert rule in refused.value.rule


def test_the_staff_list_bounds_who_is_seen_to_have_refused(table, tmp_path):
    dice = random.Random(4)
    others = "".join(f"{dice.randint(18, 90)}\n" for _ in range(250))
    staff = "age\n" + "".join(line.split(",")[0] + "\n" for line in table.splitlines()[1:]) + others
    (tmp_path / "staff.csv").write_text(staff)
    spec = SPEC + '[presence]\npopulation = "staff.csv"\nleast = 0.2\nmost = 0.9\n'
    by_spec = run(table, spec, tmp_path).report
    by_command = dry_run(table, SPEC, tmp_path, wanted=Wanted(5, 2, presence=(0.2, 0.9)), population=staff).report
    assert by_spec["presence"] == by_command["presence"]
    assert 0.2 <= by_spec["presence"]["least"] <= by_spec["presence"]["most"] <= 0.9
    assert run(table, SPEC, tmp_path).report["presence"] is None


@pytest.mark.parametrize("more", ["[presence]\nleast = 0.2\n", '[presence]\nleast = 0.2\nmost = "all"\n'])
def test_bounds_in_the_wrong_form_are_named(table, tmp_path, more):
    with pytest.raises(DryRunError) as refused:
        run(table, SPEC + more, tmp_path)
    assert refused.value.field == "presence"


FOREIGN = {
    "ARX": "age;town;mood\n" + "".join(f"[20, 30[;{'*' if n % 2 else 'A'};{n % 3}\n" for n in range(20)),
    "Mondrian": "age,town,mood\n" + "".join(f'20-29,"A,B",{n % 3}\n' for n in range(20)),
    "half-open": "age,town,mood\n" + "".join(f'"[20, 30)",{{A|B}},{n % 3}\n' for n in range(20)),
}


@pytest.mark.parametrize("tool", FOREIGN)
def test_releases_of_other_tools_are_attacked_too(tool):
    source = "age,town\n20,A\n29,A\n30,A\n40,B\n"
    found = attack_files([("o", FOREIGN[tool])], [("t", source)], sensitive=["mood"])
    assert found["alone"]["o"]["k"] == (10 if tool == "ARX" else 20)
    assert found["alone"]["o"]["columns"]["mood"]["l"] == 3
    assert found["people"]["rows_of_sources_in_no_class"] == 2
    assert found["people"]["rows_that_could_be_one_persons_min"] == 20
    with pytest.raises(DryRunError, match="name its sensitive columns"):
        attack_files([("o", FOREIGN[tool])])


@pytest.mark.parametrize(
    ("cell", "inside", "outside"),
    [
        ("20..30", ("20", "25.5", "30"), ("31", "", "x")),
        ("]20, 30[", ("21",), ("20", "30")),
        ("-5..-1", ("-3",), ("0",)),
        ("<=50K", ("<=50K",), (">50K",)),
        (">=30", ("30", "31"), ("29",)),
        ("47**", ("4711",), ("471", "4811")),
        ("{a|b}|", ("a", "b", ""), ("c",)),
        ("a|{b|c}", ("a", "a|b", "c;a"), ("b", "")),
        ("{a, b}", ("a", "b"), ("c",)),
        ("x, y", ("x, y",), ("z",)),
    ],
)
def test_a_cell_by_anybody_says_which_values_it_stands_for(cell, inside, outside):
    test = fits(cell)
    assert all(map(test, inside))
    assert not any(map(test, outside))


def waves_of_a_place():
    """Two releases of the same place: one person left it, and another of the same answer came."""
    here, answers = [f"p{n}" for n in range(6)], ["low", "low", "high", "high", "middle", "middle"]
    later, released = ["new", *here[1:]], []
    for answered in (answers, answers):
        released.append("class,town,mood\n" + "".join(f"1,west,{one}\n" for one in sorted(answered)))
    sources = [
        "id,town,mood\n" + "".join(f"{p},west,{a}\n" for p, a in zip(who, answers, strict=True))
        for who in (here, later)
    ]
    return [("o1", released[0]), ("o2", released[1])], [("t1", sources[0]), ("t2", sources[1])]


def test_a_newcomer_who_reads_whom_they_replaced_is_found_in_anybodys_releases():
    releases, sources = waves_of_a_place()
    found = attack_files(releases, sources, sensitive=["mood"], person="id", l=2)["newcomer"]
    assert found == {
        "classes_whose_people_are_known": 2,
        "columns": {"mood": {"people": 7, "computed": 2, "computed_by_rule": 2}},
    }
    found = attack_files(releases[:1], sources[:1], sensitive=["mood"], person="id", l=2)["newcomer"]
    assert found["columns"]["mood"] == {"people": 6, "computed": 0, "computed_by_rule": 0}


def test_classes_whose_people_are_not_sure_prove_nothing_of_newcomers():
    releases, (one, other) = waves_of_a_place()
    stranger = other[1] + "stranger,west,low\n"
    found = attack_files(releases, [one, ("t2", stranger)], sensitive=["mood"], person="id", l=2)["newcomer"]
    assert found == {
        "classes_whose_people_are_known": 1,
        "columns": {"mood": {"people": 6, "computed": 0, "computed_by_rule": None}},
    }
