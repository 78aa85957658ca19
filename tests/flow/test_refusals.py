"""Every refusal that users meet, over HTTP, with the words they get."""

import dataclasses
import time

import httpx
import pytest
from eth_account import Account

from bank_api.protocol.acts import AnswerParts
from bank_api.protocol.documents.answer import AnswerDocument, answer_context
from bank_api.protocol.documents.notice import Notice
from bank_api.protocol.documents.request import release_coins
from bank_api.protocol.shapes.requests import OpenRequest
from chaincode.ids import new_id, text_hash, to_hex
from pds_adapter.sealing.envelope import seal
from pds_adapter.sealing.keys import PublicKey
from scripts.stage import acts, survey
from wallet_cli.errors import BankProblemError, WalletError
from wallet_cli.release import open_release
from wallet_cli.signing import answer as answering
from wallet_cli.signing import member as signing
from wallet_cli.signing import partner as asking
from wallet_cli.signing.draft import Draft
from wallet_cli.signing.signer import to_base64

ROW = survey.respondents(1)[0]


def refused(act, *arguments) -> BankProblemError:
    with pytest.raises(BankProblemError) as caught:
        act(*arguments)
    return caught.value


def resigned(person, signed, **changes):
    return person.signer.sign(dataclasses.replace(signed.struct, **changes))


def sealed_answer(company, story, person, values=None):
    return answering.answer_survey(person.signer, story.survey, values or ROW, company.bank.release_public_key)


@pytest.fixture(scope="module")
def requests(company, story):
    """One approved and one refused request."""
    acts.ask(company, story)
    return story


@pytest.fixture(scope="module")
def unapproved(company, story):
    """A filed request the board has not seen."""
    media = company.others["media"]
    terms = asking.RequestTerms(
        recipient=media.name, purpose="later", description="not decided yet", k_minimum=5, persons_maximum=20,
        coins_base=1, coins_per_item=0, valid_until=company.bank.time + 86400, retention_days=1,
    )  # fmt: skip
    company.operator.client.operator.sell_coins(media.account, to_hex(new_id()), 20)
    signed = asking.file_request(media.signer, story.survey, ["age"], terms)
    media.client.send(signed)
    return signed.signed.struct


@pytest.fixture(scope="module")
def offer(company, story):
    cafe, now = company.others["cafe"], company.bank.time
    terms = asking.CouponTerms("Cup", "at the head shop", 30, 5, now - 60, now + 9999, now + 9999)
    cafe.client.send(asking.publish_coupon(cafe.signer, terms))
    return next(one for one in cafe.client.public.coupon_classes() if one.title == "Cup")


def notice_text(company, asked):
    """The notice the bank would show, so that only the contract is left to refuse."""
    fields = ("recipient", "purpose", "description", "legal_class", "k_minimum", "l_minimum", "t_percent")
    numbers = ("coins_base", "coins_per_item", "valid_until", "retention_days")
    values = {name: getattr(asked, name) for name in (*fields, *numbers)}
    return Notice(bank=company.bank.name, items=asked.item_labels, salt=asked.contract_salt, **values).text("ja")


def open_request(person, request_id):
    return next(one for one in person.client.member.requests() if one.request_id == request_id)


