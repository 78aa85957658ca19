"""Tables as strangers bring them: each is released in the one form, or refused with field and rule, and never else."""

import json
import random

import pytest

from bank_api.domain.anonymize import PolicyUnreachableError, ReleaseRefusedError
from bank_api.domain.anonymize.errors import AnonymizeError
from bank_api.domain.dry_run import DryRunError, Wanted, dry_run, read_text
from tests.unit.bank_api.dry_run.brute import check_release, rows_of
from tests.unit.bank_api.dry_run.odd import BANDS, HEAD, KEYS, KINDS, SPEC, WIDE, run, some, table

MULTI = SPEC.replace('kind = "choice"', 'kind = "multi"')
TREE = SPEC.replace('kind = "choice"', 'kind = "choice"\nhierarchy = "towns.csv"')
TAIL = random.Random(3)

RELEASED = {
    "plain": (table(), SPEC, {}),
    "a byte order mark": ("\ufeff" + table(), SPEC, {}),
    "lines of Windows": (table().replace("\n", "\r\n"), SPEC, {}),
    "lines of an old Macintosh": (table().replace("\n", "\r"), SPEC, {}),
    "a spreadsheet's semicolons": (table(divider=";"), SPEC, {}),
    "tabs": (table(divider="\t"), SPEC, {}),
    "a divider at each line's end": (table().replace("\n", ",\n"), SPEC, {}),
    "blanks around names": (table().replace(HEAD, "id , age, town ,mood"), SPEC, {}),
    "line breaks in quotes": (table(town=some('"A\nB"', "C")), SPEC, {}),
    "commas and quotes in quotes": (table(town=some('"x, y"', '"so ""called"""')), SPEC, {}),
    "all alike but the answer": (table(50, age=lambda n: 30, town=lambda n: "A", mood=lambda n: n % 5), SPEC, {}),
    "full-width digits": (table(age=some("１８", "３０", "４５", "90")), SPEC, {}),
    "missing cells": (table(400, age=some(20, 40, ""), town=some("A", ""), mood=some(1, 2, 3, "")), SPEC, {}),
    "negative numbers": (table(age=some(*range(-50, 50))), WIDE, {}),
    "fractions": (table(age=some(*(n / 7 for n in range(-300, 300)))), WIDE, {}),
    "numbers beyond the range": (table(age=some(-5, 30, 200)), SPEC, {"coded": True}),
    "tiny numbers": (table(age=some(*(n * 1e-9 for n in range(40)))), WIDE, {}),
    "huge numbers": (table(age=some(*(n * 10**20 for n in range(1, 40)))), WIDE, {}),
    "a very long tail": (table(600, age=lambda n: int(TAIL.paretovariate(0.5))), WIDE, {}),
    "a long tail in bands": (table(400, mood=lambda n: int(TAIL.paretovariate(0.7))), BANDS, {"bands": True}),
    "bands listed": (table(300), SPEC.replace("maximum = 90", "maximum = 90\nbands = [30, 50, 70]"), {}),
    "cut points out of reach": (table(300), SPEC.replace("maximum = 90", "maximum = 90\nbands = [5, 50, 99]"), {}),
    "dates in order": (table(age=some(*(f"2026-0{n}-1{n}" for n in range(1, 9)))),
                       SPEC.replace('kind = "number"\nminimum = 18\nmaximum = 90', 'kind = "ordinal"'),
                       {"kinds": {"age": "choice", "town": "choice"}}),
    "sets with blanks": (table(300, town=some("a|b", "a", "", " b ; c ", "|")), MULTI,
                         {"kinds": {"age": "number", "town": "multi"}}),
    "a hierarchy": (table(300), TREE, {}),
    "a hierarchy in an order": (table(300), TREE.replace('kind = "choice"', 'kind = "ordinal"'), {}),
    "no generalized column": (table(head="id,mood"),
                              '[columns.id]\nrole = "identifier"\n[columns.mood]\nrole = "sensitive"', {"kinds": {}}),
    "nothing sensitive": (table(), SPEC.replace('"sensitive"', '"harmless"'),
                          {"kinds": {**KINDS, "mood": "choice"}, "sensitive": ()}),
    "names in Japanese": (table(town=some("東京", "大阪", "札幌"), mood=some("良い", "普通", "悪い"))
                          .replace(HEAD, "id,年齢,町,気分"),
                          SPEC.replace("columns.age", 'columns."年齢"').replace("columns.town", 'columns."町"')
                          .replace("columns.mood", 'columns."気分"'),
                          {"kinds": {"年齢": "number", "町": "choice"}, "sensitive": ("気分",)}),
}  # fmt: skip


