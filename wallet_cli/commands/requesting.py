"""azukari partner request, amend, drafts: what a partner asks for, until the board decides."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bank_api.protocol.kinds import KindOfCategory
from bank_api.protocol.messages.said import said
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, Series, Yes, command
from wallet_cli.later import later
from wallet_cli.moments import parse_length, parse_moment
from wallet_cli.output import find_by_prefix, short

if TYPE_CHECKING:
    from bank_api.protocol import purposes
    from bank_api.protocol.documents import open_results
    from bank_api.protocol.documents import synthetic as made_up
    from bank_api.protocol.shapes.receipts import Receipt
    from bank_api.protocol.shapes.requests import RequestView
    from bank_api.protocol.shapes.surveys import SurveyView
    from wallet_cli import request_drafts, usefulness, whole_series
    from wallet_cli.signing import partner as signing
    from wallet_cli.views import organization as views
else:
    made_up = later("bank_api.protocol.documents.synthetic")
    open_results = later("bank_api.protocol.documents.open_results")
    purposes = later("bank_api.protocol.purposes")
    request_drafts = later("wallet_cli.request_drafts")
    signing = later("wallet_cli.signing.partner")
    usefulness = later("wallet_cli.usefulness")
    whole_series = later("wallet_cli.whole_series")
    views = later("wallet_cli.views.organization")

DAY_SECONDS = 86_400
OPEN_STATES = ("filed", "approved")
"""Of a request: what can still be ended."""
FILED, CLOSED = "filed", "closed"
STATISTICAL = 2


def add_request_commands(app: typer.Typer) -> None:
    example = '0x5a3c --item age --item vote --purpose "Turnout" --why "..." --persons 500'
    command(app, "request", example)(request)
    command(app, "drafts", listing=True)(drafts)
    command(app, "file", "turnout")(file_draft)
    command(app, "amend", "0x9b1e --item age --persons 300 --yes")(amend)


def request(
    invocation: Invocation,
    items: Annotated[list[str], typer.Option("--item")],
    purpose: Annotated[str, typer.Option()],
    why: Annotated[str, typer.Option()],
    persons: Annotated[int, typer.Option(min=1)],
    survey: Annotated[str | None, typer.Argument()] = None,
    k: Annotated[int, typer.Option(min=2)] = 5,
    l: Annotated[int, typer.Option(min=2, max=255)] = 2,  # noqa: E741  the rule's own name
    t: Annotated[int, typer.Option(min=1, max=100)] = 100,
    coins: Annotated[int, typer.Option(min=0)] = 0,
    coins_per_item: Annotated[int, typer.Option(min=0)] = 0,
    until: Annotated[str, typer.Option()] = "+90d",
    keep: Annotated[str, typer.Option()] = "365d",
    purpose_code: Annotated[str, typer.Option()] = "0",
    legal_class: Annotated[str, typer.Option()] = "anonymized",
    open_to_all: Annotated[bool, typer.Option("--open")] = False,
    synthetic: Annotated[bool, typer.Option("--synthetic")] = False,
    draft: Annotated[str | None, typer.Option()] = None,
    series: Series = False,
) -> None:
    if open_to_all and _legal_class(legal_class) != STATISTICAL:
        raise InputError("--open", said("rule-open-statistics"))
    if synthetic and _legal_class(legal_class) != STATISTICAL:
        raise InputError("--synthetic", said("rule-synthetic-statistics"))
    if synthetic and open_to_all:
        raise InputError("--synthetic", said("rule-synthetic-open"))
    if synthetic:
        purpose = made_up.for_made_up(purpose)
    terms = signing.RequestTerms(
        recipient=invocation.client.member.me().name or "",
        purpose=open_results.opened(purpose) if open_to_all else purpose,
        description=why,
        k_minimum=k,
        l_minimum=l,
        t_percent=t,
        persons_maximum=persons,
        coins_base=coins,
        coins_per_item=coins_per_item,
        valid_until=parse_moment(until, invocation.clock(), "--until"),
        retention_days=parse_length(keep, "--keep") // DAY_SECONDS,
        legal_class=_legal_class(legal_class),
        purpose_code=_purpose_code(invocation, purpose_code),
    )
    chosen = _survey(invocation, survey)
    if series:
        _file_series(invocation, chosen, items, terms, until)
        return
    if draft is not None:
        wish = request_drafts.RequestDraft(chosen.survey_id, tuple(items), terms)
        signing.item_mask(chosen, items)
        _drafts(invocation).keep(draft, wish)
        document = {"draft": draft} | wish.to_json()
        invocation.output.result(document, invocation.messages("done-request-draft-kept", name=draft))
        return
    receipt = _file(invocation, chosen, items, terms)
    invocation.output.result(receipt, invocation.messages("done-filed", id=receipt.id))


def drafts(invocation: Invocation) -> None:
    found = _drafts(invocation).every()
    document = [{"draft": name} | one.to_json() for name, one in found.items()]
    invocation.output.result({"drafts": document}, views.request_drafts(invocation.messages, found))


def file_draft(
    invocation: Invocation,
    draft: Annotated[str, typer.Argument()],
    discard: Annotated[bool, typer.Option("--discard")] = False,
) -> None:
    """A draft goes once it is filed; one that dies in between is found by the request that is there already."""
    say, kept = invocation.messages, _drafts(invocation)
    wish = kept.read(draft)
    if discard:
        kept.discard(draft)
        invocation.output.result({"draft": draft, "discarded": True}, say("done-request-draft-discarded", name=draft))
        return
    known = _same(invocation.client.partner.requests(), wish.survey_id, wish.items, wish.terms)
    filed = known or _file(invocation, _survey(invocation, wish.survey_id), list(wish.items), wish.terms).id
    kept.discard(draft)
    invocation.output.result({"id": filed, "draft": draft, "repeated": known is not None}, say("done-filed", id=filed))


def amend(
    invocation: Invocation,
    request: Annotated[str | None, typer.Argument()] = None,
    items: Annotated[list[str] | None, typer.Option("--item")] = None,
    purpose: Annotated[str | None, typer.Option()] = None,
    why: Annotated[str | None, typer.Option()] = None,
    persons: Annotated[int | None, typer.Option(min=1)] = None,
    k: Annotated[int | None, typer.Option(min=2)] = None,
    l: Annotated[int | None, typer.Option(min=2, max=255)] = None,  # noqa: E741  the rule's own name
    t: Annotated[int | None, typer.Option(min=1, max=100)] = None,
    coins: Annotated[int | None, typer.Option(min=0)] = None,
    coins_per_item: Annotated[int | None, typer.Option(min=0)] = None,
    until: Annotated[str | None, typer.Option()] = None,
    keep: Annotated[str | None, typer.Option()] = None,
    purpose_code: Annotated[str | None, typer.Option()] = None,
    legal_class: Annotated[str | None, typer.Option()] = None,
    yes: Yes = False,
) -> None:
    """Close and file anew. One that dies in between goes on when it is run again with the same words."""
    say = invocation.messages
    mine = {one.request_id: one for one in invocation.client.partner.requests()}
    undecided = [one.request_id for one in mine.values() if one.state == FILED]
    old = mine[find_by_prefix(request, mine, "REQUEST", undecided)]
    if old.state not in (FILED, CLOSED) or old.decision_note is not None:
        raise InputError("REQUEST", said("rule-not-decided-yet", id=short(old.request_id)))
    given: dict[str, Any] = {
        "purpose": purpose,
        "description": why,
        "persons_maximum": persons,
        "k_minimum": k,
        "l_minimum": l,
        "t_percent": t,
        "coins_base": coins,
        "coins_per_item": coins_per_item,
        "valid_until": None if until is None else parse_moment(until, invocation.clock(), "--until"),
        "retention_days": None if keep is None else parse_length(keep, "--keep") // DAY_SECONDS,
        "purpose_code": None if purpose_code is None else _purpose_code(invocation, purpose_code),
        "legal_class": None if legal_class is None else _legal_class(legal_class),
    }
    was = signing.terms_of(old)
    terms = replace(was, **{name: value for name, value in given.items() if value is not None})
    wanted = items or old.items
    if (sorted(wanted), terms) == (sorted(old.items), was):
        raise InputError("--item", said("rule-nothing-amended"))
    survey = _survey(invocation, old.survey_id)
    signing.item_mask(survey, wanted)
    known = _same([one for one in mine.values() if one is not old], old.survey_id, wanted, terms)
    if old.state == FILED:
        invocation.confirm(say("ask-amend-request", purpose=old.purpose, coins=old.coins_locked or 0), yes)
        invocation.client.send(signing.close_request(invocation.signer, old.request_id))
    filed = known or _file(invocation, survey, wanted, terms).id
    document = {"id": filed, "closed": old.request_id, "repeated": known is not None}
    invocation.output.result(document, say("done-amended", id=filed, old=short(old.request_id)))


def _file_series(
    invocation: Invocation, chosen: "SurveyView", items: list[str], terms: "signing.RequestTerms", until: str
) -> None:
    """One request for each wave that is not over, ending as long after its opening; gone on with if it died."""
    now, own, filed = invocation.clock(), invocation.client.partner.requests(), []
    for wave in whole_series.waves_left(invocation.public.surveys(), chosen):
        ends = parse_moment(until, max(now, wave.opens_at), "--until")
        wished = replace(terms, valid_until=ends)
        known = next((one for one in own if _is_for(one, wave.survey_id, items, wished)), None)
        receipt = None if known else _file(invocation, wave, items, wished)
        request_id = known.request_id if known else receipt.id if receipt else ""
        filed.append(
            {"id": request_id, "survey_id": wave.survey_id, "title": wave.title, "repeated": known is not None}
        )
    rows = [(str(one["id"]), str(one["title"])) for one in filed]
    invocation.output.result({"requests": filed}, views.filed_series(invocation.messages, rows))


def _is_for(one: "RequestView", survey_id: str, items: list[str], wished: "signing.RequestTerms") -> bool:
    """Whether it asks that of this wave, whenever it ends: a moment from now is another one at another time."""
    was = replace(signing.terms_of(one), valid_until=wished.valid_until)
    return (one.survey_id, sorted(one.items), was) == (survey_id, sorted(items), wished) and one.state in OPEN_STATES


def _file(invocation: Invocation, survey: "SurveyView", items: list[str], terms: "signing.RequestTerms") -> "Receipt":
    """File it, after saying what speaks against it; the questions are those that the ledger knows by hash."""
    invocation.proven.check_survey(survey)
    face = invocation.client.partner
    for why in usefulness.doubts_about(invocation.messages, face, survey.survey_id, frozenset(items), face.requests()):
        invocation.output.say(why)
    return invocation.client.send(signing.file_request(invocation.signer, survey, items, terms))


def _same(own: "list[RequestView]", survey_id: str, items: Sequence[str], terms: "signing.RequestTerms") -> str | None:
    """The request of mine, not ended yet, that asks for the very same; None if there is none."""
    for one in own:
        same = one.survey_id == survey_id and sorted(one.items) == sorted(items) and signing.terms_of(one) == terms
        if same and one.state in OPEN_STATES:
            return one.request_id
    return None


def _drafts(invocation: Invocation) -> "request_drafts.RequestDrafts":
    return request_drafts.RequestDrafts(invocation.home, invocation.connection.url, invocation.signer)


def _legal_class(name: str) -> int:
    if name not in signing.LEGAL_CLASSES:
        raise InputError("--legal-class", said("rule-one-of", names=", ".join(signing.LEGAL_CLASSES)))
    return signing.LEGAL_CLASSES[name]


def _survey(invocation: Invocation, prefix: str | None) -> "SurveyView":
    surveys = {survey.survey_id: survey for survey in invocation.public.surveys()}
    open_now = [survey.survey_id for survey in surveys.values() if survey.state == "open"]
    return surveys[find_by_prefix(prefix, surveys, "SURVEY", open_now)]


def _purpose_code(invocation: Invocation, given: str) -> int:
    """A purpose by its code, by its name in the catalogue or in one language, or by its DPV term."""
    if given.isdecimal():
        return int(given)
    known = [one for one in invocation.client.rules.categories() if one.kind == KindOfCategory.PURPOSES]
    for one in known:
        if purposes.is_called(one.name, given):
            return one.place
    raise InputError(
        "--purpose-code", said("rule-one-of", names=", ".join(one.name or str(one.place) for one in known))
    )
