import math

import pytest

from bank_api.domain.anonymize import Column, ColumnRole, InputRowError, UndeclaredColumnError
from bank_api.domain.anonymize.encode import axis, clean_columns

QUASI = ColumnRole.QUASI_IDENTIFIER
AGE = Column.number("age", QUASI, 18, 99)
PAY = Column.number("pay", QUASI, 0, 100, integer=False, clamp=True)
CITY = Column.category("city", QUASI, ("Tokyo", "Kyoto"))


def test_an_undeclared_column_is_named():
    with pytest.raises(UndeclaredColumnError, match="'shoe size'") as refused:
        clean_columns([{"age": 20}, {"age": 21, "shoe size": 43}], [AGE])
    assert (refused.value.column, refused.value.row_index) == ("shoe size", 1)


@pytest.mark.parametrize("value", ["20", 20.0, True, 17, 100, [20]])
def test_a_number_outside_its_declaration_is_refused_without_repeating_it(value):
    with pytest.raises(InputRowError) as refused:
        clean_columns([{"age": 20}, {"age": value}], [AGE])
    assert (refused.value.column, refused.value.row_index) == ("age", 1)
    assert str(value) not in refused.value.rule.replace("18..99", "")


@pytest.mark.parametrize("value", ["tokyo", 1, ["Tokyo"], ""])
def test_an_unknown_category_is_refused(value):
    with pytest.raises(InputRowError, match="declared categories") as refused:
        clean_columns([{"city": "Tokyo"}, {"city": None}, {"city": value}], [CITY])
    assert refused.value.row_index == 2


def test_singular_numbers_are_coded_to_the_ends():
    cleaned = clean_columns([{"pay": 1e16}, {"pay": -3}, {"pay": 50}, {}], [PAY])
    assert cleaned["pay"] == [100.0, 0.0, 50.0, None]
    assert all(type(value) is float for value in cleaned["pay"][:3])


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_not_finite_is_refused_even_with_clamp(value):
    with pytest.raises(InputRowError, match="not within"):
        clean_columns([{"pay": value}], [PAY])


def test_no_answer_has_a_code_of_its_own():
    coded = axis(CITY, ["Kyoto", None, "Tokyo"])
    assert coded.codes.tolist() == [1, 2, 0]
    ages = axis(AGE, [18, None, 99])
    assert ages.codes.tolist() == [0, ages.size, ages.size - 1]
