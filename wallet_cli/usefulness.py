"""Whether a release would be of any use to the partner that pays for it, as far as the bank's dry runs tell."""

from collections.abc import Iterable, Iterator

from bank_api.protocol.messages.said import tell
from bank_api.protocol.shapes.releases import Expectation
from bank_api.protocol.shapes.requests import RequestView
from wallet_cli.bank_client.partner import PartnerFace
from wallet_cli.errors import BankProblemError
from wallet_cli.messages import Messages
from wallet_cli.output import short

LOSS_MAXIMUM = 0.5
"""With more of its detail lost than kept, a table says little."""
NOT_POSSIBLE = "release-not-possible"


def doubt(say: Messages, found: Expectation) -> str | None:
    """Why a release as expected would be of little use; None where nothing speaks against it."""
    if found.rows == 0:
        return say("word-doubt-no-rows", consents=found.consents)
    if found.loss is not None and found.loss > LOSS_MAXIMUM:
        return say("word-doubt-much-lost", percent=round(found.loss * 100))
    return None


def doubts_about(
    say: Messages, face: PartnerFace, survey_id: str, items: frozenset[str], own: Iterable[RequestView]
) -> Iterator[str]:
    """What this partner's live requests for the same questions, or for some of them, already tell of a new one.

    Nobody can have consented to a request that is not filed; who consented to less will hardly give more.
    """
    for one in own:
        if one.state == "approved" and one.survey_id == survey_id and set(one.items) <= items:
            try:
                why = doubt(say, face.expectation(one.request_id))
            except BankProblemError as error:
                if error.code != NOT_POSSIBLE:
                    raise
                why = str(tell(say, error.what))
            if why:
                yield say("word-doubt-like-request", purpose=one.purpose, id=short(one.request_id), why=why)