class TestAnswers:
    def test_unknown_survey(self, company, story):
        person = company.members[-1]
        made = sealed_answer(company, story, person)
        unknown = resigned(person, made.signed, survey_id=new_id())
        problem = refused(person.client.send, Draft(unknown, made.parts))
        assert (problem.status, problem.code) == (404, "not-found")
        assert "survey" in str(problem)

    @pytest.mark.parametrize(
        ("values", "field", "rule"),
        [
            ({**ROW, "shoe_size": 43}, "values.shoe_size", "is no question of this survey"),
            ({**ROW, "age": 17}, "values.age", "must be from 18 to 100"),
            ({**ROW, "vote": 2}, "values.vote", "must be one of 0 (クリントン氏 / Clinton), 1 (ドール氏 / Dole)"),
            ({key: ROW[key] for key in ROW if key != "educ"}, "values.educ", "is required and was left out"),
            ({**ROW, "age": True}, "values.age", "must be a whole number"),
        ],
    )
    def test_an_answer_outside_the_schema_is_named(self, company, story, values, field, rule):
        person = company.members[-1]
        problem = refused(self.send_unchecked, company, story, person, values)
        assert (problem.status, problem.field, problem.rule) == (422, field, rule)

    @staticmethod
    def send_unchecked(company, story, person, values):
        """As a client that does not check would send it."""
        good = sealed_answer(company, story, person)
        document = AnswerDocument(story.survey.survey_id, person.account, values, new_id())
        sealed = seal(
            document.to_bytes(),
            [person.signer.encryption.public, PublicKey.from_hex(company.bank.release_public_key)],
            answer_context(story.survey.survey_id, person.account),
        )
        signed = resigned(person, good.signed, answer_id=new_id(), commitment=document.commitment)
        return person.client.send(Draft(signed, AnswerParts(sealed_base64=to_base64(sealed.to_bytes()))))

    def test_a_second_answer(self, company, story):
        person = company.members[0]
        made = sealed_answer(company, story, person)
        before = len(person.client.member.documents())
        problem = refused(person.client.send, made)
        assert (problem.status, problem.detail) == (409, "survey: already answered")
        assert len(person.client.member.documents()) == before, "a refused answer leaves no document behind"

    def test_the_same_answer_again_is_success_and_another_under_its_id_a_conflict(self, company, story):
        person = company.members[-2]
        made = sealed_answer(company, story, person)
        first = person.client.send(made)
        again = person.client.send(made)
        assert (first.repeated, again.repeated) == (False, True)
        coins = person.client.member.me().coins
        other = sealed_answer(company, story, person, {**ROW, "age": 77})
        clash = resigned(person, other.signed, answer_id=made.signed.struct.answer_id)
        problem = refused(person.client.send, Draft(clash, other.parts))
        assert (problem.status, problem.code) == (409, "id-already-used")
        assert person.client.member.me().coins == coins

    def test_an_expired_deadline(self, company, story):
        person = company.members[-1]
        made = sealed_answer(company, story, person)
        late = resigned(person, made.signed, deadline=int(time.time()) - 3600)
        problem = refused(person.client.send, Draft(late, made.parts))
        assert (problem.status, problem.detail) == (422, "survey: deadline passed")

    def test_a_reward_the_survey_does_not_promise(self, company, story):
        person = company.members[-1]
        made = sealed_answer(company, story, person)
        greedy = resigned(person, made.signed, coins=made.signed.struct.coins + 1)
        problem = refused(person.client.send, Draft(greedy, made.parts))
        assert problem.field == "answer.message.coins"


class TestConsents:
    @pytest.mark.parametrize("which", ["undecided", "refused"])
    def test_to_an_unapproved_request(self, company, requests, unapproved, which):
        person, board = company.members[0], company.others["board"]
        request_id = to_hex(unapproved.request_id) if which == "undecided" else requests.refused_request_id
        asked = next(one for one in board.client.board.requests() if one.request_id == request_id)
        assert asked.state == {"undecided": "filed", "refused": "refused"}[which]
        assert request_id not in [one.request_id for one in person.client.member.requests()]
        notice = notice_text(company, asked)
        shown = OpenRequest.model_validate(
            asked.model_dump()
            | {"notice": {"text": notice, "hash": to_hex(text_hash(notice)), "language": "ja"}}
            | {
                "coins_offered": release_coins(asked.coins_base, asked.coins_per_item, asked.item_mask),
                "answered": True,
            }
        )
        problem = refused(person.client.send, signing.decide_consent(person.signer, shown, given=True))
        assert (problem.status, problem.detail) == (409, "consent: request not approved")

    def test_signed_by_another_key(self, company, requests):
        person, stranger = company.members[1], Account.from_key(new_id())
        shown = open_request(person, requests.request_id)
        forged = dataclasses.replace(person.signer, key=stranger)
        problem = refused(person.client.send, signing.decide_consent(forged, shown, given=True))
        assert (problem.status, problem.detail) == (403, "membership: signer may not act")

    def test_other_words_than_the_request(self, company, requests):
        person = company.members[1]
        signed = signing.decide_consent(person.signer, open_request(person, requests.request_id), given=True)
        problem = refused(person.client.send, resigned(person, signed, recipient="Somebody nicer"))
        assert (problem.status, problem.field) == (422, "consent.message.recipient")

    def test_the_same_consent_again_is_success(self, company, requests):
        person = company.members[2]
        signed = signing.decide_consent(person.signer, open_request(person, requests.request_id), given=True)
        assert person.client.send(signed).repeated is False
        assert person.client.send(signed).repeated is True
        clash = resigned(person, signed, valid_until=signed.struct.valid_until - 1)
        assert refused(person.client.send, clash).code == "id-already-used"