@pytest.mark.parametrize("what", RELEASED)
def test_an_odd_table_is_released_in_the_one_form(what, tmp_path):
    text, spec, about = RELEASED[what]
    (tmp_path / "towns.csv").write_text("\ufeffA;north;*\r\nB;north;*\r\nC;south;*\r\n")
    made = run(text, tmp_path, spec)
    assert set(made.report) >= KEYS
    json.dumps(made.report, allow_nan=False)
    assert made.report["k"] >= 5
    kinds, sensitive = about.get("kinds", KINDS), about.get("sensitive", ("mood",))
    if "bands" in about or "coded" in about:
        assert {line.count(",") for line in made.text.splitlines()} == {3}
        return
    divider = next((one for one in ";\t" if one in text.partition("\n")[0]), ",")
    source = text.removeprefix("\ufeff").replace(divider, ",")
    source = source.replace(",\n", "\n") if what.startswith("a divider") else source
    source = (
        source.translate(str.maketrans("０１２３４５６７８９", "0123456789")) if what.startswith("full") else source
    )
    classes = check_release(made.text, source, kinds, sensitive, 5, 2, made.report["suppressed"])
    assert len(classes) == made.report["classes"]
    assert made.report["rows"] == sum(map(len, classes.values()))


REFUSED = {
    "nothing": ("", SPEC, "--csv", "header"),
    "a name twice": (table().replace(HEAD, "id,age,age,mood"), SPEC, "--csv", "every column once"),
    "a column without a name": (table().replace(HEAD, "id,age,,mood"), SPEC, "--csv", "without a name"),
    "a short line": (table() + "p1,3\n", SPEC, "--csv", "line 202 has 2 cells, the header 4"),
    "a column nobody declared": (table(head="id,age,town,mood,id2", id2=lambda n: n), SPEC, "id2", "not declared"),
    "a declared column that is not there": (table(), SPEC + '[columns.x]\nrole = "quasi"', "x", "no such column"),
    "a decimal comma": (table(age=some('"30,5"')), SPEC, "age", "decimals follow a point"),
    "thousands apart": (table(age=some('"1,000"', "1_000")), SPEC, "age", "thousands stand together"),
    "no number": (table(age=some("2026-01-01")), SPEC, "age", "line 2 holds no number"),
    "infinity": (table(age=some("inf")), SPEC, "age", "finite"),
    "a range upside down": (table(), SPEC.replace("18", "99"), "columns.age.minimum", "below maximum"),
    "a range of words": (table(), SPEC.replace("18", '"x"'), "columns.age.minimum", "is a number"),
    "no role": (table(), SPEC.replace('role = "identifier"', "role = []"), "columns.id.role", "is one of"),
    "values that are none": (table(), SPEC + "values = 5", "columns.mood.values", "list of names"),
    "values that lack some": (
        table(),
        SPEC + 'values = ["1", "2"]',
        "columns.mood.values",
        "lack 3 values of the table, the first in line ",
    ),
    "a hierarchy with holes": (
        table(town=some("A", "D")),
        TREE,
        "columns.town.hierarchy",
        "no leaf for 1 values of the table, the first in line ",
    ),
    "a column called class": (table().replace("town", "class"), SPEC.replace("town", "class"), "class", "another name"),
    "braces in a value": (table(town=some("{A}", "B|C")), SPEC, "town", "none of { | }"),
    "free text as a choice of many": (table(300, town=lambda n: f"text {n}"), MULTI, "town", "300 options"),
    "no TOML": (table(), SPEC + "[", "--spec", "no TOML"),
    "a misspelt field": (table(), SPEC + "vlaues = 1", "columns.mood", "not vlaues"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_used_is_named(what, tmp_path):
    text, spec, field, rule = REFUSED[what]
    (tmp_path / "towns.csv").write_text("A;north;*\nB;north;*\nC;south;*\n")
    with pytest.raises(DryRunError) as refused:
        run(text, tmp_path, spec)
    assert (refused.value.field, rule in refused.value.rule) == (field, True), refused.value


def test_lines_of_dividers_alone_below_a_table_are_nobody(tmp_path):
    """Spreadsheets write them; as people they would count for k. Who left all open stands between others."""
    made = run(table(103) + ",,,\n , ,,\n,,,,,\n", tmp_path)
    assert made.report["rows"] + made.report["suppressed"] == 103
    made = run(table(100) + ",,,\np100,30,A,1\n,,,\n", tmp_path)
    assert made.report["rows"] + made.report["suppressed"] == 102


def test_rows_that_may_be_one_persons_are_counted_where_no_pseudonym_tells(tmp_path):
    """Six visits of one person are no class of six people; two people may have one name."""
    visits = table(90) + "p7,30,A,1\n" * 5 + ",30,A,2\n" * 3
    assert run(visits, tmp_path).report["repeated_identifiers"] == 5
    assert run(table(90), tmp_path).report["repeated_identifiers"] == 0
    assert "repeated_identifiers" not in run(table(90), tmp_path, person="id", history=tmp_path / "s").report


@pytest.mark.parametrize(
    ("line", "words"), [(" ,30,A,1", "line 102 has no pseudonym"), ("p7,30,A,1", "lines 9 and 102 have one pseudonym")]
)
def test_who_has_no_pseudonym_of_their_own_is_named_by_their_line(line, words, tmp_path):
    with pytest.raises(DryRunError, match=words) as refused:
        run(f"{table(100)}{line}\n", tmp_path, person="id")
    assert refused.value.field == "id"


def test_a_line_is_counted_as_the_file_counts_it(tmp_path):
    rows = 'id,age,town,mood\np1,30,"A\nB",1\n\np2,40,A,2\n\n'
    for line, words in ("p1,40,A,2", "lines 3 and 7"), ("p3,4O,A,2", "line 7 holds no number"):
        with pytest.raises(DryRunError, match=words):
            run(f"{rows}{line}\n", tmp_path, person="id")
    spec = SPEC + 'values = ["1", "2"]\n'
    with pytest.raises(DryRunError, match="lack 1 values of the table, the first in line 7"):
        run(f"{rows}p3,40,A,3\n", tmp_path, spec, person="id")


def test_what_only_the_list_of_everybody_holds_and_nobody_declared_is_named_by_its_line_there(tmp_path):
    spec = SPEC.replace('kind = "choice"', 'kind = "choice"\nvalues = ["A", "B", "C"]')
    listed = table(210, town=lambda n: "Z" if n == 205 else "ABC"[n % 3])
    with pytest.raises(
        DryRunError, match="'town' has 1 values that are not declared, the first in line 207"
    ) as refused:
        run(table(), tmp_path, spec, population=listed, wanted={"presence": (0.1, 0.9)})
    assert refused.value.field == "--population"


@pytest.mark.parametrize(("number", "rule"), [("4O", "holds no number: decimals"), ("inf", "holds no finite number")])
def test_a_number_of_the_list_of_everybody_that_is_none_is_named_by_its_line_there(number, rule, tmp_path):
    listed = table(210, age=lambda n: number if n == 205 else 30)
    with pytest.raises(DryRunError) as refused:
        run(table(), tmp_path, population=listed, wanted={"presence": (0.1, 0.9)})
    assert refused.value.field == "--population"
    assert refused.value.rule.startswith(f"column 'age': line 207 {rule}")


UNMET = {
    "a header only": (HEAD + "\n", {}, "0 rows"),
    "one row": (table(1), {}, "1 rows"),
    "fewer rows than k": (table(80), {"k": 81}, "1 missing"),
    "all alike": (table(50, age=lambda n: 30, town=lambda n: "A", mood=lambda n: "1"), {}, "1 distinct values"),
    "more answers than there are": (table(), {"least": 6}, "5 distinct values"),
    "an answer that a column says": (table(town=lambda n: "ABCDE"[n % 5], mood=lambda n: n % 5), {}, "same column"),
    "answers that point at people": (table(mood=lambda n: n), {}, "nearly unique"),
    "one spelling of one answer": (table(mood=some("yes", "ＹＥＳ", "Yes ")), {}, "1 distinct values"),
}


@pytest.mark.parametrize("what", UNMET)
def test_a_policy_out_of_reach_says_by_how_much(what, tmp_path):
    text, wanted, words = UNMET[what]
    with pytest.raises((PolicyUnreachableError, ReleaseRefusedError), match=words):
        run(text, tmp_path, **wanted)


@pytest.mark.parametrize("field", ["minimum", "maximum", "bands", "values", "hierarchy", "kind", "role", "recursive"])
@pytest.mark.parametrize("kind", ["number", "choice", "ordinal", "multi"])
def test_whatever_stands_in_a_field_is_used_or_refused(field, kind, tmp_path):
    text = table(60)
    for value in ("1", "1.5", "nan", '"x"', '""', "true", "[]", "[1, 2]", '["a"]', "[[1]]", "{a = 1}", "2026-01-01"):
        about = {"role": '"quasi"', "kind": f'"{kind}"', field: value}
        lines = "\n".join(f"{name} = {one}" for name, one in about.items())
        try:
            run(text, tmp_path, SPEC.replace('role = "quasi"\nkind = "choice"', lines))
        except (AnonymizeError, DryRunError):
            continue


def test_a_range_nobody_declared_fits_the_numbers(tmp_path):
    """Years once lay between 1000 and 3000, and all of them in one class."""
    made = run(table(300, age=some(*range(1950, 2006))), tmp_path, WIDE)
    assert len({row[1] for row in rows_of(made.text)[1]}) > 8


@pytest.mark.parametrize("written", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_a_spreadsheets_file_is_read_in_the_encoding_it_was_written_in(written, tmp_path):
    text = "番号;町\r\n①;髙槻\r\n"  # the standard called Shift_JIS lacks both
    (tmp_path / "t.csv").write_bytes(text.encode(written))
    assert read_text(tmp_path / "t.csv", "--csv", "Shift_JIS") == text
    if written != "cp932":
        assert read_text(tmp_path / "t.csv", "--csv") == text


@pytest.mark.parametrize(
    ("data", "encoding", "field", "rule"),
    [
        ("町".encode("cp932"), None, "--csv", "--encoding names another"),
        ("町".encode("cp932"), "ascii", "--csv", "neither in UTF-8 nor in ascii"),
        ("a".encode("utf-16-le"), None, "--csv", "--encoding names another"),
        (b"a", "rot13", "--encoding", "no encoding"),
        (b"a", "x\0y", "--encoding", "no encoding"),
        (None, None, "--csv", "cannot be read"),
    ],
)
def test_a_file_in_another_encoding_is_not_guessed_at(data, encoding, field, rule, tmp_path):
    if data is not None:
        (tmp_path / "t.csv").write_bytes(data)
    with pytest.raises(DryRunError, match=rule) as refused:
        read_text(tmp_path / "t.csv", "--csv", encoding)
    assert refused.value.field == field


def test_a_hierarchy_is_read_in_the_encoding_of_the_table(tmp_path):
    (tmp_path / "towns.csv").write_bytes("東京;東;*\n大阪;西;*\n".encode("cp932"))
    made = dry_run(table(300, town=some("東京", "大阪")), TREE, tmp_path, wanted=Wanted(5, 2), encoding="cp932")
    assert made.report["k"] >= 5
