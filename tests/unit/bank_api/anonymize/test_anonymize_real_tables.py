"""Real answers: the committed ANES table always, the larger tables where ../shared (or AZUKARI_TABLES) holds them."""

import csv
import os
import random
from pathlib import Path

import pytest

from bank_api.domain.anonymize import Column, ColumnRole, Hierarchy, ReleasePolicy, anonymize

ROOT = Path(__file__).parents[4]
TABLES = Path(os.environ.get("AZUKARI_TABLES", ROOT.parent / "shared" / "data"))
QUASI, SENSITIVE, HARMLESS = ColumnRole.QUASI_IDENTIFIER, ColumnRole.SENSITIVE, ColumnRole.HARMLESS


@pytest.fixture(scope="module")
def anes():
    with (ROOT / "scripts" / "demo_data" / "anes96.csv").open(newline="") as file:
        return [{name: int(float(value)) for name, value in row.items()} for row in csv.DictReader(file)]


ANES = [
    Column.number("age", QUASI, 18, 99),
    Column.number("educ", QUASI, 1, 7),
    Column.number("income", QUASI, 1, 24),
    Column.number("popul", QUASI, 0, 1000, clamp=True),
    Column.number("TVnews", QUASI, 0, 7),
    Column.number("vote", SENSITIVE, 0, 1),
    Column.number("PID", SENSITIVE, 0, 6),
    Column.number("selfLR", SENSITIVE, 1, 7),
    Column.number("ClinLR", HARMLESS, 1, 7),
    Column.number("DoleLR", HARMLESS, 1, 7),
]


@pytest.mark.parametrize("k", [5, 10, 20])
def test_944_real_respondents_reach_k(anes, k):
    release = anonymize(anes, ANES, ReleasePolicy(k), random.Random(1))
    assert release.k >= k
    assert (release.rows, release.suppressed) == (944, 0)
    assert release.measured.granularity > (0.6 if k < 20 else 0.5)


def test_944_real_respondents_reach_l_and_t(anes):
    policy = ReleasePolicy(5, l={"vote": 2, "PID": 3}, t={"vote": 0.3}, suppression_limit=0.02)
    release = anonymize(anes, ANES, policy, random.Random(1))
    assert release.measured.l["PID"] >= 3
    assert release.measured.t["vote"] <= 0.3
    assert release.suppressed <= 18
    assert all(found.certain == 0 for found in release.document.attack.homogeneity if found.column != "selfLR")


@pytest.fixture(scope="module")
def adult():
    folder = TABLES / "adult"
    if not (folder / "adult.csv").exists():
        pytest.skip("the Adult table is not here")
    names = ["education", "marital-status", "native-country", "occupation", "sex"]
    with (folder / "adult.csv").open(newline="") as file:
        rows = [
            {"age": int(row["age"]), "salary-class": row["salary-class"], **{name: row[name] for name in names}}
            for row in csv.DictReader(file, delimiter=";")
        ]
    columns = [Column.number("age", QUASI, 17, 90), Column.category("salary-class", SENSITIVE, ("<=50K", ">50K"))]
    for name in names:
        tree = Hierarchy.from_csv((folder / "hierarchies" / f"{name}.csv").read_text())
        columns.append(Column.category(name, QUASI, hierarchy=tree))
    return rows, columns


@pytest.mark.parametrize(("k", "granularity"), [(5, 0.965), (50, 0.88)])
def test_adult_keeps_as_much_as_the_best_known_tool(adult, k, granularity):
    release = anonymize(*adult, ReleasePolicy(k), random.Random(1))
    assert release.k >= k
    assert release.measured.granularity >= granularity


@pytest.fixture(scope="module")
def so2023():
    path = TABLES / "so2023" / "so2023.csv"
    if not path.exists():
        pytest.skip("the Stack Overflow table is not here")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    quasi = ["Age", "EdLevel", "DevType", "OrgSize", "RemoteWork", "Industry", "ICorPM"]
    columns = [Column.identifier("row_id"), Column.number("YearsCodePro", QUASI, 0, 40, clamp=True)]
    for name in [*quasi, "AISelect", "Knowledge_1"]:
        role = QUASI if name in quasi else SENSITIVE
        columns.append(Column.category(name, role, sorted({row[name] for row in rows} - {""})))
    columns.append(Column.number("Salary", SENSITIVE, 0, 1_000_000, integer=False, clamp=True))
    clean = [
        {
            **{column.name: row[column.name] or None for column in columns},
            "YearsCodePro": int(float(row["YearsCodePro"])) if row["YearsCodePro"] else None,
            "Salary": float(row["Salary"]) if row["Salary"] else None,
        }
        for row in rows
    ]
    return clean, columns


def test_dirty_real_answers_keep_missing_apart_and_singular_pay_coded(so2023):
    rows, columns = so2023
    policy = ReleasePolicy(5, l={"Knowledge_1": 2}, suppression_limit=0.05)
    release = anonymize(rows, columns, policy, random.Random(1))
    assert release.k >= 5
    assert release.suppressed <= 0.05 * len(rows)
    assert max(record["Salary"] for record in release.records()) <= 1_000_000
    assert "row_id" not in release.to_json()
