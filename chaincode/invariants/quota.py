"""Rules about where coins come from: no sale and no budget beyond the quota, unless the board said so."""

from collections.abc import Iterator

from chaincode.events import BudgetAdded, Event, Granted, IssueApproved, Issued, QuotaSet, SurveyPublished
from chaincode.ids import EMPTY_ID, NOBODY
from chaincode.invariants.context import Context
from chaincode.model import State
from chaincode.sentence import Sentence

COINS_MAXIMUM = 2**64 - 1
PERIOD_SECONDS_MINIMUM = 3600


def broken(context: Context, event: Event) -> Iterator[str]:
    """Yield what an event breaks."""
    match event:
        case QuotaSet():
            yield from _quota(context, event)
        case IssueApproved():
            if event.issue_id in context.state.quota.approved or context.state.members.board_size == 0:
                yield "an issue of coins was approved twice, or by no board"
        case Issued():
            yield from _issued(context, event)
        case SurveyPublished() if event.budget_coins:
            yield from _must_be_issued(context, event.survey_id, NOBODY, event.budget_coins)
        case BudgetAdded():
            yield from _must_be_issued(context, event.top_up_id, NOBODY, event.coins)


def broken_at_the_end(state: State) -> Iterator[str]:
    """Yield what is wrong with the whole."""
    if state.coins.granted > state.quota.issued:
        yield Sentence(
            "{found} coins were granted, {expected} were issued",
            found=state.coins.granted,
            expected=state.quota.issued,
        )


def _quota(context: Context, event: QuotaSet) -> Iterator[str]:
    known = context.state.quota
    if event.period_seconds < PERIOD_SECONDS_MINIMUM:
        yield "a quota's period is too short to bound anything"
    if event.quota_id == EMPTY_ID:
        if known.period_seconds:
            yield "the first quota came after another"
        return
    if context.state.members.board_size == 0:
        yield "a quota was set by no board"
    if event.quota_id in known.quota_ids or event.sequence <= known.sequence:
        yield "a quota was set twice, or an earlier one after a later"


def _issued(context: Context, event: Issued) -> Iterator[str]:
    quota = context.state.quota
    if not 0 < event.coins <= COINS_MAXIMUM:
        yield "coins were issued by nothing, or in a number that no purse holds"
    if event.is_approved:
        if quota.approved.get(event.issue_id) != (event.account, event.coins):
            yield "coins were issued by a word of the board that it never gave"
    elif quota.used * (context.now < quota.since + quota.period_seconds) + event.coins > quota.coins:
        yield "more coins were issued than the quota left"
    sold = any((one.reason, one.account, one.amount) == _what(event) for one in context.others(Granted))
    funded = any((one.survey_id, NOBODY, one.budget_coins) == _what(event) for one in context.others(SurveyPublished))
    added = any((one.top_up_id, NOBODY, one.coins) == _what(event) for one in context.others(BudgetAdded))
    if not (sold or funded or added):
        yield "coins were issued for neither a sale nor a budget"


def _must_be_issued(context: Context, issue_id: bytes, account: str, coins: int) -> Iterator[str]:
    if not any(_what(one) == (issue_id, account, coins) for one in context.others(Issued)):
        yield "a survey was promised coins past the quota"


def _what(event: Issued) -> tuple[bytes, str, int]:
    return event.issue_id, event.account, event.coins
