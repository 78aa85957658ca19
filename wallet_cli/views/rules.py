"""Standing rules in one screen: for each kind of company what it gets without asking, or that it gets nothing."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from bank_api.protocol.kinds import KindOfCategory, RuleStanding
from bank_api.protocol.shapes.rules import Category, RuleView
from chaincode.typed_data import StandingRule
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short


def rules(say: Messages, mine: Sequence[RuleView], known: Iterable[Category]) -> RenderableType:
    """First by kind of company, then the rules and what was consented under each."""
    live = [one for one in mine if one.state == RuleStanding.ACTIVE]
    rows = []
    for group in (one for one in known if one.kind == KindOfCategory.RECIPIENTS):
        covering = [one for one in live if group.name in one.recipients]
        partners = ", ".join(one.name for one in group.partners)
        items = "\n".join(f"{one.title}: {', '.join(one.items)}" for one in covering)
        rows.append((group.name, partners, items or say("word-asked-each-time")))
    overview = table(say("word-rules-by-company"), say.words("recipient", "partners", "without-asking"), rows)
    listed = table(
        say("word-rules"),
        say.words("id", "items", "recipient", "purpose", "k-at-least", "coins", "uses", "until", "state", "consents"),
        (
            (
                short(one.rule_id),
                ", ".join(one.items),
                ", ".join(one.recipients),
                ", ".join(one.purposes),
                one.k_minimum,
                one.coins_minimum,
                one.uses_maximum,
                say.moment(one.valid_until),
                say.named("state", one.state),
                len(one.consents),
            )
            for one in mine
        ),
        right=(4, 5, 6, 9),
    )
    return Group(overview, listed, *_consents(say, mine))


def _consents(say: Messages, mine: Sequence[RuleView]) -> list[RenderableType]:
    rows = [
        (
            short(given.consent_id),
            short(one.rule_id),
            given.recipient,
            given.purpose,
            say.moment(given.time),
            given.state,
        )
        for one in mine
        for given in one.consents
    ]
    if not rows:
        return []
    columns = say.words("id", "rule", "recipient", "purpose", "time", "state")
    told = [(*row[:-1], say.named("state", row[-1])) for row in rows]
    return [table(say("word-consented-by-rule"), columns, told)]


def about_to_sign(say: Messages, rule: StandingRule) -> Text:
    """Everything that is signed, by its names."""
    rows: list[tuple[str, object]] = [
        (say("word-items"), "\n".join(rule.items)),
        (say("word-recipient"), ", ".join(rule.recipients)),
        (say("word-purpose"), ", ".join(rule.purposes)),
        (say("word-legal-class"), ", ".join(rule.processing)),
        (say("word-k-at-least"), rule.k_minimum),
        (say("word-coins-per-release"), rule.coins_minimum),
        (say("word-releases-at-most"), rule.uses_maximum),
        (say("word-until"), say.moment(rule.valid_until)),
    ]
    return facts(say("word-rule-about-to-sign"), rows)
