"""Expect: what a release would be like, told to the partner before it pays.

Of statistics nothing depends on answers: people and exactness are told as they are. Of rows, suppression and loss do; a
partner who asks after each new consent must not read them off, so they are rounded coarsely.
"""

import math
from typing import Any

from bank_api.bank import Bank
from bank_api.errors import ForbiddenError
from bank_api.flows import disclose, statistics
from bank_api.protocol.messages.said import said
from bank_api.views.kept import request_message, request_row
from chaincode.bindings import LegalClass

SUPPRESSION_LIMIT = 0.05
"""As the operator's releases have it unless told otherwise."""


def expectation(bank: Bank, account: str, request_id: str, wanted: statistics.Wanted) -> dict[str, Any]:
    """Raises ReleaseNotPossibleError as the release would, ForbiddenError for another partner's request."""
    row = request_row(bank, request_id)
    if row.partner != account:
        raise ForbiddenError(said("refusal-anothers-request"))
    if request_message(row).legal_class == LegalClass.STATISTICAL:
        told = statistics.rehearse_statistics(bank, request_id, None, wanted)
        return told | {"loss": None}
    told = disclose.rehearse(bank, request_id, None, SUPPRESSION_LIMIT)
    return {
        "consents": told["consents"],
        "rows": told["rows"] // 10 * 10,
        "k": request_message(row).k_minimum,
        "loss": math.ceil(told["loss"] * 10) / 10,
        "coins": told["coins"],
    }
