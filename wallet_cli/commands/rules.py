"""azukari member rules, allow, end-rule; azukari operator category, categorize, apply-rules: consent in advance."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.kinds import KindOfCategory
from bank_api.protocol.messages.said import said
from wallet_cli.commands.offices import address
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, Series, Yes, command
from wallet_cli.later import later
from wallet_cli.moments import parse_moment
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol import purposes as vocabulary
    from bank_api.protocol.shapes.rules import Category
    from bank_api.protocol.shapes.surveys import SurveyView
    from wallet_cli import whole_series
    from wallet_cli.signing import rules as signing
    from wallet_cli.views import rules as views
else:
    vocabulary = later("bank_api.protocol.purposes")
    signing = later("wallet_cli.signing.rules")
    views = later("wallet_cli.views.rules")
    whole_series = later("wallet_cli.whole_series")

KINDS = tuple(one.value for one in KindOfCategory)
ANONYMIZED = 1
"""The place of what the bank releases, unless told: the legal class itself."""

Names = Annotated[list[str] | None, typer.Option()]


def add_rule_commands(app: typer.Typer) -> None:
    """They belong to `azukari member`."""
    command(app, "rules", listing=True)(rules)
    command(app, "allow", '0x5a3c --item age --item educ --recipient "Research institutes" --until +365d')(allow)
    command(app, "end-rule", "0x61d0")(end_rule)


def add_operator_rule_commands(app: typer.Typer) -> None:
    """They belong to `azukari operator`."""
    command(app, "category", "purposes 0 dpv:AcademicResearch")(category)
    command(app, "categorize", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf 0")(categorize)
    command(app, "apply-rules", "0x3fd1")(apply_rules)


def rules(invocation: Invocation) -> None:
    mine, known = invocation.client.rules.mine(), invocation.client.rules.categories()
    invocation.output.result({"rules": mine, "categories": known}, views.rules(invocation.messages, mine, known))


def allow(
    invocation: Invocation,
    survey: Annotated[str | None, typer.Argument()] = None,
    item: Names = None,
    recipients: Annotated[list[str] | None, typer.Option("--recipient")] = None,
    purposes: Annotated[list[str] | None, typer.Option("--purpose")] = None,
    k: Annotated[int, typer.Option(min=2)] = 5,
    coins: Annotated[int, typer.Option(min=0)] = 0,
    uses: Annotated[int, typer.Option(min=1)] = 1,
    until: Annotated[str, typer.Option()] = "+365d",
    series: Series = False,
    yes: Yes = False,
) -> None:
    say, chosen = invocation.messages, _survey(invocation, survey)
    known = invocation.client.rules.categories()
    picked = [
        *_picked(known, KindOfCategory.RECIPIENTS, recipients),
        *_picked(known, KindOfCategory.PURPOSES, purposes),
        *(one for one in known if one.kind == KindOfCategory.PROCESSING and one.place == ANONYMIZED),
    ]
    terms = signing.RuleTerms(
        items=item or [one.key for one in chosen.questions if one.role != "sensitive"],
        categories=picked,
        k_minimum=k,
        coins_minimum=coins,
        uses_maximum=uses,
        valid_until=parse_moment(until, invocation.clock(), "--until"),
    )
    waves = whole_series.waves_left(invocation.public.surveys(), chosen) if series else [chosen]
    signed = signing.set_rule(invocation.signer, waves[0], terms)
    invocation.output.show(views.about_to_sign(say, signed.struct))
    invocation.confirm(say("ask-allow-series", count=len(waves)) if series else say("ask-allow"), yes)
    receipts = [invocation.client.send(signed)]
    receipts += [invocation.client.send(signing.set_rule(invocation.signer, wave, terms)) for wave in waves[1:]]
    ends = say.moment(terms.valid_until)
    if series:
        pairs = zip(receipts, waves, strict=True)
        document = {"rules": [{"id": one.id, "survey_id": wave.survey_id} for one, wave in pairs]}
        invocation.output.result(document, say("done-rules-set", count=len(receipts), until=ends))
        return
    invocation.output.result(receipts[0], say("done-rule-set", until=ends))


def end_rule(invocation: Invocation, rule: Annotated[str | None, typer.Argument()] = None, yes: Yes = False) -> None:
    say, mine = invocation.messages, {one.rule_id: one for one in invocation.client.rules.mine()}
    live = [one.rule_id for one in mine.values() if one.state == "active"]
    chosen = mine[find_by_prefix(rule, mine, "RULE", live)]
    invocation.confirm(say("ask-end-rule", names=", ".join(chosen.recipients)), yes)
    receipt = invocation.client.send(signing.end_rule(invocation.signer, chosen.rule_id))
    invocation.output.result(receipt, say("done-rule-ended", count=len(chosen.consents)))


def category(
    invocation: Invocation,
    kind: Annotated[str, typer.Argument()],
    place: Annotated[int, typer.Argument(min=0, max=31)],
    name: Annotated[str, typer.Argument()],
) -> None:
    if kind not in KINDS:
        raise InputError("KIND", said("rule-one-of", names=", ".join(KINDS)))
    if kind == KindOfCategory.PURPOSES and name.startswith(vocabulary.PREFIX):
        name = _purpose(name)
    receipt = invocation.client.rules.name_category(KindOfCategory(kind), place, name)
    invocation.output.result(receipt, invocation.messages("done-category", name=name, place=place))


def _purpose(term: str) -> str:
    try:
        return vocabulary.name_of(term)
    except KeyError as error:
        names = ", ".join(vocabulary.PREFIX + one for one in vocabulary.TERMS)
        raise InputError("NAME", said("rule-one-of", names=names)) from error


def categorize(
    invocation: Invocation,
    partner: Annotated[str, typer.Argument()],
    place: Annotated[int, typer.Argument(min=0, max=31)],
) -> None:
    receipt = invocation.client.rules.categorize(address(partner, "PARTNER"), place)
    known = invocation.client.rules.categories()
    names = [one.name or "" for one in known if (one.kind, one.place) == (KindOfCategory.RECIPIENTS, place)]
    invocation.output.result(receipt, invocation.messages("done-categorized", name=", ".join(names)))


def apply_rules(invocation: Invocation, request: Annotated[str | None, typer.Argument()] = None) -> None:
    found = {one.request_id: one for one in invocation.client.partner.requests()}
    approved = [one.request_id for one in found.values() if one.state == "approved"]
    told = invocation.client.rules.consent_by_rules(find_by_prefix(request, found, "REQUEST", approved))
    text = invocation.messages("done-rules-applied", count=told.consented, uncovered=told.uncovered)
    refused = [invocation.messages.named("reason", one.partition(": ")[2]) for one in told.refused]
    invocation.output.result(told, "\n".join([text, *refused]))


def _picked(known: "Iterable[Category]", kind: KindOfCategory, names: list[str] | None) -> "list[Category]":
    """Those of a kind that were named, by name or place; all of them if none was."""
    there = [one for one in known if one.kind == kind and one.name is not None]
    if not names:
        return there
    found = []
    for name in names:
        fitting = [one for one in there if name == str(one.place) or vocabulary.is_called(one.name, name)]
        if not fitting:
            known_names = ", ".join(one.name or "" for one in there)
            raise InputError(f"--{kind.value.removesuffix('s')}", said("rule-one-of", names=known_names))
        found += fitting
    return found


def _survey(invocation: Invocation, prefix: str | None) -> "SurveyView":
    surveys = {one.survey_id: one for one in invocation.public.surveys()}
    open_now = [one.survey_id for one in surveys.values() if one.state == "open"]
    return surveys[find_by_prefix(prefix, surveys, "SURVEY", open_now)]
