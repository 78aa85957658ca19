"""Surveys, and the answers that a member gave to them."""

from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.fields import Paged, Shape


class SurveyView(Survey):
    """A survey with what the ledger says of it."""

    model_config = Shape.model_config

    content_hash: str
    state: str
    budget_left: int
    """Coins that the ledger still has for answers to it."""
    partner_reward_coins: int = 0
    """Promised for each partner that a member accepts."""
    partners_rewarded_maximum: int = 0


class Surveys(Paged):
    surveys: list[SurveyView]


class StoredAnswer(Shape):
    answer_id: str
    survey_id: str
    title: str | None
    commitment: str
    coins: int
    replaces: str | None = None
    """The earlier answer that it took the place of."""
    stands: bool = True
    """Whether no later answer took its place: releases are made with those that stand."""
    block_number: int
    time: int


class StoredAnswers(Paged):
    answers: list[StoredAnswer]
