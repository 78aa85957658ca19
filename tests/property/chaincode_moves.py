"""What people may try: random structs that mostly fit.

A struct drawn here is right in most fields most of the time, and wrong somewhere often enough: ids collide,
deadlines pass, rewards are off by one, keys are old, foreign or malformed.
"""

from dataclasses import replace
from typing import Any

from eth_account.signers.local import LocalAccount
from eth_hash.auto import keccak
from hypothesis import strategies as st

from chaincode.ids import EMPTY_ID, checksummed, text_hash
from chaincode.model import World
from chaincode.typed_data import (
    CONSENT_GIVEN,
    CONSENT_REFUSED,
    CONSENT_WITHDRAWN,
    DELEGATION_STATEMENT,
    DELETION_STATEMENT,
    RULE_END_STATEMENT,
    RULE_STATEMENT,
    Acknowledgement,
    Answer,
    BoundTransfer,
    Closing,
    CoinTransfer,
    Consent,
    Contribution,
    CouponClass,
    DataRequest,
    Decision,
    Delegation,
    Deletion,
    Entry,
    EscrowPolicy,
    GiftOrder,
    Join,
    OpeningRequest,
    Purchase,
    RuleEnd,
    ShareReceipt,
    SignedStruct,
    StandingRule,
    Veto,
    Withdrawal,
)

STATEMENT = "I join Azukari"
TERMS = text_hash("terms")
TITLE = "Survey"
LABELS = ("age", "income", "vote", "party", "news")
RECIPIENT, PURPOSE = "Shop", "study"
COUPON_TITLE = "One coffee"
NONCE, SECRET = text_hash("nonce"), text_hash("secret")
JUNK_SIGNER = checksummed("0x" + "de" * 20)
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def number(kind: str, n: int) -> bytes:
    """Return the n-th id of a kind; its first byte tells the kind apart."""
    return text_hash(f"{kind} {n}")


