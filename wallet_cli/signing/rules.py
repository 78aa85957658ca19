"""What a member signs about standing rules: under which terms the bank may consent, and that it may no longer."""

from collections.abc import Sequence
from dataclasses import dataclass

from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.kinds import KindOfCategory
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.rules import Category
from chaincode.ids import id_from_hex
from chaincode.typed_data import RULE_END_STATEMENT, RULE_STATEMENT, RuleEnd, Signed, StandingRule
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.partner import item_mask
from wallet_cli.signing.signer import Signer


@dataclass(frozen=True)
class RuleTerms:
    """What a rule covers and what it demands."""

    items: Sequence[str]
    """Keys of questions; none of them sensitive."""
    categories: Sequence[Category]
    """The chosen recipients, purposes and kinds of processing, at least one of each."""
    k_minimum: int
    coins_minimum: int
    uses_maximum: int
    valid_until: int


@translated_errors()
def set_rule(signer: Signer, survey: Survey, terms: RuleTerms) -> Signed[StandingRule]:
    """Let the bank consent within these terms. Refuses what is sensitive (要配慮): that everybody decides each time."""
    mask = item_mask(survey, terms.items)
    sensitive = [one.key for one in survey.chosen(mask) if one.role == "sensitive"]
    if sensitive:
        raise InputError("--item", said("rule-never-by-rule", names=", ".join(sensitive)))
    recipients, purposes, processing = (_chosen(terms.categories, kind) for kind in KindOfCategory)
    return signer.sign(
        StandingRule(
            rule_id=signer.new_id(),
            member=signer.account,
            statement=RULE_STATEMENT,
            survey_id=id_from_hex(survey.survey_id, "survey_id"),
            items=survey.labels(mask),
            item_mask=mask,
            recipients=recipients[0],
            recipient_mask=recipients[1],
            purposes=purposes[0],
            purpose_mask=purposes[1],
            processing=processing[0],
            processing_mask=processing[1],
            k_minimum=terms.k_minimum,
            coins_minimum=terms.coins_minimum,
            uses_maximum=terms.uses_maximum,
            valid_until=terms.valid_until,
            sequence=signer.sequence(),
            deadline=signer.deadline(),
        )
    )


@translated_errors()
def end_rule(signer: Signer, rule_id: str) -> Signed[RuleEnd]:
    """No more consents under this rule."""
    return signer.sign(
        RuleEnd(
            rule_id=id_from_hex(rule_id, "rule_id"),
            member=signer.account,
            statement=RULE_END_STATEMENT,
            sequence=signer.sequence(),
            deadline=signer.deadline(),
        )
    )


def _chosen(categories: Sequence[Category], kind: KindOfCategory) -> tuple[tuple[str, ...], int]:
    """Names in the order of their places, and the mask of those."""
    found = {one.place: one.name or "" for one in categories if one.kind == kind}
    if not found:
        raise InputError(f"--{kind.value}", said("rule-one-category"))
    return tuple(found[place] for place in sorted(found)), sum(1 << place for place in found)
