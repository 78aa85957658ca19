"""How I am told of what awaits me, besides my inbox: by e-mail, and organizations by webhook."""

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.flows import hooks, notices
from bank_api.protocol.notices import CodeBody, NoticesBody, WebhookBody
from bank_api.protocol.shapes.notices import Notices, Webhook, WebhookKey
from bank_api.protocol.webhook import TOLERANCE_SECONDS
from bank_api.routes.access import Anyone, Holder, TheBank

router = APIRouter(prefix="/v1", tags=["inbox"])


@router.get("/me/notices", response_model=Notices)
def my_notices(bank: TheBank, caller: Holder) -> Any:
    """By which ways I am told, and of what."""
    return notices.shown(bank, caller.account)


@router.put("/me/notices", response_model=Notices)
async def choose_notices(bank: TheBank, caller: Holder, body: NoticesBody) -> Any:
    """Choose which kinds reach me how. To a new address a code is sent, which must come back first."""
    return await in_thread(notices.choose, bank, caller, body)


@router.put("/me/notices/confirmation", response_model=Notices)
async def confirm_email(bank: TheBank, caller: Holder, body: CodeBody) -> Any:
    """The code that came to my address: from now on I am told there too."""
    return await in_thread(notices.confirm, bank, caller, body.code)


@router.delete("/me/notices/email", response_model=Notices)
async def forget_email(bank: TheBank, caller: Holder) -> Any:
    """Tell me by e-mail no more, and forget my address."""
    return await in_thread(notices.forget_email, bank, caller)


@router.get("/webhook", response_model=Webhook)
def my_webhook(bank: TheBank, caller: Anyone) -> Any:
    """Where my organization is told, and how that went."""
    return notices.webhook(bank, caller.account)


@router.put("/webhook", response_model=Webhook)
async def set_webhook(bank: TheBank, caller: Anyone, body: WebhookBody) -> Any:
    """Tell my organization here of what awaits it from now on, signed after Standard Webhooks; https only."""
    return await in_thread(notices.set_webhook, bank, caller, body.url)


@router.delete("/webhook", response_model=Webhook)
async def drop_webhook(bank: TheBank, caller: Anyone) -> Any:
    """No webhook any more."""
    return await in_thread(notices.drop_webhook, bank, caller)


@router.get("/webhook/key", response_model=WebhookKey)
def webhook_key(bank: TheBank) -> Any:
    """What the signatures of webhooks are checked with, and until when a message counts."""
    return {"key": hooks.published_key(bank), "tolerance_seconds": TOLERANCE_SECONDS}