class Draw:
    """Draws structs that fit the model's present state, mostly."""

    def __init__(self, data: st.DataObject, model: World, now: int, people: dict[str, LocalAccount]) -> None:
        self._data, self.model, self.now, self._people = data, model, now, people

    def pick(self, options: Any) -> Any:
        return self._data.draw(st.sampled_from(list(options)))

    def odd(self, once_in: int = 12) -> bool:
        """Tell whether this is the time to be wrong."""
        return self._data.draw(st.integers(0, once_in - 1)) == once_in - 1

    def id(self, kind: str, known: Any = ()) -> bytes:
        """Return a known id mostly, another otherwise, the empty one rarely."""
        if self.odd(30):
            return EMPTY_ID
        options = list(known)
        return self.pick(options) if options and not self.odd() else number(kind, self.pick(range(6)))

    def new_id(self, kind: str) -> bytes:
        return EMPTY_ID if self.odd(40) else number(kind, self.pick(range(8)))

    def person(self, usual: str) -> str:
        """Return the account of somebody whose name begins so, mostly."""
        names = [name for name in self._people if name.startswith(usual)]
        return str(self._people[self.pick(names if not self.odd() else self._people)].address)

    def deadline(self) -> int:
        return self.now + (self.pick((0, 1, 2)) if self.odd(6) else 10**6)

    def near(self, value: int, largest: int = 2**32 - 1) -> int:
        """Return the right value mostly; one off, zero or the largest otherwise."""
        wrong = [value + 1, max(value - 1, 0), 0, largest]
        return min(self.pick(wrong), largest) if self.odd() else min(value, largest)

    def mask(self, within: int) -> int:
        if self.odd():
            return self.pick((0, within + 1, 1 << 31, 1 << 255))
        bits = [bit for bit in range(8) if within >> bit & 1]
        chosen = self._data.draw(st.sets(st.sampled_from(bits), min_size=1)) if bits else set()
        return sum(1 << bit for bit in chosen)

    def struct(self, kind: type[SignedStruct]) -> Any:
        return getattr(self, "_" + kind.__name__.lower())()

    def _join(self) -> Join:
        terms = TERMS if not self.odd() else self.pick((EMPTY_ID, text_hash("other")))
        account, join_id = self.person("member"), self.new_id("join")
        return Join(join_id, account, STATEMENT, terms, text_hash("key"), self.deadline())

    def _delegation(self) -> Delegation:
        account, delegate = self.person("member"), self.person(self.pick(("member", "custodian", "shop")))
        scope = self.pick((255, 255, 2, 0)) if not self.odd() else 256
        until = self.now + self.pick((2, 400, 10**6)) if not self.odd() else self.now - 1
        item = self.new_id("delegation")
        return Delegation(item, account, DELEGATION_STATEMENT, delegate, scope, until, self.deadline())

    def _deletion(self) -> Deletion:
        release_id = self.id("release", self.model.state.releases.releases)
        known = self.model.state.releases.releases.get(release_id)
        partner = known.partner if known and not self.odd() else self.person("partner")
        return Deletion(release_id, partner, DELETION_STATEMENT, text_hash("evidence"), self.deadline())

    def _standingrule(self) -> StandingRule:
        survey_id = self.id("survey", self.model.state.surveys.surveys)
        mask, full = self.mask(31) if self.odd(3) else 7, 2**32 - 1
        masks = [self.pick((1, 3, 3)) if not self.odd() else self.pick((0, 4, full)) for _ in range(2)]
        processing = self.pick((2, 6, 14)) if not self.odd() else self.pick((0, 1, 2**255))
        return StandingRule(
            rule_id=self.new_id("rule"),
            member=self.person("member"),
            statement=RULE_STATEMENT,
            survey_id=survey_id,
            items=(),
            item_mask=mask,
            recipients=(),
            recipient_mask=masks[0],
            purposes=(),
            purpose_mask=masks[1],
            processing=(),
            processing_mask=processing,
            k_minimum=self.pick((0, 2, 3)),
            coins_minimum=self.pick((0, 1, 5)),
            uses_maximum=self.pick((1, 2, 65535)) if not self.odd() else 0,
            valid_until=self.now + self.pick((500, 10**6)) if not self.odd() else self.pick((self.now, 2**40)),
            deadline=self.deadline(),
        )

    def _ruleend(self) -> RuleEnd:
        rule_id = self.id("rule", self.model.state.rules.rules)
        known = self.model.state.rules.rules.get(rule_id)
        member = known.member if known and not self.odd() else self.person("member")
        return RuleEnd(rule_id, member, RULE_END_STATEMENT, self.deadline())

    def _giftorder(self) -> GiftOrder:
        class_id = self.id("class", self.model.state.coupons.classes)
        known = self.model.state.coupons.classes.get(class_id)
        issuer = known.terms.issuer if known and not self.odd() else self.person("partner")
        numbers = self.near(1), self.near(self.pick((1, 2)))
        return GiftOrder(self.new_id("order"), issuer, class_id, COUPON_TITLE, *numbers, self.deadline())

    def _entry(self) -> Entry:
        draw_id = self.id("draw", self.model.state.draws.draws)
        known = self.model.state.draws.draws.get(draw_id)
        entry_id, coins = self.new_id("entry"), self.near(known.terms.price if known else 1)
        nonce_hash = keccak(entry_id + NONCE)
        return Entry(entry_id, self.person("member"), draw_id, TITLE, nonce_hash, coins, self.deadline())

    def _boundtransfer(self) -> BoundTransfer:
        owner, policy_id = (
            self.person(self.pick(("member", "partner"))),
            self.id("policy", self.model.state.coins.policies),
        )
        amount = self.near(self.pick((1, 2, 3)), 2**256 - 1)
        return BoundTransfer(self.new_id("transfer"), owner, self.person("member"), amount, policy_id, self.deadline())

    def _cointransfer(self) -> CoinTransfer:
        owner = self.person(self.pick(("member", "partner")))
        amount = self.near(self.pick((0, 1, 5, self.model.state.coins.balance(owner))), 2**256 - 1)
        return CoinTransfer(self.new_id("transfer"), owner, self.person("m"), amount, self.deadline())

    def _answer(self) -> Answer:
        survey_id = self.id("survey", self.model.state.surveys.surveys)
        survey = self.model.state.surveys.surveys.get(survey_id)
        items = self.mask((1 << len(survey.terms.item_coins)) - 1 if survey else 7)
        coins = self.near(survey.reward(items) if survey else 5, 2**256 - 1)
        member = self.person("member")
        commitment = text_hash(member)
        return Answer(self.new_id("answer"), member, survey_id, TITLE, commitment, items, coins, self.deadline())

    def _datarequest(self) -> DataRequest:
        survey_id = self.id("survey", self.model.state.surveys.surveys)
        survey = self.model.state.surveys.surveys.get(survey_id)
        return DataRequest(
            request_id=self.new_id("request"),
            partner=self.person("partner"),
            survey_id=survey_id,
            recipient=RECIPIENT,
            purpose=PURPOSE,
            items=self.mask((1 << len(survey.terms.item_coins)) - 1 if survey else 7),
            purpose_code=self.pick((0, 1, 1, 2**32 - 1)),
            legal_class=self.pick((1, 2, 3)) if not self.odd() else self.pick((0, 4, 255)),
            k_minimum=self.pick((2, 2, 3)) if not self.odd() else self.pick((0, 1)),
            persons_maximum=self.near(self.pick((2, 3, 50))),
            coins_base=self.near(self.pick((0, 2, 5))),
            coins_per_item=self.near(self.pick((0, 1, 3))),
            valid_until=self.now + self.pick((1000, 10**5)) if not self.odd() else self.pick((self.now, 2**40)),
            retention_days=30,
            contract_hash=text_hash("contract"),
            deadline=self.deadline(),
        )

    def _decision(self) -> Decision:
        request_id, board = self.id("request", self.model.state.requests.requests), self.person("board")
        return Decision(request_id, board, not self.odd(5), text_hash("decision"), self.deadline())

    def _closing(self) -> Closing:
        request_id = self.id("request", self.model.state.requests.requests)
        known = self.model.state.requests.requests.get(request_id)
        partner = known.terms.partner if known and not self.odd() else self.person("partner")
        return Closing(request_id, partner, self.deadline())

    def _consent(self) -> Consent:
        requests = self.model.state.requests.requests
        approved = [one for one, record in requests.items() if record.state == 2]
        request_id = self.id("request", approved or requests)
        known = requests.get(request_id)
        mask = self.mask(known.terms.items if known else 7)
        until = known.terms.valid_until if known else self.now + 100
        valid_from = self.now + self.pick((0, 0, 0, 1, 200)) if not self.odd() else until + 1
        return Consent(
            consent_id=self.new_id("consent"),
            member=self.person("member"),
            request_id=request_id,
            decision=CONSENT_GIVEN if not self.odd(5) else CONSENT_REFUSED,
            recipient=RECIPIENT,
            purpose=PURPOSE,
            items=labels_of(mask),
            item_mask=mask,
            valid_from=min(valid_from, 2**64 - 1),
            valid_until=self.pick((until, until, self.now + 300)) if not self.odd() else self.near(until, 2**64 - 1),
            uses_maximum=self.pick((1, 2, 65535)) if not self.odd() else self.pick((0, 65536)),
            coins=self.near(known.reward(mask) if known else 5),
            notice_hash=text_hash("notice") if not self.odd(20) else EMPTY_ID,
            deadline=self.deadline(),
        )

    def _withdrawal(self) -> Withdrawal:
        consent_id = self.id("consent", self.model.state.consents.consents)
        known = self.model.state.consents.consents.get(consent_id)
        member = known.terms.member if known and not self.odd() else self.person("member")
        return Withdrawal(consent_id, member, CONSENT_WITHDRAWN, text_hash("reason"), self.deadline())

    def _acknowledgement(self) -> Acknowledgement:
        release_id = self.id("release", self.model.state.releases.releases)
        known = self.model.state.releases.releases.get(release_id)
        partner = known.partner if known and not self.odd() else self.person("partner")
        root = known.payload_root if known and not self.odd() else text_hash("another")
        return Acknowledgement(release_id, partner, root, self.deadline())

    def _couponclass(self) -> CouponClass:
        opens = self.now + self.pick((0, 0, 1, 50))
        closes = opens + self.pick((0, 100, 10**5)) if not self.odd() else opens - 1
        premium = EMPTY_ID if not self.odd(4) else self.id("request", self.model.state.requests.requests)
        return CouponClass(
            class_id=self.new_id("class"),
            issuer=self.person("partner"),
            title=COUPON_TITLE,
            price=self.pick((0, 1, 3)) if not self.odd() else 2**32 - 1,
            stock=self.near(self.pick((1, 2, 5))),
            opens_at=opens,
            closes_at=closes,
            redeem_until=closes + self.pick((0, 100)) if not self.odd() else closes - 1,
            premium_request=premium,
            content_hash=text_hash("content"),
            deadline=self.deadline(),
        )

    def _purchase(self) -> Purchase:
        class_id = self.id("class", self.model.state.coupons.classes)
        known = self.model.state.coupons.classes.get(class_id)
        count = self.pick((1, 1, 2)) if not self.odd() else self.pick((0, 2**32 - 1))
        coins = self.near(known.terms.price * count if known else 1)
        return Purchase(
            self.new_id("purchase"), self.person("member"), class_id, COUPON_TITLE, count, coins, self.deadline()
        )

    def _escrowpolicy(self) -> EscrowPolicy:
        usual = [self._people[name].address for name in self._people if name.startswith("custodian")]
        everybody = [account.address for account in self._people.values()]
        custodians = tuple(self._data.draw(st.lists(st.sampled_from(everybody), max_size=4)) if self.odd(4) else usual)
        return EscrowPolicy(
            escrow_id=self.new_id("escrow"),
            owner=self.person("member"),
            threshold=self.pick((2, 2, 3)) if not self.odd() else self.pick((0, 1, 255)),
            custodians=custodians,
            commitments_hash=text_hash("commitments"),
            document_hash=text_hash("document"),
            opening_delay_seconds=self.pick((0, 2, 60)) if not self.odd() else 2**32 - 1,
            deadline=self.deadline(),
        )

    def _sharereceipt(self) -> ShareReceipt:
        escrow_id = self.id("escrow", self.model.state.escrows.escrows)
        commitments = text_hash("commitments" if not self.odd() else "other")
        return ShareReceipt(escrow_id, self.person("custodian"), commitments, self.deadline())

    def _openingrequest(self) -> OpeningRequest:
        escrow_id = self.id("escrow", self.model.state.escrows.escrows)
        known = self.model.state.escrows.escrows.get(escrow_id)
        owner = known.terms.owner if known and not self.odd(3) else self.person("custodian")
        hashes = text_hash("recipient"), text_hash("reason")
        return OpeningRequest(self.new_id("opening"), escrow_id, owner, *hashes, self.deadline())

    def _veto(self) -> Veto:
        opening_id = self.id("opening", self.model.state.escrows.openings)
        known = self.model.state.escrows.openings.get(opening_id)
        owner = self.person("member")
        if known and not self.odd():
            owner = self.model.state.escrows.escrows[known.terms.escrow_id].terms.owner
        return Veto(opening_id, owner, self.deadline())

    def _contribution(self) -> Contribution:
        opening_id = self.id("opening", self.model.state.escrows.openings)
        share = text_hash("share" if not self.odd(5) else "another share")
        return Contribution(opening_id, self.person("custodian"), share, self.deadline())


