"""Whom a lying bank lies to: people with consents, escrows, promotions, and files that several signed."""

import json

from bank_api.protocol.documents.answer import AnswerDocument
from bank_api.protocol.documents.condition import Between, OneOf
from bank_api.protocol.promotion import PromotionWords
from bank_api.protocol.terms import TermsBody
from chaincode.bindings import Role, Scope
from chaincode.ids import NOBODY, new_id
from pds_adapter.sealing.keys import PublicKey
from scripts.stage import acts, survey
from scripts.stage.cast import save_wallets
from wallet_cli.bank_client import Invitation
from wallet_cli.signing import escrow as escrowing
from wallet_cli.signing import member as consenting
from wallet_cli.signing import partner as asking
from wallet_cli.signing import promotion as promoting
from wallet_cli.signing import quota as issuing
from wallet_cli.signing import recovery as recovering
from wallet_cli.signing import seats as seating
from wallet_cli.signing import wards as caring

WILL = "the house is for my sister\n"


def play(town):
    """Everybody enrolled; two members who answered, a request that the board approved, coupons, two escrows."""
    company, story = town.company, acts.Story()
    acts.enroll(company)
    acts.join(company, 12, lambda: None)
    acts.publish_survey(company, story)
    everybody, company.members = company.members, company.members[1:]
    acts.answer(company, story, survey.respondents(len(company.members)), lambda: None)
    company.members = everybody
    acts.ask(company, story)
    save_wallets(town.home, company)
    cafe, now = company.others["cafe"], company.bank.time
    terms = {"title": "Tea", "description": "One cup", "price_coins": 5, "stock": 9}
    times = {"opens_at": now - 60, "closes_at": now + 86400, "redeem_until": now + 86400}
    cafe.client.send(asking.publish_coupon(cafe.signer, asking.CouponTerms(**terms, **times)))
    (offer,) = company.members[1].client.public.coupon_classes()
    promote(company, story.survey.survey_id, offer)
    escrow = entrusted(company)
    opening = {}
    for delay in (0, 10**6):
        escrow = entrusted(company, delay)
        asked = company.others["guardian"].client.send(
            escrowing.ask_opening(company.others["guardian"].signer, escrow, "curious")
        )
        opening[delay] = asked.id
    town.ids = {
        "survey": story.survey.survey_id, "request": story.request_id, "coupon": offer.class_id, "escrow": escrow,
        "open": opening[0], "waiting": opening[10**6],
    }  # fmt: skip
    town.ids |= {name: company.others[name].account for name in ("guardian", "lawyer")}
    giver, friend = company.members[2], company.members[3]
    asked = next(one for one in giver.client.member.requests() if one.request_id == story.request_id)
    town.ids["consent"] = giver.client.send(consenting.decide_consent(giver.signer, asked, given=True)).id
    giver.client.send(caring.delegate(giver.signer, friend.account, Scope.SURVEY, now + 86400))
    town.ids["friend"] = friend.account
    town.ids["invitation"] = "newcomers-code"
    company.operator.client.operator.invite([Invitation(code=town.ids["invitation"], name="Newcomer")])
    will = town.home / "will.txt"
    will.write_text(WILL)
    town.ids["will"] = str(will)
    body = TermsBody(
        statement="I join under the second terms", text="1. Be kind.\n", language="en", accept_by=now + 30 * 86400
    )
    company.operator.client.terms.publish(body)
    done = town.run("guardian", "custodian", "publish-key")  # the home's first time at this bank
    assert done.exit_code == 0, done.output
    hand_round(town)
    let_read(town)
    forger = company.members[1]
    values = survey.respondents(1)[0] | {"vote": 1, "age": 99}
    FORGED[True] = AnswerDocument(town.ids["survey"], forger.account, values, b"\5" * 32), forger.signer.encryption


def promote(company, survey_id, offer):
    """A promotion of the cafe's, which the operator lets be shown."""
    words = [PromotionWords(language="en", title="Tea", text="For readers.")]
    cafe, condition = company.others["cafe"], Between(survey_id, "age", 18, 99)
    url = company.connection.base_url
    body = promoting.file_promotion(cafe.signer, url, words, offer.class_id, offer.closes_at, condition)
    shown = cafe.client.promotions.file(body)
    company.operator.client.promotions.approve(shown.promotion_id)
    votes = OneOf(survey_id, "vote", (1,))
    foul = promoting.file_promotion(cafe.signer, url, words, offer.class_id, offer.closes_at, votes)
    FORGED["promotion"] = shown.model_dump(mode="json") | foul.model_dump(mode="json")


def hand_round(town):
    """What several sign together, as files that need only be carried; and a recovery that has begun."""
    company, until = town.company, town.company.bank.time + 30 * 86400
    board, stranger, lost = company.others["board"], company.newcomer("stranger"), company.members[8]
    town.ids |= {"lost": lost.account, "stranger": stranger.account}
    asked = recovering.ask_recovery(stranger.signer, company.members[9].account, b"\1" * 32)
    ward, hands = company.members[10].account, company.members[11].account
    handed = {
        "seat": seating.propose_seat(board.signer, stranger.account, Role.BOARD, "Second", seated=True),
        "quota": issuing.propose_quota(board.signer, 10**9, 30 * 86400),
        "issue": issuing.propose_issue(board.signer, new_id(), NOBODY, 5),
        "guardian-file": caring.propose_guardian(board.signer, ward, hands, Scope.SURVEY, until, b"\1" * 32),
        "recovery": recovering.approve_recovery(board.signer, asked),
    }
    for name, body in handed.items():
        file = town.home / f"{name}.json"
        file.write_text(body.model_dump_json())
        town.ids[name] = str(file)
    renewed = company.actor(lost.name, company.newcomer("new").key, account=lost.account)
    begun = recovering.approve_recovery(board.signer, recovering.ask_recovery(renewed.signer, lost.account, b"\1" * 32))
    company.operator.client.recovery.propose(begun)


def let_read(town):
    """Member 3 lets member 5 read the will."""
    identity = town.home / "reader.json"
    for who, *words in (
        ("member-003", "pds", "put", town.ids["will"]),
        ("member-005", "wallet", "export-address", "--json"),
        ("member-003", "pds", "grant", "--to", identity, "--until", "+7d", "--yes", "--json"),
    ):
        done = town.run(who, *words)
        assert done.exit_code == 0, done.output
        if "export-address" in words:
            identity.write_text(done.stdout)
    town.ids["grant"] = json.loads(done.stdout)["grant_id"]
    READER[True] = town.company.members[4].signer.encryption.public


def entrusted(company, delay=0):
    """An escrow of member 2, held by guardian and lawyer, both of whom have acknowledged."""
    owner, holders = company.members[1], [company.others["guardian"], company.others["lawyer"]]
    people = [
        escrowing.KnownCustodian(one.account, PublicKey.from_hex(one.signer.encryption.public.to_hex()))
        for one in holders
    ]
    deposit = escrowing.entrust_document(owner.signer, "Will", WILL.encode(), people, 2, delay)
    escrow_id = owner.client.send(deposit).id
    for one in holders:
        view = next(shown for shown in one.client.escrow.escrows() if shown.escrow_id == escrow_id)
        share = escrowing.receive_share(one.signer, view, one.client.escrow.share(escrow_id))
        one.client.send(escrowing.acknowledge_share(one.signer, view, share))
    return escrow_id


FORGED = {}
"""An answer of the bank's own making, and the key of the member whose it is to be: filled in once there are members."""
READER = {}
"""The key of the member who is let read a document: filled in once there are members."""
