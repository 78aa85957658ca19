"""One notice by e-mail: what kind of thing awaits somebody, until when, and where to look. Nothing else is in it."""

import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import urlsplit

from bank_api.bank import Bank
from bank_api.errors import ConflictError
from bank_api.protocol.fields import LAST_MOMENT
from bank_api.protocol.messages import Catalogue, language_of
from bank_api.protocol.messages.said import said
from bank_api.settings import Settings
from bank_api.store.tables import RegistrationRow
from bank_api.views.awaiting import Item

TIMEOUT_SECONDS = 20


class RefusedForGoodError(Exception):
    """The receiver will not take it, now or later."""


def notice_of(bank: Bank, account: str, item: Item, to: str, language: str) -> EmailMessage:
    """The same item makes the same message with the same id, so that its receiver can drop one that comes twice."""
    say = Catalogue(language_of(language))
    what = say(f"mail-{item.kind}")
    until = "" if item.due_at is None else say("mail-until", until=moment(item.due_at))
    lines = [what, until, "", say("mail-look", link=bank.here.url), "", say("mail-never", bank=bank.settings.name)]
    subject = say("mail-subject", bank=bank.settings.name, what=what)
    return _message(bank, notice_id(account, item.item_id), to, subject, lines)


def code_of(bank: Bank, to: str, code: str, language: str) -> EmailMessage:
    """The code that shows that an address is its owner's. It opens nothing."""
    say = Catalogue(language_of(language))
    lines = [say("mail-code", code=code), "", say("mail-code-not-you"), "", say("mail-never", bank=bank.settings.name)]
    subject = say("mail-subject", bank=bank.settings.name, what=say("mail-code-subject"))
    return _message(bank, sha256(f"{to} {code}".encode()).hexdigest(), to, subject, lines)


def registration_of(bank: Bank, row: RegistrationRow) -> EmailMessage:
    """What became of a wish to be a member; the reason is told to whoever asks with the key, not here."""
    say = Catalogue(language_of(bank.terms.language))
    what = say(f"mail-registration-{row.state}")
    lines = [what, "", say("mail-registration-look"), "", say("mail-never", bank=bank.settings.name)]
    subject = say("mail-subject", bank=bank.settings.name, what=what)
    return _message(bank, notice_id(row.account, f"registration {row.decided_at}"), row.email or "", subject, lines)


def notice_id(account: str, item_id: str) -> str:
    """Tells an item of somebody from every other, and nothing of either."""
    return sha256(f"azukari notice 1 {account} {item_id}".encode()).hexdigest()[:40]


def moment(seconds: int) -> str:
    return datetime.fromtimestamp(min(seconds, LAST_MOMENT), UTC).strftime("%Y-%m-%d %H:%M UTC")


def send(settings: Settings, message: EmailMessage) -> None:
    """Hand it to the mail server. Raises OSError or SMTPException to be tried again, RefusedForGoodError."""
    if settings.smtp_host is None:
        raise ConflictError(said("refusal-no-mail"))
    context = ssl.create_default_context(cafile=settings.smtp_ca_file)
    host, port = settings.smtp_host, settings.smtp_port
    if settings.smtp_encryption == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    with server:
        if settings.smtp_encryption == "starttls":
            server.starttls(context=context)
        if settings.smtp_user is not None and settings.smtp_password_file is not None:
            server.login(settings.smtp_user, settings.smtp_password_file.read_text(encoding="utf-8").strip())
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            if all(500 <= code < 600 for code, _ in error.recipients.values()):
                raise RefusedForGoodError from error
            raise


def _message(bank: Bank, message_id: str, to: str, subject: str, lines: list[str]) -> EmailMessage:
    host = urlsplit(bank.here.url).hostname or "azukari"
    message = EmailMessage()
    message["From"] = bank.settings.smtp_from or f"noreply@{host}"
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.fromtimestamp(bank.clock(), UTC))
    message["Message-ID"] = f"<{message_id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(lines) + "\n")
    return message