def labels_of(mask: int) -> tuple[str, ...]:
    return tuple(label for bit, label in enumerate(LABELS) if mask >> bit & 1)


def as_the_contract_reads(model: World, struct: SignedStruct) -> SignedStruct | None:
    """Return a struct with the texts the contract fills in; None if it knows none, so that no signature can fit."""
    if isinstance(struct, StandingRule):
        return _rule_as_read(model, struct)
    if isinstance(struct, Consent):
        if struct.request_id not in model.state.requests.requests:
            return None
        survey_id = model.state.requests.requests[struct.request_id].terms.survey_id
        items = len(model.state.surveys.surveys[survey_id].terms.item_coins)
        return replace(struct, items=labels_of(struct.item_mask & ((1 << items) - 1)))
    return struct


CATEGORIES = {1: ("shops", "clinics"), 2: ("study", "advice"), 3: ("none", "anonymized", "statistics", "personal")}
"""Names of categories by kind and place."""


def _rule_as_read(model: World, rule: StandingRule) -> StandingRule | None:
    """A category without a name stands as an empty hash, which no text has."""
    survey = model.state.surveys.surveys.get(rule.survey_id)
    items = len(survey.terms.item_coins) if survey else 0
    chosen = []
    for kind, mask in ((1, rule.recipient_mask), (2, rule.purpose_mask), (3, rule.processing_mask)):
        places = [place for place in range(32) if mask >> place & 1]
        if any((kind, place) not in model.state.rules.categories for place in places):
            return None
        chosen.append(tuple(CATEGORIES[kind][place] for place in places))
    labels = labels_of(rule.item_mask & ((1 << items) - 1))
    return replace(rule, items=labels, recipients=chosen[0], purposes=chosen[1], processing=chosen[2])


def high_s(signature: bytes) -> bytes:
    s = ORDER - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])
