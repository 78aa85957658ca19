"""A crowd: hundreds of people join, answer, consent and buy at the same time, each as fast as they are answered, at
a bank in a file and at two processes on a server. Then somebody counts. Rude callers come in between."""

import contextlib
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from web3 import HTTPProvider, Web3

from chaincode.bindings import Contracts
from chaincode.deployment import Deployment
from chaincode.events import Answered, ConsentChanged, CouponIssued, Joined
from chaincode.ids import new_id, to_hex
from scripts.stage import acts, survey
from scripts.stage.cast import Company
from tests.postgres import DATABASES, server
from wallet_cli.bank_client import Invitation
from wallet_cli.signing import answer as answering
from wallet_cli.signing import member as signing
from wallet_cli.signing import partner as asking

PEOPLE = {"sqlite": 300, "postgresql": 120}
PRICE = 5
SLOW = 24
"""Connections that say half of something and then nothing."""


@pytest.fixture(params=DATABASES)
def stage(request, tmp_path: Path, deployed):
    on_a_server = request.param == "postgresql"
    database = server().new_database() if on_a_server else None
    made = deployed(tmp_path, database=database, workers=2 if on_a_server else 1)
    try:
        made.start_ledger()
        made.start_bank("Crowded bank")
        yield made
    finally:
        made.stop()


@pytest.fixture
def people(request):
    """How many come: each of them costs the most where two processes and a server share the machine with them."""
    return PEOPLE[request.node.callspec.params["stage"]]


def prepared(stage, people):
    """The bank before its doors open: a survey, an approved request, coupons on sale."""
    company, story = Company(stage.bank.url, stage.operator), acts.Story()
    company.members = [company.newcomer(f"Member {number + 1}") for number in range(people)]
    acts.enroll(company)
    acts.publish_survey(company, story)
    acts.ask(company, story)
    cafe, now = company.others["cafe"], company.bank.time
    terms = asking.CouponTerms(
        title="One cup of coffee",
        description="Good at the head shop.",
        price_coins=PRICE,
        stock=people,
        opens_at=now - 60,
        closes_at=now + 86400,
        redeem_until=now + 2 * 86400,
    )
    cafe.client.send(asking.publish_coupon(cafe.signer, terms))
    [offer] = company.operator.client.public.coupon_classes()
    return company, story, offer


def test_a_crowd_is_served_and_nothing_is_lost_or_counted_twice(stage, people):
    company, story, offer = prepared(stage, people)
    codes = [to_hex(new_id())[2:34] for _ in company.members]
    company.operator.client.operator.invite([Invitation(code=code, name="Member") for code in codes])
    rows = survey.respondents(people)

    def one(everything):
        person, code, values = everything
        person.client.send(signing.join_bank(person.signer, company.bank, code))
        person.client.send(answering.answer_survey(person.signer, story.survey, values, company.release_key))
        asked = next(one for one in person.client.member.requests() if one.request_id == story.request_id)
        consent = person.client.send(signing.decide_consent(person.signer, asked, given=True))
        bought = person.client.send(signing.buy_coupons(person.signer, offer, 1))
        passbook = person.client.member.passbook()
        return consent.id, bought.id, passbook.coins

    with rude_callers(stage.bank.url):
        done = company.everybody(list(zip(company.members, codes, rows, strict=True)), one, lambda: None)
    contracts = Contracts(
        Web3(HTTPProvider(stage.ledger.url, request_kwargs={"timeout": 60})), Deployment.load(stage.deployment_file)
    )
    found = list(contracts.events())
    everybody = sorted(person.account for person in company.members)
    answers = [event for event in found if isinstance(event, Answered)]
    assert sorted(event.account for event in found if isinstance(event, Joined)) == everybody
    assert sorted(event.member for event in answers) == everybody
    consents = [event for event in found if isinstance(event, ConsentChanged)]
    assert {to_hex(event.consent_id) for event in consents} == {consent for consent, _, _ in done}
    assert len(consents) == people
    bought = [event for event in found if isinstance(event, CouponIssued)]
    assert {to_hex(event.purchase_id) for event in bought} == {purchase for _, purchase, _ in done}
    assert len(bought) == people
    coins = {event.member: event.coins - PRICE for event in answers}
    assert [passbook for _, _, passbook in done] == [coins[person.account] for person in company.members]
    books = company.operator.client.operator.summary()
    assert (books.members, books.answers, books.coupons_issued) == (people, people, people)
    company.close()


@contextlib.contextmanager
def rude_callers(url):
    """People who send half a request and wait, who never read, who promise a body and send none, or who hang up."""
    where = urlsplit(url)
    said = [
        b"GET /v1/ba",
        b"POST /v1/session/challenge HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n{",
        b"GET /v1/bank HTTP/1.1\r\nHost: a\r\n\r\n" * 50,
        b"POST /v1/members HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
    ]
    over = threading.Event()
    with contextlib.ExitStack() as stack:
        for number in range(SLOW):
            caller = stack.enter_context(socket.create_connection((where.hostname, where.port), timeout=30))
            caller.sendall(said[number % len(said)])

        def hang_up():
            while not over.wait(0.05):
                with contextlib.suppress(OSError), socket.create_connection((where.hostname, where.port), 30) as caller:
                    caller.sendall(b"GET /v1/surveys HTTP/1.1\r\nHost: a\r\n\r\n")

        hanging = threading.Thread(target=hang_up)
        hanging.start()
        try:
            yield
        finally:
            over.set()
            hanging.join()
