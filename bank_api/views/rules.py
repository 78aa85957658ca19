"""Standing rules as the ledger has them, joined with the names kept here; and what was consented under each."""

from typing import Any

from bank_api.bank import Bank
from bank_api.errors import NotFoundError
from bank_api.index.rows import position_of
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.kinds import KindOfCategory, RuleStanding, word_of
from bank_api.views.kept import survey_of
from bank_api.views.named import asked
from chaincode.bindings import CategoryKind
from chaincode.events import CategoryNamed, ConsentByRule, KeyRotated, PartnerCategorized, RuleEnded, RuleSet
from chaincode.ids import to_hex

KINDS = {
    KindOfCategory.RECIPIENTS: CategoryKind.RECIPIENTS,
    KindOfCategory.PURPOSES: CategoryKind.PURPOSES,
    KindOfCategory.PROCESSING: CategoryKind.PROCESSING,
}
PLACES = 32


def categories(bank: Bank) -> list[dict[str, Any]]:
    """Every category that was named, with the partners that belong to it now."""
    members, names, kinds = _placed(bank), bank.directory.names(), {int(kind): word for word, kind in KINDS.items()}
    found = {(one.kind, one.place) for one in bank.index.events(CategoryNamed)}
    return [
        {
            "kind": kinds[kind],
            "place": place,
            "name": _name(bank, kind, place),
            "partners": [
                {"account": account, "name": names.get(account, account)}
                for account, where in members.items()
                if kind == CategoryKind.RECIPIENTS and where == place
            ],
        }
        for kind, place in sorted(found)
    ]


def uncategorized(bank: Bank) -> list[dict[str, Any]]:
    """Companies that the operator put into no category, by name."""
    placed = _placed(bank)
    free = [one for one in bank.directory.people_with_role("partner") if one.account not in placed]
    return [{"account": one.account, "name": one.name} for one in sorted(free, key=lambda one: (one.name, one.account))]


def names_of(bank: Bank, kind: KindOfCategory, mask: int) -> list[str | None]:
    """The names of the categories of a mask, in order."""
    return [_name(bank, int(KINDS[kind]), place) for place in range(PLACES) if mask >> place & 1]


def category_of(bank: Bank, partner: str) -> int | None:
    return _placed(bank).get(partner)


def live_rules(bank: Bank) -> list[RuleSet]:
    """Rules under which the bank may consent now, the latest of each member first."""
    ended = {one.rule_id for one in bank.index.events(RuleEnded)}
    now, rotated = bank.ledger_time(), _rotated(bank)
    found = [
        one
        for one in bank.index.events(RuleSet)
        if one.rule_id not in ended
        and one.valid_until >= now
        and position_of(one).block_number >= rotated.get(one.member, 0)
    ]
    return found[::-1]


def rules(bank: Bank, account: str) -> list[dict[str, Any]]:
    """A member's rules, the latest first, each with what was consented under it."""
    given: dict[bytes, list[ConsentByRule]] = {}
    for one in bank.index.events_of(account, ConsentByRule):
        given.setdefault(one.rule_id, []).append(one)
    live = {one.rule_id for one in live_rules(bank) if one.member == account}
    ended = {one.rule_id for one in bank.index.events_of(account, RuleEnded)}
    found = bank.index.events_of(account, RuleSet)[::-1]
    return [_rule(bank, one, given.get(one.rule_id, []), _standing(one, live, ended)) for one in found]


def _standing(rule: RuleSet, live: set[bytes], ended: set[bytes]) -> RuleStanding:
    if rule.rule_id in ended:
        return RuleStanding.ENDED
    return RuleStanding.ACTIVE if rule.rule_id in live else RuleStanding.EXPIRED


def _rule(bank: Bank, rule: RuleSet, given: list[ConsentByRule], state: RuleStanding) -> dict[str, Any]:
    survey = _survey(bank, to_hex(rule.survey_id))
    return {
        "rule_id": to_hex(rule.rule_id),
        "survey_id": to_hex(rule.survey_id),
        "title": survey.title if survey else None,
        "items": list(survey.keys(rule.item_mask)) if survey else [],
        "item_labels": list(survey.labels(rule.item_mask)) if survey else [],
        "recipients": _told(bank, KindOfCategory.RECIPIENTS, rule.recipient_mask),
        "purposes": _told(bank, KindOfCategory.PURPOSES, rule.purpose_mask),
        "processing": _told(bank, KindOfCategory.PROCESSING, rule.processing_mask),
        "k_minimum": rule.k_minimum,
        "coins_minimum": rule.coins_minimum,
        "uses_maximum": rule.uses_maximum,
        "valid_until": rule.valid_until,
        "state": state,
        "time": position_of(rule).timestamp,
        "consents": [_consented(bank, one) for one in given],
    }


def _consented(bank: Bank, event: ConsentByRule) -> dict[str, Any]:
    consent = bank.index.consent(to_hex(event.consent_id))
    request_id = consent.request_id if consent else ""
    recipient, purpose = asked(bank, request_id)
    return {
        "consent_id": to_hex(event.consent_id),
        "request_id": request_id,
        "recipient": recipient,
        "purpose": purpose,
        "state": word_of(consent.state) if consent else "unknown",
        "time": position_of(event).timestamp,
    }


def _told(bank: Bank, kind: KindOfCategory, mask: int) -> list[str]:
    return [name for name in names_of(bank, kind, mask) if name is not None]


def _survey(bank: Bank, survey_id: str) -> Survey | None:
    try:
        return survey_of(bank, survey_id)
    except NotFoundError:
        return None


def _placed(bank: Bank) -> dict[str, int]:
    """The category that each partner belongs to now."""
    return {one.partner: one.place for one in bank.index.events(PartnerCategorized)}


def _rotated(bank: Bank) -> dict[str, int]:
    """The block of each account's latest key: what an earlier one signed has ended."""
    return {one.account: position_of(one).block_number for one in bank.index.events(KeyRotated)}


def _name(bank: Bank, kind: int, place: int) -> str | None:
    row = bank.catalog.category(kind, place)
    return row.name if row else None
