"""Promotions: what fits and why, what it would tell to use one, and how they stand for partner and operator."""

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from bank_api.protocol.documents.condition import AllOf, AnyOf, Clause, Condition, OneOf, read_condition
from bank_api.protocol.documents.survey import Question, Survey
from bank_api.protocol.promotion import ONE_IN, PromotionWords
from bank_api.protocol.shapes.promotions import PromotionState, PromotionView, PromotionWordsView
from wallet_cli.layout import table
from wallet_cli.messages import Messages
from wallet_cli.output import short
from wallet_cli.promotions import Found, Shown, Wishes

Surveys = Mapping[str, Survey]


def shown(say: Messages, found: Found, wishes: Wishes) -> RenderableType:
    """One promotion a line, with why; nothing but its own wallet knows that it is there."""
    if wishes.off:
        return Text(say("word-promotions-are-off"))
    if not found.shown:
        return Text(say("word-promotions-none"))
    columns = say.words("promotion", "company", "promotion-title", "promotion-text", "promotion-why", "coupon", "until")
    rows = [
        (
            short(one.promotion.promotion_id),
            one.promotion.partner_name,
            words_for(say, one.promotion.words).title,
            words_for(say, one.promotion.words).text,
            why(say, found, one),
            say("word-promotion-coupon", title=one.promotion.coupon_title, coins=one.promotion.price_coins),
            say.moment(one.promotion.until),
        )
        for one in found.shown
    ]
    return table(say("word-promotions"), columns, rows)


def why(say: Messages, found: Found, one: Shown) -> str:
    """Because of which answers, or that it is by chance."""
    if not one.reasons:
        return say("word-promotion-by-chance", one_in=ONE_IN)
    told = [_answered(say, found, reason) for reason in one.reasons]
    return say("word-promotion-because", answers="; ".join(told))


def told_by_use(say: Messages, found: Found, one: Shown) -> RenderableType:
    """Said before anything is bought: who learns what."""
    asked = in_words(say, one.condition, found.surveys)
    lines = [
        why(say, found, one),
        say("tell-promotion-shop", name=one.promotion.partner_name, condition=asked),
        say("tell-promotion-ledger"),
        say("tell-promotion-chance", one_in=ONE_IN),
        say("tell-promotion-bank"),
        say("tell-promotion-words"),
    ]
    heading = Text(words_for(say, one.promotion.words).title, "bold")
    return Group(
        heading, Text(words_for(say, one.promotion.words).text), Text(""), *(Text(f"- {one}") for one in lines)
    )


def to_file(say: Messages, words: Sequence[PromotionWords], condition: Condition, surveys: Surveys) -> RenderableType:
    """What a partner is about to sign."""
    said_in = [Text(f"({one.language}) {one.title}\n{one.text}") for one in words]
    return Group(*said_in, Text(say("word-promotion-for", condition=in_words(say, condition, surveys))))


def states(say: Messages, rows: Sequence[PromotionState], surveys: Surveys) -> RenderableType:
    columns = say.words("promotion", "company", "promotion-title", "promotion-text", "promotion-asks", "coupon")
    columns += say.words("until", "state", "promotion-sold", "promotion-used", "why-refused")
    listed = [
        (
            short(one.promotion_id),
            one.partner_name,
            title_of(one),
            " / ".join(each.text for each in one.words),
            in_words(say, read_condition(one.condition), surveys),
            one.coupon_title,
            say.moment(one.until),
            say.named("state", one.state),
            one.sold,
            one.used,
            one.reason or "",
        )
        for one in rows
    ]
    return table(say("word-promotions"), columns, listed, right=(8, 9))


def in_words(say: Messages, condition: Condition, surveys: Surveys) -> str:
    """A condition as people read it: the surveys' own labels."""
    if isinstance(condition, AllOf | AnyOf):
        form = "word-promotion-both" if isinstance(condition, AllOf) else "word-promotion-either"
        parts = [_grouped(say, part, surveys) for part in condition.parts]
        told = parts[0]
        for part in parts[1:]:
            told = say(form, one=told, other=part)
        return told
    question = _question(condition, surveys)
    values = (
        ", ".join(_label(question, value) for value in condition.one_of)
        if isinstance(condition, OneOf)
        else say("word-promotion-between", low=str(condition.low), high=str(condition.high))
    )
    return say("word-promotion-answer", question=_name(condition, question), answer=values)


def words_for(say: Messages, words: Sequence[PromotionWordsView]) -> PromotionWordsView:
    """In the reader's language, or in the one that there is."""
    return next((one for one in words if one.language == say.language), words[0])


def title_of(one: PromotionView) -> str:
    return " / ".join(each.title for each in one.words)


def _grouped(say: Messages, part: Condition, surveys: Surveys) -> str:
    told = in_words(say, part, surveys)
    return say("word-promotion-grouped", inner=told) if isinstance(part, AllOf | AnyOf) else told


def _answered(say: Messages, found: Found, reason: Clause) -> str:
    question = _question(reason, found.surveys)
    answer = _label(question, found.answers[reason.survey_id][reason.item])
    return say("word-promotion-answer", question=_name(reason, question), answer=answer)


def _question(clause: Clause, surveys: Surveys) -> Question | None:
    survey = surveys.get(clause.survey_id)
    return None if survey is None else next((one for one in survey.questions if one.key == clause.item), None)


def _name(clause: Clause, question: Question | None) -> str:
    return clause.item if question is None else question.label


def _label(question: Question | None, value: int) -> str:
    choices = [] if question is None else question.choices or []
    return next((one.label for one in choices if one.value == value), str(value))
