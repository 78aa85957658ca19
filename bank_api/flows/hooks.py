"""One notice by webhook, signed after Standard Webhooks: what kind of thing awaits an organization, until when."""

import json
from datetime import UTC, datetime

import httpx

from bank_api.bank import Bank
from bank_api.domain.public_address import reach
from bank_api.flows.mail import notice_id
from bank_api.protocol.webhook import public_key, signed_headers
from bank_api.views.awaiting import Item
from pds_adapter.stores.timed_line import Patience, TimedTransport

TIMEOUT_SECONDS = 15
PATIENCE = Patience(seconds=TIMEOUT_SECONDS, seconds_max=TIMEOUT_SECONDS)
"""One thread tells everybody: however slowly a receiver trickles, it is left after so long."""
GONE = 410


class GoneError(Exception):
    """The receiver says that nobody listens there any more."""


def published_key(bank: Bank) -> str:
    return public_key(_seed(bank))


def body_of(bank: Bank, account: str, item: Item) -> bytes:
    """No names: whoever it concerns reads more at the bank, logged in."""
    document = {
        "type": f"inbox.{item.kind}",
        "timestamp": datetime.fromtimestamp(item.time, UTC).isoformat(),
        "data": {
            "account": account,
            "kind": item.kind,
            "subject": item.subject,
            "due_at": item.due_at,
            "count": item.count,
            "link": bank.here.url,
        },
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def send(bank: Bank, url: str, account: str, item: Item) -> None:
    """Deliver it. Raises httpx.HTTPError or BankError to be tried again, GoneError."""
    body = body_of(bank, account, item)
    message_id = f"msg_{notice_id(account, item.item_id)}"
    headers = signed_headers(_seed(bank), message_id, bank.clock(), body)
    to = reach(url, bank.settings.webhooks_anywhere)
    headers |= {"Content-Type": "application/json", "User-Agent": "Azukari", "Host": to.url.netloc}
    with (
        httpx.Client(timeout=TIMEOUT_SECONDS, transport=TimedTransport(PATIENCE), trust_env=False) as client,
        client.stream(
            "POST", to.by_address, content=body, headers=headers, extensions={"sni_hostname": to.host}
        ) as answer,
    ):
        if answer.status_code == GONE:
            raise GoneError
        if not 200 <= answer.status_code < 300:
            raise httpx.HTTPStatusError(f"status {answer.status_code}", request=answer.request, response=answer)


def _seed(bank: Bank) -> bytes:
    return bank.directory.secret("webhook")
