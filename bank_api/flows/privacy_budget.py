"""What statistics, made-up rows among them, may tell of a person: to one partner, to all together, and what is left.

Spending is one table, written in the transaction that keeps a release; epsilon adds up, and so does delta.
"""

from bank_api.bank import Bank
from bank_api.domain.statistics import Plan
from bank_api.domain.synthetic import DELTA
from bank_api.domain.synthetic.release import SyntheticPlan
from bank_api.errors import ReleaseNotPossibleError
from bank_api.index.rows import RecordedConsent, position_of
from bank_api.protocol.documents.open_results import is_open
from bank_api.protocol.messages.said import said
from bank_api.store.catalog import PrivacySpent
from bank_api.views.kept import request_message
from chaincode.bindings import LegalClass
from chaincode.events import ConsentUsed, Disclosed
from chaincode.ids import to_hex
from chaincode.typed_data import DataRequest

DAY_SECONDS = 86_400
EVERYBODY = "everybody"
"""To whom an open result tells what it tells: it counts against what any partner may still learn."""


def thousandths(epsilon: float) -> int:
    return round(epsilon * 1000)


def billionths(delta: float) -> int:
    return round(delta * 1e9)


def budget_left(bank: Bank, account: str, partner: str | None = None) -> float:
    """What a person still gives to this partner (or to all together) in the days that count."""
    settings, spent = bank.settings, spent_lately(bank)
    everybody = thousandths(settings.epsilon_per_person) - spent.of_person.get(account, 0)
    if partner is None:
        return max(0, everybody) / 1000
    own = thousandths(settings.epsilon_per_partner) - _told_to(spent, account, partner)
    return max(0, min(own, everybody)) / 1000


def delta_left(bank: Bank, account: str) -> float:
    """What made-up rows may still take of a person's delta, from all partners together."""
    left = billionths(bank.settings.delta_per_person) - spent_lately(bank).deltas.get(account, 0)
    return max(0, left) / 1e9


def spent_lately(bank: Bank) -> PrivacySpent:
    """What was spent within the days that count.

    Of a release that is on the ledger and not here (the bank was put back from an older copy) nobody knows any more
    what it took, so it counts as all that one partner may have; as open to everybody where its request is gone, too.
    """
    since = bank.clock() - bank.settings.epsilon_days * DAY_SECONDS
    spent = bank.catalog.privacy_spent(since)
    pairs, people, deltas = dict(spent.of_pair), dict(spent.of_person), dict(spent.deltas)
    whole = thousandths(bank.settings.epsilon_per_partner)
    for event in bank.index.events(Disclosed):
        release_id = to_hex(event.release_id)
        unknown = event.legal_class == LegalClass.STATISTICAL and release_id not in spent.releases
        if unknown and position_of(event).timestamp > since:
            row = bank.catalog.request(to_hex(event.request_id))
            audience = EVERYBODY if row is None else audience_of(request_message(row))
            for used in bank.index.events_about(release_id, ConsentUsed):
                consent = bank.index.consent(to_hex(used.consent_id))
                if consent is not None:
                    pair = consent.member, audience
                    pairs[pair] = pairs.get(pair, 0) + whole
                    people[consent.member] = people.get(consent.member, 0) + whole
                    deltas[consent.member] = deltas.get(consent.member, 0) + billionths(DELTA)
    return PrivacySpent(pairs, people, spent.releases, deltas)


def with_budget(
    bank: Bank, asked: DataRequest, consents: list[RecordedConsent], plan: Plan | SyntheticPlan
) -> list[RecordedConsent]:  # 2.
    settings, spent = bank.settings, spent_lately(bank)
    mine, all_partners = thousandths(settings.epsilon_per_partner), thousandths(settings.epsilon_per_person)
    told = _most_told(spent) if is_open(asked.purpose, asked.legal_class) else None
    delta = delta_of(plan)
    within = [
        one
        for one in consents
        if (_told_to(spent, one.member, asked.partner) if told is None else told.get(one.member, 0))
        + plan.epsilon_thousandths
        <= mine
        and spent.of_person.get(one.member, 0) + plan.epsilon_thousandths <= all_partners
    ]
    most = billionths(settings.delta_per_person)
    able = [one for one in within if not delta or spent.deltas.get(one.member, 0) + delta <= most]
    if len(able) < plan.k <= len(within):
        raise ReleaseNotPossibleError(
            said(
                "refusal-delta-spent", reached=len(able), people=len(within), least=plan.k, days=settings.epsilon_days
            ),
            rule="budget",
            required=plan.k,
            reached=len(able),
            missing=plan.k - len(able),
        )
    if len(able) < plan.k <= len(consents):
        raise ReleaseNotPossibleError(
            said(
                "refusal-budget-spent",
                reached=len(able),
                people=len(consents),
                least=plan.k,
                epsilon=f"{plan.epsilon_thousandths / 1000:g}",
                partner=f"{settings.epsilon_per_partner:g}",
                everybody=f"{settings.epsilon_per_person:g}",
                days=settings.epsilon_days,
            ),
            rule="budget",
            required=plan.k,
            reached=len(able),
            missing=plan.k - len(able),
        )
    return able


def audience_of(asked: DataRequest) -> str:
    """Against whose share of a person's budget a release counts."""
    return EVERYBODY if is_open(asked.purpose, asked.legal_class) else asked.partner


def _told_to(spent: PrivacySpent, account: str, partner: str) -> int:
    """What this partner learned of a person: by itself, and with everybody."""
    return spent.of_pair.get((account, partner), 0) + spent.of_pair.get((account, EVERYBODY), 0)


def _most_told(spent: PrivacySpent) -> dict[str, int]:
    """What the partner who learned most of a person learned: everybody learns an open result, that one too."""
    alone: dict[str, int] = {}
    for (account, partner), thousandths_spent in spent.of_pair.items():
        if partner != EVERYBODY:
            alone[account] = max(alone.get(account, 0), thousandths_spent)
    open_to_all = {account: value for (account, partner), value in spent.of_pair.items() if partner == EVERYBODY}
    return {account: alone.get(account, 0) + open_to_all.get(account, 0) for account in {*alone, *open_to_all}}


def delta_of(plan: Plan | SyntheticPlan) -> int:
    return plan.delta_billionths if isinstance(plan, SyntheticPlan) else 0
