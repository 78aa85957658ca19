"""The directory for its operator: searched by name and account, told with what the ledger lets people do now."""

import pytest

from chaincode.bindings import Role


@pytest.fixture(scope="module")
def people(town):
    partner = town.organization("partner", "こもれび珈琲 / Komorebi 100% Coffee")
    shop = town.organization("shop", "Komorebi head shop", partner)
    board = town.organization("board", "Data ethics")
    return {"partner": partner, "shop": shop, "board": board, "member": town.member()}


def found(town, **query):
    answer = town.operator.get("/v1/operator/people?" + "&".join(f"{name}={value}" for name, value in query.items()))
    return answer["found"], {one["account"]: one for one in answer["people"]}


@pytest.mark.parametrize("sought", ["komorebi 100%25 c", "KOMOREBI 100", "こもれび"])
def test_a_name_is_found_by_any_part_of_it(town, people, sought):
    count, them = found(town, sought=sought)
    assert (count, list(them)) == (1, [people["partner"].account])
    assert them[people["partner"].account]["roles"] == ["partner"]
    assert them[people["partner"].account]["encryption_key"] == people["partner"].encryption_key


def test_signs_that_sql_reads_otherwise_are_only_signs(town, people):
    assert found(town, sought="100_ ")[0] == 0
    assert found(town, sought="%25")[0] == 1


def test_a_role_narrows_and_a_shop_names_its_partner(town, people):
    _, shops = found(town, role="shop")
    assert shops[people["shop"].account]["parent"] == people["partner"].account
    assert people["partner"].account not in shops


def test_an_account_is_found_in_any_spelling(town, people):
    account = people["member"].account
    assert list(found(town, sought=account.lower())[1]) == [account]


def test_who_left_a_seat_is_told_as_inactive(town, people):
    town.organization("board", "Data ethics, second chair")
    town.decide_seat(people["board"], Role.BOARD, seated=False)
    one = found(town, sought=people["board"].account)[1][people["board"].account]
    assert (one["roles"], one["is_active"]) == ([], False)
    assert found(town, sought=people["member"].account)[1][people["member"].account]["is_active"]


@pytest.mark.parametrize("role", ["partner", "shop", "member"])
def test_nobody_else_reads_it(town, people, role):
    assert town.client.get("/v1/operator/people", headers=people[role].headers).status_code == 403


def test_a_role_that_there_is_not_is_refused(town, people):
    assert town.client.get("/v1/operator/people?role=king", headers=town.operator.headers).status_code == 422
