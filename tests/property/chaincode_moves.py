"""What people may try: how everything is drawn that mostly fits, and what a contract reads of it.

What is drawn here is right in most fields most of the time, and wrong somewhere often enough: ids collide, deadlines
pass, rewards are off by one, keys are old, signatures foreign or malformed, receivers are contracts or nobody.
"""

from dataclasses import replace
from typing import Any, Protocol

from eth_hash.auto import keccak
from hypothesis import strategies as st

from chaincode.ids import EMPTY_ID, checksummed, text_hash
from chaincode.model import World
from chaincode.model.ground import MEMBER
from chaincode.typed_data import ApprovalRevocation, Consent, Decision, SignedStruct, StandingRule

STATEMENT = "I join Azukari"
TERMS = text_hash("terms")
TITLE = "Survey"
LABELS = ("age", "income", "vote", "party", "news")
RECIPIENT, PURPOSE = "Shop", "study"
COUPON_TITLE = "One coffee"
CATEGORIES = {1: ("shops", "clinics"), 2: ("study", "advice"), 3: ("none", "anonymized", "statistics", "personal")}
"""Names of categories by kind and place."""
NONCE = text_hash("nonce")
JUNK_SIGNER = checksummed("0x" + "de" * 20)
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
LARGEST = 2**256 - 1
MALFORMED = ("empty", "high s", "v of 0", "v of 255", "no r", "no s", "r too large", "other v")
"""Ways to spoil a signature. With the other v it is well-formed, and somebody else's."""
KINDS = (
    *("join", "acceptance", "rotation", "recovery", "guardians", "seat", "key", "delegation"),
    *("answer", "survey", "top-up", "request", "consent", "rule", "release"),
    *("quota", "invoice", "transfer", "policy", "class", "purchase", "redemption", "order", "gift"),
    *("draw", "binding", "entry", "escrow", "opening"),
)


def number(kind: str, n: int) -> bytes:
    """Return the n-th id of a kind."""
    return text_hash(f"{kind} {n}")


def secret(draw_id: bytes, one: int, other: int) -> bytes:
    """Return the secret of the part that two drawers share."""
    return keccak(draw_id + bytes((min(one, other), max(one, other))))


def commitments(draw_id: bytes, drawers: int, place: int) -> tuple[bytes, ...]:
    """Return what the drawer at a place is bound to."""
    return tuple(
        EMPTY_ID if other == place else keccak(draw_id + secret(draw_id, place, other)) for other in range(drawers)
    )


class Story(Protocol):
    """What drawing looks at."""

    model: World
    people: dict[str, Any]
    pair: Any
    places: list[str]
    me: str | None


