"""Preferences: what a member lets one company have at most, honoured where the bank consents under a standing rule."""

import json
from collections.abc import Iterable
from typing import Any

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ConflictError, InvalidInputError, NotFoundError
from bank_api.flows.signed_text import check_signed
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.kinds import Form
from bank_api.protocol.messages.said import said
from bank_api.protocol.preference import AHEAD_SECONDS, PreferenceBody, preference_text
from bank_api.store.tables import PreferenceRow
from chaincode.bindings import LegalClass
from chaincode.typed_data import DataRequest

FORM_OF = {LegalClass.ANONYMIZED: Form.ANONYMIZED, LegalClass.STATISTICAL: Form.STATISTICAL}
EVERY_FORM = [one.value for one in Form]


def prefer(bank: Bank, caller: Caller, partner: str, body: PreferenceBody) -> dict[str, Any]:
    """Keep a member's word about a company; the same again changes nothing. Raises ConflictError for an older word."""
    person = bank.directory.person(partner)
    if person is None or not person.has_role("partner"):
        raise NotFoundError("partner", partner)
    _check_word(bank, caller, partner, body)
    known = bank.rights.preference(caller.account, partner)
    if known is not None and known.at > body.at:
        raise ConflictError(said("refusal-preference-older"))
    row = PreferenceRow(
        account=caller.account,
        partner=partner,
        forms=json.dumps(sorted(set(body.forms))),
        items=json.dumps(sorted(set(body.items))),
        at=body.at,
        signature=body.signature,
    )
    bank.rights.save_preference(row)
    return _view(row, partner, person.name)


def preferences(bank: Bank, account: str) -> list[dict[str, Any]]:
    """Of every company, by name: those too about which the member said nothing."""
    said_of = {one.partner: one for one in bank.rights.preferences(account)}
    partners = sorted(bank.directory.people_with_role("partner"), key=lambda one: (one.name, one.account))
    return [_view(said_of.get(one.account), one.account, one.name) for one in partners]


def unwilling(bank: Bank, survey: Survey, asked: DataRequest) -> set[str]:
    """Members whose word about the company that asks does not let it have all that it asks for."""
    return {
        row.account
        for row in bank.rights.preferences_about(asked.partner)
        if not allows(json.loads(row.forms), json.loads(row.items), asked.legal_class, survey.keys(asked.items))
    }


def allows(forms: Iterable[str], items: Iterable[str], legal_class: int, keys: Iterable[str]) -> bool:
    """Whether a preference lets a company have these questions in this form."""
    form, named = FORM_OF.get(LegalClass(legal_class)), set(items)
    return form in set(forms) and (not named or set(keys) <= named)


def _check_word(bank: Bank, caller: Caller, partner: str, body: PreferenceBody) -> None:
    if body.at > bank.clock() + AHEAD_SECONDS:
        raise InvalidInputError("at", said("rule-preference-time"))
    text = preference_text(bank.here.url, caller.account, partner, body.forms, body.items, body.at)
    check_signed(caller.key, text, body.signature)


def _view(row: PreferenceRow | None, partner: str, name: str) -> dict[str, Any]:
    if row is None:
        return {"partner": partner, "name": name, "forms": EVERY_FORM, "items": []}
    told = {"forms": json.loads(row.forms), "items": json.loads(row.items), "at": row.at, "signature": row.signature}
    return {"partner": partner, "name": name} | told
