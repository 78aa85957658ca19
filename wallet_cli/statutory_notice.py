"""Notices that the Act on the Protection of Personal Information (個人情報保護法) asks for with anonymized information.

From the record alone: the release and its request as the bank shows them. Article 43(3): once made, the items of
information about people in it are published. Article 43(4): before it is provided, items and method of provision are
published, and the recipient is told that it is anonymized information. Article 45 binds the recipient. Statistics are
no anonymized information under the Act and need neither.
"""

from bank_api.protocol.messages import LANGUAGES
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.releases import ReleaseView
from bank_api.protocol.shapes.requests import RequestView
from chaincode.events.request import LegalClass
from wallet_cli.errors import InputError
from wallet_cli.messages import Messages


def publication(say: Messages, bank: str, release: ReleaseView, request: RequestView) -> str:
    """What the bank publishes."""
    _check(release)
    return say("statutory-publication", bank=bank, items=_items(say, request), time=say.moment(release.time))


def to_recipient(say: Messages, bank: str, release: ReleaseView, request: RequestView) -> str:
    """What the recipient is handed."""
    _check(release)
    return say(
        "statutory-to-recipient",
        bank=bank,
        recipient=request.recipient,
        purpose=request.purpose,
        items=_items(say, request),
        rows=str(release.rows),
        release=release.release_id,
        root=release.payload_root,
        time=say.moment(release.time),
        days=str(request.retention_days),
    )


def kept_with(bank: str, release: ReleaseView, request: RequestView) -> str:
    """The recipient's notice in every language, to be kept with the release."""
    return "\n\n".join(to_recipient(Messages(one), bank, release, request) for one in LANGUAGES) + "\n"


def _items(say: Messages, request: RequestView) -> str:
    return say("notice-between").join(request.item_labels)


def _check(release: ReleaseView) -> None:
    if release.legal_class != LegalClass.ANONYMIZED:
        raise InputError("RELEASE", said("rule-no-statutory-notice"))
