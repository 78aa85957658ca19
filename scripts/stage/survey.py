"""The survey of the demo: ten questions of the 1996 American National Election Study, and its 944 real answers.

Source: scripts/demo_data/README.md (public domain). Labels are ours, in English and Japanese.
"""

import csv
from pathlib import Path
from typing import Literal

from bank_api.protocol.documents.survey import Choice, Question, Survey

DATA = Path(__file__).parent.parent / "demo_data" / "anes96.csv"
TITLE = "1996年全米選挙調査 / American National Election Study 1996"
SCALE = [
    "とてもリベラル / extremely liberal",
    "リベラル / liberal",
    "ややリベラル / slightly liberal",
    "中道 / moderate",
    "やや保守 / slightly conservative",
    "保守 / conservative",
    "とても保守 / extremely conservative",
]
PARTY = [
    "強い民主党支持 / strong Democrat",
    "弱い民主党支持 / weak Democrat",
    "無党派(民主党寄り) / independent-Democrat",
    "無党派 / independent",
    "無党派(共和党寄り) / independent-Republican",
    "弱い共和党支持 / weak Republican",
    "強い共和党支持 / strong Republican",
]
SCHOOL = [
    "8年生まで / 1-8 grades",
    "高校中退 / some high school",
    "高校卒 / high school",
    "大学中退 / some college",
    "短期大学卒 / associate degree",
    "大学卒 / bachelor",
    "大学院 / postgraduate",
]


def _number(
    key: str,
    label: str,
    low: int,
    high: int,
    coins: int,
    role: Literal["quasi-identifier", "sensitive"] = "quasi-identifier",
) -> Question:
    return Question(
        key=key,
        label=label,
        kind="number",
        role=role,
        required=True,
        coins=coins,
        minimum=low,
        maximum=high,
    )


def _choice(key: str, label: str, first: int, labels: list[str], role: str, coins: int) -> Question:
    choices = [Choice(value=first + i, label=text) for i, text in enumerate(labels)]
    return Question.model_validate(
        {
            "key": key,
            "label": label,
            "kind": "choice",
            "role": role,
            "required": True,
            "coins": coins,
            "choices": choices,
        }
    )


QUESTIONS = [
    _number("age", "年齢 / Age in years", 18, 100, 2),
    _choice("educ", "学歴 / Highest schooling", 1, SCHOOL, "quasi-identifier", 2),
    _number("income", "世帯収入(24区分)/ Household income, 24 bands", 1, 24, 3),
    _number("popul", "居住地の人口(千人)/ Population of your place, thousands", 0, 10_000, 1),
    _number("TVnews", "テレビニュースを見る日数(週)/ Days a week you watch TV news", 0, 7, 1, "sensitive"),
    _choice("selfLR", "自分の政治的立場 / Your political position", 1, SCALE, "sensitive", 4),
    _choice("ClinLR", "クリントン氏の立場 / Clinton's political position", 1, SCALE, "harmless", 1),
    _choice("DoleLR", "ドール氏の立場 / Dole's political position", 1, SCALE, "harmless", 1),
    _choice("PID", "支持政党 / Party identification", 0, PARTY, "sensitive", 4),
    _choice("vote", "投票先 / Vote intention", 0, ["クリントン氏 / Clinton", "ドール氏 / Dole"], "sensitive", 5),
]
BASE_COINS = 10
NEWCOMERS = 20
"""How many more than the demo's members the budget pays for: whoever joins afterwards can answer as well."""
COINS = BASE_COINS + sum(question.coins for question in QUESTIONS)


def respondents(count: int | None) -> list[dict[str, int]]:
    """The first `count` respondents' answers (all 944 unless told)."""
    with DATA.open(newline="") as file:
        rows = [{question.key: int(row[question.key]) for question in QUESTIONS} for row in csv.DictReader(file)]
    return rows if count is None else rows[:count]


def draft(survey_id: str, members: int, now: int) -> Survey:
    """The survey as the operator publishes it, open for thirty days."""
    return Survey(
        survey_id=survey_id,
        title=TITLE,
        description="ANES 1996 の質問から10問。 / Ten questions of the ANES 1996, answered by the people asked then.",
        language="ja",
        questions=QUESTIONS,
        base_coins=BASE_COINS,
        budget_coins=(members + NEWCOMERS) * COINS,
        opens_at=now - 60,
        closes_at=now + 30 * 86400,
    )
