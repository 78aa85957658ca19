"""An inbox on the screen: each item's sentence, its deadline, and what to do."""

import re

from rich.console import Group, RenderableType
from rich.text import Text

from bank_api.protocol.kinds import InboxKind
from bank_api.protocol.shapes.inbox import Inbox, InboxItem
from wallet_cli.layout import table
from wallet_cli.messages import Messages
from wallet_cli.output import short

_ID = re.compile(r"[0-9A-Za-z]+")
DO: dict[str, str] = {
    InboxKind.REQUEST_TO_DECIDE: "azukari member requests {subject}",
    InboxKind.RELEASE_MADE: "azukari member releases",
    InboxKind.STATISTICS_MADE: "azukari member statistics {subject}",
    InboxKind.CONSENT_ENDING: "azukari member consents",
    InboxKind.OPENING_ASKED: "azukari escrow veto {subject}",
    InboxKind.RECOVERY_ASKED: "azukari recovery veto {subject}",
    InboxKind.COUPON_ENDING: "azukari member coupons",
    InboxKind.RIGHT_ANSWERED: "azukari member rights",
    InboxKind.REQUEST_DECIDED: "azukari partner requests",
    InboxKind.CONSENT_WITHDRAWN: "azukari partner requests",
    InboxKind.APPROVAL_REVOKED: "azukari partner requests",
    InboxKind.CONSENT_RESTS: "azukari member consents",
    InboxKind.DELETION_DUE: "azukari partner attest-deletion {subject}",
    InboxKind.PERSON_ERASED: "azukari partner attest-deletion {subject}",
    InboxKind.APPROVAL_PENDING: "azukari board approve {subject}",
    InboxKind.SHARE_TO_KEEP: "azukari custodian acknowledge {subject}",
    InboxKind.CONTRIBUTION_ASKED: "azukari custodian contribute {subject}",
    InboxKind.CONTRIBUTION_REFUSED: "azukari escrow status",
    InboxKind.REGISTRATION_ASKED: "azukari operator approve-registration {subject}",
    InboxKind.RIGHT_ASKED: "azukari operator answer-right {subject}",
    InboxKind.REQUEST_OVER: "azukari operator close-request {subject}",
    InboxKind.CONSENTS_OVER: "azukari operator expire",
    InboxKind.DRAW_OVERDUE: "azukari operator refund-draw {subject}",
    InboxKind.BUDGET_NEARLY_USED: "azukari operator top-up {subject}",
    InboxKind.RULED_CONSENT: "azukari member withdraw {subject}",
    InboxKind.GUARDIAN_APPOINTED: "azukari member end-delegation {subject}",
    InboxKind.GIFTS_ORDERED: "azukari operator give-gifts {subject}",
    InboxKind.PROMOTION_ASKED: "azukari operator promotion list",
    InboxKind.PROMOTION_APPROVED: "azukari partner promotion list",
    InboxKind.PROMOTION_REFUSED: "azukari partner promotion list",
    InboxKind.TERMS_CHANGED: "azukari member terms accept",
}
"""The command for each kind."""


def inbox(say: Messages, items: list[InboxItem], first: Inbox) -> RenderableType:
    if not items:
        return Text(say("inbox-nothing"))
    columns = [say("inbox-since"), say("inbox-what"), say("inbox-until"), say("inbox-do")]
    rows = ((say.moment(one.time), _mark(one) + sentence(say, one), _until(say, one), _do(one)) for one in items)
    more = [Text(say("inbox-more"))] if first.next is not None and len(items) == len(first.items) else []
    return Group(table(say("inbox-title", count=first.unread), columns, rows), *more)


def sentence(say: Messages, one: InboxItem) -> str:
    """What an item tells; of a kind that the catalogue does not know, the kind as the bank wrote it."""
    name = say.find(f"right-{one.name}") or say.find(f"state-{one.name}") or one.name or ""
    words = {"name": name, "count": one.count or 0, "title": one.title or "", "subject": short(one.subject)}
    return say.find(f"inbox-{one.kind}", **words) or one.kind


def _do(one: InboxItem) -> str:
    """The command to copy; none about something that is no id, for that would be a command of the bank's."""
    return DO.get(one.kind, "").format(subject=short(one.subject)) if _ID.fullmatch(one.subject) else ""


def _mark(one: InboxItem) -> str:
    return "" if one.read else "*\N{NO-BREAK SPACE}"


def _until(say: Messages, one: InboxItem) -> str:
    if one.due_at is None:
        return ""
    return say("inbox-overdue", at=say.moment(one.due_at)) if one.overdue else say.moment(one.due_at)
