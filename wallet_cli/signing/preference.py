"""The member's word about one company: not for the ledger, but for this bank, in sentences."""

from collections.abc import Sequence

from bank_api.protocol.kinds import Form
from bank_api.protocol.preference import PreferenceBody, preference_text
from bank_api.protocol.shapes.preferences import PreferenceView
from bank_api.protocol.shapes.requests import RequestView
from chaincode.events.request import LegalClass
from chaincode.ids import to_hex
from chaincode.keys import sign_text
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer

FORMS = {int(LegalClass.ANONYMIZED): Form.ANONYMIZED, int(LegalClass.STATISTICAL): Form.STATISTICAL}


@translated_errors()
def prefer(signer: Signer, url: str, partner: str, forms: Sequence[Form], items: Sequence[str]) -> PreferenceBody:
    """`url` is the bank's address as this wallet reaches it."""
    at = signer.now()
    text = preference_text(url, signer.account, partner, list(forms), list(items), at)
    signature = to_hex(bytes(sign_text(text, signer.key)))
    return PreferenceBody(forms=list(forms), items=list(items), at=at, signature=signature)


def allows(preference: PreferenceView, request: RequestView) -> bool:
    """Whether a request stays within what its company may have at most."""
    form = FORMS.get(request.legal_class)
    return form in preference.forms and (not preference.items or set(request.items) <= set(preference.items))
