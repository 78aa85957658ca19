"""A member leaves: told first what goes and what stays, signed off, erased; the account answers nothing any more."""

from dataclasses import dataclass

from scripts.stage.cast import Company
from wallet_cli.errors import BankProblemError
from wallet_cli.signing import erasure as erasing
from wallet_cli.signing import giving
from wallet_cli.signing import member as consenting

ERASED = "erased"


@dataclass(frozen=True)
class Gone:
    """Whom nothing is kept of, and how much that was."""

    name: str
    consents: int
    coins: int
    documents: int


def erase(company: Company) -> Gone:
    """The member who joined last, who is of the company no more; what `azukari member erase` does."""
    person = company.members.pop()
    plan = person.client.rights.erasure_plan()
    company.everybody(
        plan.consents,
        lambda consent_id: person.client.send(consenting.withdraw_consent(person.signer, consent_id)),
        lambda: None,
    )
    if plan.coins:
        person.client.send(giving.send_coins(person.signer, company.bank.operator, plan.coins))
    words = erasing.erase_everything(person.signer, company.connection.url)
    done = person.client.rights.erase(words)
    try:
        person.client.member.passbook()
    except BankProblemError as problem:
        if problem.code != ERASED:
            raise
    else:
        raise AssertionError(f"{person.name} still has a passbook")
    return Gone(person.name, len(plan.consents), plan.coins, done.documents)
