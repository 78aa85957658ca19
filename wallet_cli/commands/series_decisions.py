"""One decision about every request of a series: by a sole member of the board at once, by several from hand to hand.

Whoever goes on with a file leaves alone what is decided already and what this wallet has signed, so that a series that
was interrupted, by a death or by another decision, is gone on with by the same command.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from bank_api.protocol.messages.said import said
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation
from wallet_cli.later import later
from wallet_cli.messages import Messages

if TYPE_CHECKING:
    from bank_api.protocol.decision import DecisionBody
    from bank_api.protocol.shapes.requests import RequestView
    from wallet_cli import asked_items, whole_series
    from wallet_cli import handed_file as files
    from wallet_cli.signing import decision as together
    from wallet_cli.signing import partner as signing
    from wallet_cli.views import organization as views
else:
    asked_items = later("wallet_cli.asked_items")
    files = later("wallet_cli.handed_file")
    whole_series = later("wallet_cli.whole_series")
    together = later("wallet_cli.signing.decision")
    signing = later("wallet_cli.signing.partner")
    views = later("wallet_cli.views.organization")

FILED = "filed"
DECISIONS = "decisions"
"""By which a file of a whole series is told from that of one decision."""


def decide_series(
    invocation: Invocation,
    found: "list[RequestView]",
    chosen: "RequestView",
    note: str,
    *,
    approved: bool,
    out: Path | None,
    yes: bool,
) -> None:
    """The same decision about every request of the series that is not decided yet; with `out` it waits for others."""
    say, surveys = invocation.messages, invocation.public.surveys()
    waiting = [one for one in whole_series.of_series(found, chosen, surveys) if one.state == FILED]
    invocation.output.show(views.requests(say, waiting))
    invocation.confirm(say("ask-approve-series" if approved else "ask-decline-series", count=len(waiting)), yes)
    if out is not None and waiting:
        bodies = [_proposed(invocation, one, note, approved) for one in waiting]
        files.hand_on(invocation, out, whole_series.SeriesDecision(decisions=bodies), 1)
        return
    for one in waiting:
        asked_items.check_items(invocation, one)
        invocation.client.send(signing.decide_request(invocation.signer, one, approved=approved, note=note))
    _tell(invocation, [one.request_id for one in waiting], approved)


def approve_series(invocation: Invocation, file: Path, out: Path, yes: bool) -> None:
    """Sign what another member of the board proposed for a whole series."""
    read = files.read_handed(file, whole_series.SeriesDecision, "rule-no-decision")
    say, known = invocation.messages, {one.request_id: one for one in invocation.client.board.requests()}
    pairs = [(body, _known(known, file, together.request_of(body))) for body in read.decisions]
    words = [together.decision_of(body, request) for body, request in pairs]
    first = pairs[0]
    alike = {one.request_id for one in _alike(invocation, known, first[1])}
    outcomes = {(one.approved, body.note) for one, (body, _) in zip(words, pairs, strict=True)}
    if len(outcomes) > 1 or not {request.request_id for _, request in pairs} <= alike:
        raise InputError(str(file), said("rule-no-decision", field=DECISIONS))
    waiting = [(body, request) for body, request in pairs if request.state == FILED]
    for _, request in waiting:
        asked_items.check_items(invocation, request)
    invocation.output.show(views.request(say, first[1], together.keys_in(first[0], invocation.signer.deployment)))
    invocation.output.show(views.requests(say, [request for _, request in waiting]))
    question = "ask-approve-series-together" if words[0].approved else "ask-decline-series-together"
    invocation.confirm(say(question, count=len(waiting), note=first[0].note), yes)
    signed = [_signed(invocation, body, request) for body, request in waiting]
    if not signed:
        raise InputError(str(file), said("rule-decided-already"))
    approvals = min(len(together.keys_in(body, invocation.signer.deployment)) for body in signed)
    files.hand_on(invocation, out, whole_series.SeriesDecision(decisions=signed), approvals)


def carry_series(invocation: Invocation, file: Path) -> None:
    """Send each decision of the file that is not on the ledger yet."""
    read = files.read_handed(file, whole_series.SeriesDecision, "rule-no-decision")
    known = {one.request_id: one for one in invocation.client.board.requests()}
    drafts = [together.draft_of(body) for body in read.decisions]
    waiting = [
        draft
        for body, draft in zip(read.decisions, drafts, strict=True)
        if _known(known, file, together.request_of(body)).state == FILED
    ]
    carried: dict[bool, list[str]] = {True: [], False: []}
    with invocation.output.progress() as bar:
        task = bar.add_task(file.name, total=len(waiting))
        for number, draft in enumerate(waiting, start=1):
            carried[draft.signed.struct.approved].append(invocation.client.send(draft).id)
            bar.update(task, completed=number)
    say, both = invocation.messages, [*carried[True], *carried[False]]
    told = [_outcome(say, ids, approved) for approved, ids in carried.items() if ids]
    invocation.output.result({"requests": both}, "\n".join(told) or _outcome(say, [], drafts[0].signed.struct.approved))


def _proposed(invocation: Invocation, request: "RequestView", note: str, approved: bool) -> "DecisionBody":
    asked_items.check_items(invocation, request)
    return together.propose_decision(invocation.signer, request, approved=approved, note=note)


def _signed(invocation: Invocation, body: "DecisionBody", request: "RequestView") -> "DecisionBody":
    if together.has_signed(invocation.signer, body):
        return body
    return together.approve_decision(invocation.signer, body, request)


def _alike(invocation: Invocation, known: "dict[str, RequestView]", request: "RequestView") -> "list[RequestView]":
    return whole_series.of_series(list(known.values()), request, invocation.public.surveys())


def _known(known: "dict[str, RequestView]", file: Path, request_id: str) -> "RequestView":
    if request_id not in known:
        raise InputError(str(file), said("rule-id-unknown", id=request_id))
    return known[request_id]


def _tell(invocation: Invocation, decided: list[str], approved: bool) -> None:
    invocation.output.result({"requests": decided}, _outcome(invocation.messages, decided, approved))


def _outcome(say: Messages, decided: list[str], approved: bool) -> str:
    return say("done-approved-series" if approved else "done-declined-series", count=len(decided))
