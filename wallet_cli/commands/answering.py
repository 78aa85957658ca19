"""azukari member: answer a survey, keep a draft, correct an answer."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bank_api.protocol.messages.said import said
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol.shapes.surveys import StoredAnswer, SurveyView
    from wallet_cli import answer_sources, drafts, questions
    from wallet_cli import own_answers as opening
    from wallet_cli.signing import answer as answering
    from wallet_cli.views import member as views
else:
    answer_sources = later("wallet_cli.answer_sources")
    drafts = later("wallet_cli.drafts")
    opening = later("wallet_cli.own_answers")
    answering = later("wallet_cli.signing.answer")
    questions = later("wallet_cli.questions")
    views = later("wallet_cli.views.member")

SurveyId = Annotated[str | None, typer.Argument()]
Values = Annotated[Path | None, typer.Option()]
Pairs = Annotated[list[str] | None, typer.Option("--set")]


def add_answer_commands(app: typer.Typer) -> None:
    """They belong to `azukari member`."""
    command(app, "answer", "0x5a3c --set age=41 --set vote=1")(answer)
    command(app, "answers", "0x5a3c")(list_answers)
    command(app, "drafts", listing=True)(list_drafts)
    command(app, "correct", "0x5a3c --set age=42")(correct)


def answer(
    invocation: Invocation,
    survey: SurveyId = None,
    values: Values = None,
    pairs: Pairs = None,
    draft: Annotated[bool, typer.Option("--draft")] = False,
    discard: Annotated[bool, typer.Option("--discard")] = False,
) -> None:
    chosen, kept = chosen_survey(invocation.public.surveys(), survey), _drafts(invocation)
    if discard:
        _discard(invocation, chosen, kept)
        return
    invocation.proven.check_survey(chosen)
    if draft:
        _keep_some(invocation, chosen, kept, values, pairs or [])
    else:
        _send(invocation, chosen, kept, values, pairs or [])


def list_drafts(invocation: Invocation) -> None:
    surveys, kept = {one.survey_id: one for one in invocation.public.surveys()}, _drafts(invocation)
    found = [(surveys[one], len(kept.read(surveys[one]))) for one in kept.surveys() if one in surveys]
    document = [
        {"survey_id": one.survey_id, "title": one.title, "answered": count, "questions": len(one.questions)}
        | {"closes_at": one.closes_at, "state": one.state}
        for one, count in found
    ]
    invocation.output.result({"drafts": document}, views.drafts(invocation.messages, found))


def list_answers(invocation: Invocation, survey: SurveyId = None) -> None:
    """What stands, opened here and held against what was signed; who signed it, where it was not typed."""
    surveys = {one.survey_id: one for one in invocation.public.surveys()}
    stand = [one.survey_id for one in invocation.client.member.answers() if one.stands and one.survey_id in surveys]
    wanted = stand if survey is None else [find_by_prefix(survey, stand, "SURVEY")]
    found = []
    for survey_id in wanted:
        document = opening.own_document(invocation, survey_id)
        found.append((surveys[survey_id], document.get("values"), answer_sources.told(document, surveys[survey_id])))
    told = [
        {"survey_id": one.survey_id, "title": one.title, "values": values}
        | {"sources": {key: asdict(who) for key, who in sources.items()}}
        for one, values, sources in found
    ]
    invocation.output.result({"answers": told}, views.own_answers(invocation.messages, found))


def correct(
    invocation: Invocation,
    survey: SurveyId = None,
    values: Values = None,
    pairs: Pairs = None,
) -> None:
    chosen, stands = _answered(invocation, survey)
    invocation.proven.check_survey(chosen)
    document = opening.own_document(invocation, chosen.survey_id)
    known = dict(document.get("values", {}))
    if values is None and not pairs:
        given = _asked(invocation, chosen, None, dict(known))
    else:
        given = questions.given_values(chosen, values, pairs or [], known)
    if given == known:
        raise InputError("--set", said("rule-nothing-corrected"))
    key = _release_key(invocation)
    signer = invocation.signer
    holders = {signer.account, signer.key.address}
    sources = answer_sources.still_true(
        answer_sources.kept_sources(document), chosen, given, holders, invocation.clock()
    )
    sealed = answering.correct_answer(
        signer, chosen, stands.answer_id, given, key, invocation.wards_encryption_key, sources
    )
    receipt = invocation.client.send(sealed)
    invocation.output.result(receipt, _corrected(invocation, chosen, known, given))


def chosen_survey(surveys: "list[SurveyView]", prefix: str | None) -> "SurveyView":
    """The survey that is meant; without a prefix the only one that is open."""
    open_now = [survey.survey_id for survey in surveys if survey.state == "open"]
    survey_id = find_by_prefix(prefix, (survey.survey_id for survey in surveys), "SURVEY", open_now)
    return next(survey for survey in surveys if survey.survey_id == survey_id)


def _answered(invocation: Invocation, prefix: str | None) -> "tuple[SurveyView, StoredAnswer]":
    """The survey whose answer is to be corrected, and that answer: it may have closed long ago."""
    stand = {one.survey_id: one for one in invocation.client.member.answers() if one.stands}
    surveys = [one for one in invocation.public.surveys() if one.survey_id in stand]
    survey_id = find_by_prefix(prefix, (survey.survey_id for survey in surveys), "SURVEY")
    return next(survey for survey in surveys if survey.survey_id == survey_id), stand[survey_id]


def _drafts(invocation: Invocation) -> "drafts.Drafts":
    return drafts.Drafts(invocation.home, invocation.connection.url, invocation.signer)


def _release_key(invocation: Invocation) -> str:
    return invocation.proven.release_key(invocation.bank.release_public_key).to_hex()


def _discard(invocation: Invocation, survey: "SurveyView", kept: "drafts.Drafts") -> None:
    was_there = kept.discard(survey.survey_id)
    text = invocation.messages("done-draft-discarded" if was_there else "done-draft-none", title=survey.title)
    invocation.output.result({"survey_id": survey.survey_id, "discarded": was_there}, text)


def _keep_some(
    invocation: Invocation, survey: "SurveyView", kept: "drafts.Drafts", values: Path | None, pairs: list[str]
) -> None:
    """Add to the draft, as far as answers are given."""
    given = dict(kept.read(survey))
    if values is None and not pairs:
        _asked(invocation, survey, kept, given)
    _keep(invocation, survey, kept, questions.some_values(survey, values, pairs, given))


def _send(
    invocation: Invocation, survey: "SurveyView", kept: "drafts.Drafts", values: Path | None, pairs: list[str]
) -> None:
    """Seal and send what was given, on top of a draft; who gives nothing is asked, or sends the draft."""
    begun = kept.read(survey)
    if values is None and not pairs and (invocation.at_terminal or not begun):
        given = _asked(invocation, survey, kept, dict(begun))
    else:
        given = questions.given_values(survey, values, pairs, begun)
    key = _release_key(invocation)
    sealed = answering.answer_survey(invocation.signer, survey, given, key, invocation.wards_encryption_key)
    receipt = invocation.client.send(sealed)
    kept.discard(survey.survey_id)
    invocation.output.result(receipt, invocation.messages("done-answered", coins=sealed.signed.struct.coins))


def _corrected(invocation: Invocation, survey: "SurveyView", known: dict[str, int], given: dict[str, int]) -> str:
    """What is said of a correction; which questions it leaves without an answer now."""
    text = invocation.messages("done-corrected", title=survey.title)
    left_out = [one.label for one in survey.questions if one.key in known and one.key not in given]
    if left_out:
        text += "\n" + invocation.messages("done-corrected-fewer", labels=", ".join(left_out))
    return text


def _keep(invocation: Invocation, survey: "SurveyView", kept: "drafts.Drafts", given: dict[str, int]) -> None:
    kept.keep(survey, given)
    counts: dict[str, Any] = {"answered": len(given), "questions": len(survey.questions)}
    document = {"survey_id": survey.survey_id, "title": survey.title} | counts
    invocation.output.result(document, invocation.messages("done-draft-kept", title=survey.title, **counts))


def _asked(
    invocation: Invocation, survey: "SurveyView", kept: "drafts.Drafts | None", values: dict[str, int]
) -> dict[str, int]:
    """Question by question; who breaks off keeps a draft of what was answered so far."""
    if not invocation.at_terminal:
        raise InputError("--values", said("rule-or-set"))
    invocation.output.say(survey.title)

    def ask(prompt: str) -> str:
        return str(typer.prompt(prompt, default="", show_default=False, err=True))

    try:
        return questions.ask_values(survey, ask, invocation.output.say, invocation.messages, values)
    except typer.Abort:
        if kept is not None and values:
            kept.keep(survey, values)
            text = invocation.messages(
                "done-draft-kept", title=survey.title, answered=len(values), questions=len(survey.questions)
            )
            invocation.output.say(text)
        raise