class TestReleases:
    def test_below_k_nothing_is_sent_or_recorded_and_the_reason_says_how_many_are_missing(self, company, requests):
        operator, release_id = company.operator.client.operator, to_hex(new_id())
        live = [p for p in company.members for c in p.client.member.consents() if c.state == "given"]
        head = company.operator.client.public.health().ledger["block_number"]
        problem = refused(operator.release, release_id, requests.request_id)
        assert (problem.status, problem.code) == (409, "release-not-possible")
        assert f"{5 - len(live)} missing" in str(problem)
        assert company.operator.client.public.health().ledger["block_number"] == head
        media = company.others["media"]
        assert refused(media.client.partner.payload, release_id).status == 404

    def test_another_partner_may_not_fetch_it(self, company, requests):
        for person in company.members[2:10]:
            shown = open_request(person, requests.request_id)
            person.client.send(signing.decide_consent(person.signer, shown, given=True))
        release_id = to_hex(new_id())
        made = company.operator.client.operator.release(release_id, requests.request_id)
        again = company.operator.client.operator.release(release_id, requests.request_id)
        assert (made.repeated, again.repeated, again.transaction_hash) == (False, True, made.transaction_hash)
        broker, media = company.others["broker"], company.others["media"]
        assert refused(broker.client.partner.payload, release_id).status == 403
        view = next(one for one in media.client.partner.releases() if one.release_id == release_id)
        opened = open_release(media.signer.encryption, media.client.partner.payload(release_id), view)
        assert opened.k >= 5
        assert "account" not in str(opened.rows)
        with pytest.raises(WalletError):
            open_release(broker.signer.encryption, media.client.partner.payload(release_id), view)


class TestCoupons:
    def test_buying_without_coins(self, company, offer):
        poor = company.newcomer("poor")
        code = to_hex(new_id())
        company.operator.client.operator.invite([acts.Invitation(code=code, name="poor")])
        poor.client.send(signing.join_bank(poor.signer, company.bank, code))
        problem = refused(poor.client.send, signing.buy_coupons(poor.signer, offer, 1))
        assert (problem.status, problem.detail) == (409, "coupon: not enough coins")

    def test_redeeming_twice_or_at_another_companys_shop(self, company, offer):
        person, shop, kiosk = company.members[0], company.others["shop"], company.others["other_shop"]
        person.client.send(signing.buy_coupons(person.signer, offer, 1))
        wrong = refused(acts.redeem, person, kiosk, offer)
        assert (wrong.status, wrong.detail) == (403, "coupon: not the issuer's shop")
        acts.redeem(person, shop, offer)
        problem = refused(acts.redeem, person, shop, offer)
        assert (problem.status, problem.detail) == (409, "coupon: no coupon left")
        till = shop.client.shop.redemptions()
        assert sorted(one.state for one in till) == ["offered", "redeemed"]
        assert person.account not in str([one.model_dump() for one in till])


class TestMembership:
    def test_unknown_invitation(self, company):
        stranger = company.newcomer("stranger")
        joined = signing.join_bank(stranger.signer, company.bank, "no-such-code-at-all")
        problem = refused(stranger.client.send, joined)
        assert (problem.status, problem.code) == (403, "forbidden")

    def test_the_unenrolled_cannot_log_in(self, company):
        stranger = company.newcomer("stranger")
        assert refused(stranger.client.member.me).status == 401

    def test_roles_are_needed(self, company):
        person = company.members[0]
        problem = refused(person.client.operator.summary)
        assert (problem.status, "role operator" in str(problem)) == (403, True)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_a_body_of_nothing_but_brackets_is_refused_and_ends_nothing(stage, opening):
    """Some library raises Python's recursion limit so far that the parser overflowed the stack: anybody could."""
    for path in ("/v1/session", "/v1/session/challenge", "/v1/ledger"):
        for deep in (1_000, 45_000, 200_000):
            headers = {"Content-Type": "application/json"}
            answer = httpx.post(f"{stage.bank.url}{path}", content=opening * deep, headers=headers, timeout=60)
            assert answer.status_code in (413, 422), (path, deep, answer.text)
    assert stage.bank.is_alive
