"""The bank dies by kill -9 while the mail server takes a notice: it is told again, under one id. So by webhook."""

import os
import signal
import threading
from pathlib import Path

import pytest

from bank_api.protocol.kinds import RightKind, RightOutcome
from bank_api.protocol.notices import NoticesBody
from bank_api.protocol.rights import RightAnswerBody, RightBody
from chaincode.ids import new_id, to_hex
from scripts.stage.processes import Stage
from tests.unit.bank_api.receivers import Mailbox, Receiver, port_of

WAIT_SECONDS = 60


class DeadlyMailbox(Mailbox):
    """Kills the bank at the moment it has taken a message, before it says so; later it only takes."""

    def __init__(self) -> None:
        super().__init__()
        self.victim: Stage | None = None
        self.came = threading.Semaphore(0)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if self.victim is not None:
            os.kill(self.victim.bank.pid, signal.SIGKILL)
            self.victim = None
        self.came.release()
        return answer


@pytest.fixture(scope="module")
def mailbox():
    return DeadlyMailbox()


@pytest.fixture(scope="module")
def stage(tmp_path_factory, mailbox, deployed):
    controller = mailbox.serve()
    stage = deployed(Path(tmp_path_factory.mktemp("told")))
    with pytest.MonkeyPatch.context() as patched:
        for name, value in (
            ("SMTP_HOST", "127.0.0.1"), ("SMTP_PORT", str(port_of(controller))), ("SMTP_ENCRYPTION", "none"),
            ("TELL_SECONDS", "0.2"), ("WEBHOOKS_ANYWHERE", "true"),
        ):  # fmt: skip
            patched.setenv(f"AZUKARI_BANK_{name}", value)
        try:
            stage.start_ledger()
            stage.start_bank("Test bank")
            yield stage
        finally:
            stage.stop()
            controller.stop()


def test_a_notice_whose_bank_died_is_told_again_under_the_same_id(stage, company, mailbox):
    person, operator = company.members[0], company.operator
    person.client.notices.choose(NoticesBody(email="aoi@example.jp", language="en"))
    assert mailbox.came.acquire(timeout=WAIT_SECONDS)
    code = next(word for word in mailbox.messages.pop().get_content().split() if word.isdigit() and len(word) == 8)
    assert person.client.notices.confirm(code).confirmed
    mailbox.victim = stage
    asked = person.client.rights.ask(RightBody(request_id=to_hex(new_id()), kind=RightKind.ACCESS, words="all"))
    answer = RightAnswerBody(outcome=RightOutcome.DONE, words="sent")
    operator.client.rights.answer(asked.request_id, answer)
    assert mailbox.came.acquire(timeout=WAIT_SECONDS)
    assert stage.bank.wait() == -signal.SIGKILL
    stage.bank.start()
    assert mailbox.came.acquire(timeout=WAIT_SECONDS)
    first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert "The bank answered" in second["Subject"]


def test_what_came_while_the_bank_was_dead_to_the_receiver_is_told_when_it_listens(stage, company):
    receiver, partner, operator = Receiver(), company.others["media"], company.operator
    try:
        partner.client.notices.set_webhook(receiver.url)
        receiver.status = 503
        asked = partner.client.rights.ask(RightBody(request_id=to_hex(new_id()), kind=RightKind.ACCESS, words="all"))
        operator.client.rights.answer(asked.request_id, RightAnswerBody(outcome=RightOutcome.DONE, words="sent"))
        _until(lambda: receiver.taken)
        stage.bank.kill()
        receiver.status, tried = 204, len(receiver.taken)
        stage.bank.start()
        _until(lambda: len(receiver.taken) > tried)
        assert len({headers["webhook-id"] for headers, _ in receiver.taken}) == 1
    finally:
        receiver.shutdown()


def _until(holds):
    waited = threading.Event()
    for _ in range(WAIT_SECONDS * 10):
        if holds():
            return
        waited.wait(0.1)
    raise AssertionError("nothing came")
