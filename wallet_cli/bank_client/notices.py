"""How somebody is told besides the inbox."""

from bank_api.protocol.notices import CodeBody, NoticesBody, WebhookBody
from bank_api.protocol.shapes.notices import Notices, Webhook
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.bank_client.session import BankSession

MINE, HOOK = "/v1/me/notices", "/v1/webhook"


class NoticesFace:
    def __init__(self, session: BankSession) -> None:
        self._session = session

    def mine(self) -> Notices:
        return self._session.read(Notices, MINE)

    def choose(self, body: NoticesBody) -> Notices:
        return read_shape(Notices, self._session.call("PUT", MINE, body.model_dump(mode="json")), MINE)

    def confirm(self, code: str) -> Notices:
        path = f"{MINE}/confirmation"
        return read_shape(Notices, self._session.call("PUT", path, CodeBody(code=code).model_dump()), path)

    def forget_email(self) -> Notices:
        path = f"{MINE}/email"
        return read_shape(Notices, self._session.call("DELETE", path), path)

    def webhook(self) -> Webhook:
        return self._session.read(Webhook, HOOK)

    def set_webhook(self, url: str) -> Webhook:
        return read_shape(Webhook, self._session.call("PUT", HOOK, WebhookBody(url=url).model_dump()), HOOK)

    def drop_webhook(self) -> Webhook:
        return read_shape(Webhook, self._session.call("DELETE", HOOK), HOOK)