class Dice:
    """Chance, leaning towards what fits."""

    def __init__(self, data: st.DataObject, story: Story) -> None:
        self._data, self.model, self.now = data, story.model, story.pair.time
        self._people, self._places, self._me = story.people, story.places, story.me

    def pick(self, options: Any) -> Any:
        return self._data.draw(st.sampled_from(list(options)))

    def some(self, options: Any, least: int, most: int) -> list[Any]:
        """Return several, none twice."""
        options = list(options)
        places = st.lists(st.sampled_from(range(len(options))), min_size=least, max_size=most, unique=True)
        return [options[place] for place in self._data.draw(places)]

    def odd(self, once_in: int = 12) -> bool:
        """Tell whether this is the time to be wrong."""
        return self._data.draw(st.integers(0, once_in - 1)) == once_in - 1

    def id(self, kind: str, known: Any = ()) -> bytes:
        """Return a known id mostly, another otherwise, the empty one rarely."""
        if self.odd(30):
            return EMPTY_ID
        options = list(known)
        return self.pick(options) if options and not self.odd() else self.any_id(kind, 6)

    def new_id(self, kind: str) -> bytes:
        """Return an id for something new: half of the time one of few, which may be taken."""
        return EMPTY_ID if self.odd(40) else self.any_id(kind, self.pick((8, 64)))

    def any_id(self, kind: str, many: int) -> bytes:
        """Return an id of a kind, or now and then of another: ids of one kind may be taken for the other's."""
        return number(kind if not self.odd(20) else self.pick(KINDS), self.pick(range(many)))

    def person(self, usual: str) -> str:
        """Return the account of somebody whose name begins so, mostly; of whoever draws, if that is a contract."""
        if self._me is not None and not self.odd(3):
            return self.model.state.members.resolve(self._me)
        names = [name for name in self._people if name.startswith(usual)]
        return str(self._people[self.pick(names if not self.odd() else self._people)].address)

    def fitting(self, options: Any, otherwise: Any) -> Any:
        """Return one of what would do now, half of the time; nobody else's if a contract draws."""
        options = list(options)
        return self.pick(options) if options and self._me is None and self.odd(2) else otherwise

    def members(self) -> list[str]:
        """Return members who may act."""
        book = self.model.state.members
        people = [str(one.address) for name, one in self._people.items() if name.startswith("member")]
        return [one for one in people if one in book.accounts and book.holds(one, MEMBER)]

    def holder(self, usual: str) -> str:
        """Return an address to send to: now and then nobody's, a contract of the bank, or some key."""
        if not self.odd(6):
            return self.person(usual)
        accounts = self.model.state.members
        return str(
            self.pick((*self._places, *(one.key for one in accounts.accounts.values()), *accounts.account_by_key))
        )

    def amount(self, usual: int) -> int:
        """Return an amount: what there is, about that, little, or far too much."""
        return self.near(self.pick((0, 1, usual)), self.pick((LARGEST, 2**128 - 1, 2**128)))

    def deadline(self) -> int:
        return self.now + (self.pick((0, 1, 2)) if self.odd(6) else 10**6)

    def near(self, value: int, largest: int = 2**32 - 1) -> int:
        """Return the right value mostly; one off, zero or the largest otherwise."""
        wrong = [value + 1, max(value - 1, 0), 0, largest]
        return min(self.pick(wrong), largest) if self.odd() else min(value, largest)

    def later(self, last: int) -> int:
        """The sequence of a next word mostly; of one held back, or of a clock that goes before."""
        ahead = (self.now + 3600) * 1000
        return last + self.pick((1, 1, 500)) if not self.odd() else self.pick((0, last, ahead, ahead + 5000, 2**64 - 1))

    def mask(self, within: int) -> int:
        if self.odd():
            return self.pick((0, within + 1, 1 << 31, 1 << 255))
        bits = [bit for bit in range(8) if within >> bit & 1]
        chosen = self._data.draw(st.sets(st.sampled_from(bits), min_size=1)) if bits else set()
        return sum(1 << bit for bit in chosen)


def labels_of(mask: int) -> tuple[str, ...]:
    return tuple(label for bit, label in enumerate(LABELS) if mask >> bit & 1)


def as_the_contract_reads(model: World, struct: SignedStruct) -> SignedStruct | None:
    """Return a struct with the texts the contract fills in; None if it knows none, so that no signature can fit."""
    if isinstance(struct, StandingRule):
        return _rule_as_read(model, struct)
    if isinstance(struct, Consent):
        if struct.request_id not in model.state.requests.requests:
            return None
        terms = model.state.requests.requests[struct.request_id].terms
        items = len(model.state.surveys.surveys[terms.survey_id].terms.item_coins)
        labels = labels_of(struct.item_mask & ((1 << items) - 1))
        return replace(struct, request_digest=terms.digest, items=labels)
    if isinstance(struct, Decision | ApprovalRevocation):
        known = model.state.requests.requests.get(struct.request_id)
        return replace(struct, request_digest=known.terms.digest if known else EMPTY_ID)
    return struct


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


def spoilt(signature: bytes, how: str) -> bytes:
    """Return a signature, spoilt in one of the ways of MALFORMED."""
    r, s, v = signature[:32], signature[32:64], signature[64:]
    zeros, huge = bytes(32), ORDER.to_bytes(32, "big")
    ways = {
        "empty": zeros + zeros + b"\0",
        "high s": high_s(signature),
        "v of 0": r + s + bytes([v[0] - 27]),
        "v of 255": r + s + b"\xff",
        "no r": zeros + s + v,
        "no s": r + zeros + v,
        "r too large": huge + s + v,
        "other v": r + s + bytes([55 - v[0]]),
    }
    return ways.get(how, signature)


def high_s(signature: bytes) -> bytes:
    s = ORDER - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])
