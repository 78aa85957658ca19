import pytest

from bank_api.domain.anonymize import Column, ColumnRole, ReleaseFormatError
from bank_api.domain.anonymize.cells import category_cell, cell_from_json, number_cell, rendered_again
from bank_api.domain.anonymize.loss import cell_loss
from bank_api.domain.anonymize.schema import ColumnKind

QUASI = ColumnRole.QUASI_IDENTIFIER
AGE = Column.number("age", QUASI, 0, 100)
CAPPED = Column.number("age", QUASI, 20, 85, clamp=True)
BALANCE = Column.number("balance", QUASI, -10, 10, integer=False)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (number_cell(AGE, 20, 34, False), "20-34"),
        (number_cell(AGE, 20, 20, False), "20"),
        (number_cell(AGE, 0, 100, False), "*"),
        (number_cell(AGE, 20, 34, True), "20-34 or no answer"),
        (number_cell(AGE, None, None, True), "no answer"),
        (number_cell(CAPPED, 60, 85, False), "60 or more"),
        (number_cell(CAPPED, 20, 30, False), "30 or less"),
        (number_cell(CAPPED, 20, 85, False), "*"),
        (number_cell(BALANCE, -5.5, -2.0, False), "-5.5 to -2.0"),
    ],
)
def test_numbers_read_as_people_write_them(cell, text):
    assert cell.text == text


def test_names_follow_the_tree(columns):
    education, prefecture = columns[2], columns[3]
    assert category_cell(education, ("Bachelor", "Master", "Doctorate"), False).text == "University"
    assert category_cell(education, ("Secondary", "Bachelor"), False).text == "{Secondary, Bachelor}"
    assert category_cell(education, education.values, True).text == "* or no answer"
    assert category_cell(prefecture, ("Tokyo",), False).text == "Tokyo"
    assert category_cell(prefecture, (), True).text == "no answer"


def test_names_with_commas_stay_apart():
    jobs = Column.category("job", QUASI, ("Developer, back-end", "Developer, mobile", "Manager"))
    assert category_cell(jobs, jobs.values[:2], False).text == "{Developer, back-end; Developer, mobile}"


def test_a_cell_contains_what_it_says(columns):
    ages = number_cell(AGE, 20, 34, False)
    assert [ages.contains(value) for value in (19, 20, 34, 35, None, "20")] == [False, True, True, False, False, False]
    basic = category_cell(columns[2], ("Primary",), True)
    assert [basic.contains(value) for value in ("Primary", "Master", None)] == [True, False, True]
    assert not number_cell(AGE, None, None, True).contains(3)


def test_json_is_an_inverse(columns):
    for column, cell in (
        (AGE, number_cell(AGE, 20, 34, True)),
        (BALANCE, number_cell(BALANCE, -1.5, 0.0, False)),
        (columns[2], category_cell(columns[2], ("Primary", "Secondary"), False)),
    ):
        again = cell_from_json(column.kind, cell.to_json(), "here")
        assert again == cell == rendered_again(column, again)


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (ColumnKind.NUMBER, []),
        (ColumnKind.NUMBER, {"from": 1, "to": 2, "missing": False}),
        (ColumnKind.NUMBER, {"from": 1, "to": None, "missing": False, "text": ""}),
        (ColumnKind.NUMBER, {"from": True, "to": 2, "missing": False, "text": ""}),
        (ColumnKind.NUMBER, {"from": 1, "to": 2, "missing": 0, "text": ""}),
        (ColumnKind.CATEGORY, {"any_of": "a", "missing": False, "text": ""}),
        (ColumnKind.CATEGORY, {"any_of": [1], "missing": False, "text": ""}),
        (ColumnKind.CATEGORY, {"any_of": ["a"], "missing": False, "text": "", "row": 3}),
    ],
)
def test_json_that_is_no_cell_is_refused(kind, found):
    with pytest.raises(ReleaseFormatError, match="here"):
        cell_from_json(kind, found, "here")


def test_loss_runs_from_exact_to_everything(columns):
    assert cell_loss(number_cell(AGE, 20, 20, False), AGE) == 0
    assert cell_loss(number_cell(AGE, 20, 45, False), AGE) == 0.25
    assert cell_loss(number_cell(AGE, 20, 45, True), AGE) == 1
    assert cell_loss(number_cell(AGE, None, None, True), AGE) == 0
    assert cell_loss(category_cell(columns[2], ("Primary", "Secondary"), False), columns[2]) == 0.25
    assert cell_loss(category_cell(columns[2], (), True), columns[2]) == 0
