"""Rights: what an erasure will do, before it is agreed to; what was asked of the bank, and its answers."""

from rich.console import Group, RenderableType
from rich.text import Text

from bank_api.protocol.shapes.erasure import ErasurePlan, ReleaseOut
from bank_api.protocol.shapes.rights import RightView
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short


def erasure_plan(say: Messages, plan: ErasurePlan) -> RenderableType:
    documents = say("erasure-unknown") if plan.documents is None else plan.documents
    signed = [("erasure-consents", len(plan.consents)), ("erasure-coins", plan.coins)]
    gone = [
        ("erasure-documents", say("erasure-at", count=str(documents), place=plan.place)),
        ("erasure-escrows", plan.escrows),
        ("erasure-directory", ""),
        ("erasure-lapse", say("erasure-lapse-of", coins=plan.coins_bound, coupons=plan.coupons)),
    ]
    stays = [Text(f"- {say.named('stays', kind)}") for kind in plan.stays]
    return Group(
        facts(say("erasure-you-sign"), [(say(name), value) for name, value in signed]),
        facts(say("erasure-destroyed"), [(say(name), value) for name, value in gone]),
        Text(say("erasure-stays"), "bold"),
        *stays,
        *([_releases(say, plan.releases)] if plan.releases else []),
        Text(say("erasure-copy-first")),
    )


def _releases(say: Messages, rows: list[ReleaseOut]) -> RenderableType:
    return table(
        say("erasure-releases-out"),
        say.words("id", "recipient", "delete-by"),
        ((short(one.release_id), one.recipient, _until(say, one)) for one in rows),
    )


def _until(say: Messages, one: ReleaseOut) -> str:
    if one.deleted_at is not None:
        return say("erasure-deleted", at=say.moment(one.deleted_at))
    return "" if one.deletion_due is None else say.moment(one.deletion_due)


def requests(say: Messages, rows: list[RightView]) -> RenderableType:
    if not rows:
        return Text(say("right-none"))
    columns = [*say.words("id", "kind"), *(say(f"right-{name}") for name in ("due", "words", "answer"))]
    return table(
        say("right-list"),
        columns,
        (
            (short(one.request_id), _whose(say, one), say.moment(one.due_at), one.words, _answer(say, one))
            for one in rows
        ),
    )


def _whose(say: Messages, one: RightView) -> str:
    kind = say.named("right", one.kind)
    return f"{kind} ({one.name})" if one.name else kind


def _answer(say: Messages, one: RightView) -> str:
    if one.outcome is None:
        return say("right-overdue") if one.overdue else say("right-waiting")
    return f"{say.named('right', one.outcome)}: {one.answer}"
