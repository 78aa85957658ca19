"""After a restore: what the ledger has and the copy lacks, because it came after the copy was made."""

from dataclasses import dataclass
from itertools import islice

from bank_api.bank import Bank
from bank_api.flows.answer import BOX, answer_name
from bank_api.index.rows import RecordedAnswer
from bank_api.views.erasure import erased_accounts
from bank_api.views.requests import request_states
from chaincode.bindings import Role
from chaincode.events import SurveyPublished
from chaincode.ids import id_from_hex, to_hex
from pds_adapter.errors import StoreError
from pds_adapter.stores.port import Reference

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Missing:
    """Ids of what is on the ledger and not here. Their makers still have it: sent again, it is kept again."""

    members: tuple[str, ...]
    """Accounts without a row in the directory."""
    surveys: tuple[str, ...]
    requests: tuple[str, ...]
    answers: tuple[str, ...]

    def __len__(self) -> int:
        return sum(map(len, (self.members, self.surveys, self.requests, self.answers)))


def what_is_missing(bank: Bank) -> Missing:
    """Compare what the bank keeps with the index, which was read from the ledger."""
    erased = set(erased_accounts(bank))
    surveys = [to_hex(event.survey_id) for event in bank.index.events(SurveyPublished)]
    members = bank.index.active_with(Role.MEMBER)
    return Missing(
        members=tuple(sorted(one for one in members if bank.directory.person(one) is None)),
        surveys=tuple(one for one in surveys if bank.catalog.survey(one) is None),
        requests=tuple(one for one in request_states(bank) if bank.catalog.request(one) is None),
        answers=tuple(one for survey in surveys for one in _answers(bank, _of_others(bank, survey, erased))),
    )


def _of_others(bank: Bank, survey: str, erased: set[str]) -> list[RecordedAnswer]:
    """Answers of people who were not erased: only those could be missing."""
    return [one for one in bank.index.answers(survey).values() if one.member not in erased]


def _answers(bank: Bank, recorded: list[RecordedAnswer]) -> list[str]:
    missing, left = [], iter(recorded)
    while some := list(islice(left, AT_ONCE)):
        wanted = [Reference(one.member, BOX, answer_name(id_from_hex(one.answer_id))) for one in some]
        found = bank.pds.get_many(wanted)
        missing += [
            one.answer_id for one, document in zip(some, found, strict=True) if isinstance(document, StoreError)
        ]
    return missing
