"""The bank dies by kill -9 in the middle of a batch of consents under standing rules, and the next run finishes it."""

import signal
import sys
from pathlib import Path

import pytest

from bank_api.protocol.kinds import KindOfCategory
from chaincode.ids import new_id, to_hex
from scripts.stage import acts
from wallet_cli.errors import BankUnreachableError
from wallet_cli.signing import partner as asking
from wallet_cli.signing import rules as signing

ITEMS = ["age", "educ"]


@pytest.fixture(scope="module")
def ruled(stage, company, story):
    """Everybody who answered lets the bank consent; a request that their rules cover is approved."""
    rules, media, board = company.operator.client.rules, company.others["media"], company.others["board"]
    for kind, place, name in (
        (KindOfCategory.RECIPIENTS, 0, "Institutes"),
        (KindOfCategory.PURPOSES, 0, "Research"),
        (KindOfCategory.PROCESSING, 1, "Anonymized"),
    ):
        rules.name_category(kind, place, name)
    rules.categorize(media.account, 0)
    known, until = company.members[0].client.rules.categories(), company.bank.time + 5 * 86400
    terms = signing.RuleTerms(ITEMS, known, k_minimum=5, coins_minimum=1, uses_maximum=1, valid_until=until)
    people = company.members[:-2]
    for person in people:
        person.client.send(signing.set_rule(person.signer, story.survey, terms))
    company.operator.client.operator.sell_coins(media.account, to_hex(new_id()), 500)
    wanted = asking.RequestTerms(
        recipient=media.name, purpose="Who hears what", description="To plan.", k_minimum=5, persons_maximum=50,
        coins_base=5, coins_per_item=2, valid_until=until, retention_days=9,
    )  # fmt: skip
    request_id = media.client.send(asking.file_request(media.signer, story.survey, ITEMS, wanted)).id
    asked = next(one for one in board.client.board.requests() if one.request_id == request_id)
    board.client.send(asking.decide_request(board.signer, asked, approved=True, note="Good."))
    return request_id, people


def consents(people, request_id):
    found = [one for person in people for one in person.client.member.consents() if one.request_id == request_id]
    return sorted((one.consent_id, len(one.history), one.state) for one in found)


def test_a_bank_killed_between_two_transactions_of_a_batch_consents_for_everybody_once(stage, company, ruled):
    request_id, people = ruled
    stage.bank.stop()
    usual = stage.bank.command
    dying = str(Path(__file__).with_name("bank_dying_at_rules.py"))
    stage.bank.command = [sys.executable, dying, *usual[3:]]
    stage.bank.start()
    with pytest.raises(BankUnreachableError):
        company.operator.client.rules.consent_by_rules(request_id)
    assert stage.bank.wait() == -signal.SIGKILL
    stage.bank.command = usual
    stage.bank.start()

    before = consents(people, request_id)
    assert 0 < len(before) < len(people), "it died in the middle"
    told = company.operator.client.rules.consent_by_rules(request_id)
    assert (told.consented, told.refused) == (len(people) - len(before), [])
    after = consents(people, request_id)
    assert set(before) < set(after)
    assert [(changes, state) for _, changes, state in after] == [(1, "given")] * len(people)
    assert company.operator.client.rules.consent_by_rules(request_id).consented == 0
    release = company.operator.client.operator.release(to_hex(new_id()), request_id, suppression_limit=0.9)
    assert release.rows + release.suppressed == len(people)


def test_each_member_reads_under_which_rule(ruled):
    request_id, people = ruled
    for person in people:
        (rule,) = person.client.rules.mine()
        assert [one.request_id for one in rule.consents] == [request_id]
        assert "consent-by-rule" in [one.kind for one in person.client.member.passbook().entries]


def test_the_story_is_true(stage, ruled, tmp_path):
    from scripts.stage import audit

    stage.export(tmp_path / "export")
    assert audit.replay(tmp_path / "export")["verdict"] == "true"
    assert acts.ITEMS
