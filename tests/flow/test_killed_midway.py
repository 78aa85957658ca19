"""Bank and ledger are killed with -9 in the middle of a recovery and of a draw: asked again, each comes to its end."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
from eth_account import Account

from bank_api.protocol.documents.draw import Draw
from chaincode.ids import new_id, to_hex
from scripts.stage.audit import replay
from scripts.stage.board import seat
from scripts.stage.recovery import DELAY_SECONDS
from wallet_cli.errors import BankProblemError, BankUnreachableError, WalletError
from wallet_cli.signing import draw as drawing
from wallet_cli.signing import recovery as recovering
from wallet_cli.signing import shared_key as sharing
from wallet_cli.signing.encryption_key import publish_key

PRICE = 1
DYING = str(Path(__file__).with_name("dying_midway.py"))
MOST_SECONDS = 60


@pytest.fixture(scope="module")
def stage(tmp_path_factory, deployed):
    """A bank with traps in it, at a port that it keeps; a ledger that is gone is soon known."""
    stage = deployed(tmp_path_factory.mktemp("midway"))
    stage.plan = stage.folder / "plan"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AZUKARI_BANK_LEDGER_TIMEOUT_SECONDS", "3")
        try:
            stage.start_ledger()
            stage.start_bank("Test bank", program=(DYING, str(stage.plan)))
            yield stage
        finally:
            stage.stop()


def killed(stage, point, act):
    """Do something while something dies of it; afterwards everything runs as before."""
    is_ledger = point in ("recovery", "draw")
    stage.plan.write_text(f"{point} {stage.ledger.pid}" if is_ledger else point)
    with pytest.raises(BankProblemError if is_ledger else BankUnreachableError):
        act()
    dead = stage.ledger if is_ledger else stage.bank
    assert dead.wait() == -signal.SIGKILL
    stage.start_ledger() if is_ledger else stage.bank.start()


def wait_for_veto(company):
    """Until nobody can veto any more, by the ledger's clock."""
    ready_at = company.operator.client.public.bank().time + DELAY_SECONDS + 1
    while company.operator.client.public.bank().time <= ready_at and time.time() <= ready_at:
        time.sleep(0.2)


@pytest.mark.parametrize(("number", "point"), [(0, "recovered"), (1, "recovery")])
def test_a_recovery_goes_on_where_it_was(stage, company, story, number, point):
    person, guardians = company.members[number], [company.others["guardian"], company.others["lawyer"]]
    answers = person.client.member.answers()
    person.client.send(recovering.name_guardians(person.signer, [one.account for one in guardians], 2, DELAY_SECONDS))
    renewed = company.actor(person.name, Account.from_key(os.urandom(32)), account=person.account)
    asked = recovering.ask_recovery(renewed.signer, person.account, new_id())
    for guardian in guardians:
        asked = recovering.approve_recovery(guardian.signer, asked)
    recovery_id = guardians[0].client.recovery.begin(asked).id
    wait_for_veto(company)

    killed(stage, point, lambda: guardians[0].client.recovery.complete(recovery_id, asked))
    done = guardians[0].client.recovery.complete(recovery_id, asked)
    assert done.repeated or point == "recovery"  # a bank that lived may have carried it when the ledger was back
    assert renewed.client.member.me().encryption_key == renewed.signer.encryption.public.to_hex()
    assert renewed.client.member.answers() == answers
    again = guardians[0].client.recovery.complete(recovery_id, asked)
    assert (again.repeated, again.documents_wrapped) == (True, 0)
    with pytest.raises(BankProblemError):
        company.actor(person.name, person.key, account=person.account).client.session.log_out_everywhere()


@pytest.fixture(scope="module")
def drawers(company):
    board = [company.others["board"]]
    for number in (2, 3):
        board.append(seat(company, board, f"board_{number}"))
    return board


@pytest.mark.parametrize("point", ["shown", "draw"])
def test_a_draw_comes_to_its_one_result(stage, company, story, drawers, point):
    public, entrants = company.operator.client.public, company.members[2:5]

    def shown(draw_id):
        return next(one for one in public.draws() if one.draw_id == draw_id)

    def entered(seconds):
        now = public.bank().time
        times = {"opens_at": now, "closes_at": now + seconds, "refunds_from": now + 86_400}
        names = {"draw_id": to_hex(new_id()), "title": f"Draw {point} {seconds}", "prize": "A trip"}
        terms = {"price_coins": PRICE, "prizes": 1, "entries_maximum": 9, "drawers": [one.account for one in drawers]}
        draw = Draw(**names, **times, **terms)
        company.operator.client.operator.open_draw(draw)
        for one in drawers:
            one.client.send(drawing.bind_draw(one.signer, shown(draw.draw_id)))
        for one in entrants:
            one.client.send(drawing.enter_draw(one.signer, shown(draw.draw_id)))
        return draw.draw_id

    draw_id = None
    for seconds in (4, 16, MOST_SECONDS):  # a slow machine needs longer until everybody has entered
        with suppress(WalletError):
            draw_id = entered(seconds)
            break
    assert draw_id is not None
    while time.time() <= shown(draw_id).closes_at + 2:
        time.sleep(0.2)

    first, second = drawers[:2]
    parts = drawing.parts_to_show(first.signer, shown(draw_id))
    killed(stage, point, lambda: first.client.draws.show_parts(draw_id, parts))
    again = first.client.draws.show_parts(draw_id, parts)
    assert again.repeated or point == "draw"  # a bank that lived may have carried them when the ledger was back
    assert shown(draw_id).winners in (None, [])
    last = drawing.parts_to_show(second.signer, shown(draw_id))
    second.client.draws.show_parts(draw_id, last)
    drawn = shown(draw_id)
    assert (drawn.state, drawn.entries, len(drawn.winners)) == ("drawn", 3, 1)
    assert second.client.draws.show_parts(draw_id, last).repeated is True
    assert shown(draw_id).winners == drawn.winners


def test_the_boards_key_comes_to_stand(stage, company, drawers):
    """Killed when all have dealt, and again when all have confirmed: the same word again goes on."""
    operator, url, last = company.operator.client.shared_key, stage.bank.url, drawers[-1]
    for one in drawers:
        one.client.send(publish_key(one.signer))
    key_id = to_hex(new_id())
    epoch = operator.begin(key_id, 2, []).ceremony
    deals = {one.account: sharing.deal(one.signer, url, epoch, one.proven.account) for one in drawers}
    for one in drawers[:-1]:
        one.client.shared_key.deal(key_id, epoch.epoch, deals[one.account])
    killed(stage, "dealt", lambda: last.client.shared_key.deal(key_id, epoch.epoch, deals[last.account]))
    assert operator.state().ceremony.state == "dealing"
    epoch = last.client.shared_key.deal(key_id, epoch.epoch, deals[last.account]).ceremony
    assert epoch.state == "confirming"
    words = {one.account: sharing.confirm(one.signer, url, epoch, one.proven.account) for one in drawers}
    for one in drawers[:-1]:
        one.client.shared_key.confirm(key_id, epoch.epoch, words[one.account])
    killed(stage, "confirmed", lambda: last.client.shared_key.confirm(key_id, epoch.epoch, words[last.account]))
    assert operator.state().standing is None
    for _ in range(2):
        standing = last.client.shared_key.confirm(key_id, epoch.epoch, words[last.account]).standing
        assert (standing.key_id, standing.epoch) == (key_id, epoch.epoch)


def test_the_auditor_finds_it_true(stage, company, drawers, tmp_path):
    stage.export(tmp_path / "audit")
    assert replay(tmp_path / "audit")["verdict"] == "true"
