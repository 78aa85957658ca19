"""The bank's rules a second time, in plain Python: to try the contracts against, and for auditors to fold with.

`State` is everything that the ledger's events say, and nothing else. `World` acts: it applies the contracts' rules and
answers with the same events, or with `Refusal` for the same reason.
"""

from collections.abc import Callable
from dataclasses import replace

from chaincode.events import Enrolled, Event, MinterSet, MintersSealed, QuotaSet
from chaincode.ids import EMPTY_ID, NOBODY
from chaincode.logs import Position
from chaincode.model.coins import Coin, CoinBook
from chaincode.model.consents import ConsentBook, ConsentRules
from chaincode.model.coupons import Coupon, CouponBook
from chaincode.model.draws import Draw, DrawBook
from chaincode.model.escrows import Escrow, EscrowBook
from chaincode.model.ground import OPERATOR, Digests, Refusal, Said
from chaincode.model.membership.membership import Membership
from chaincode.model.membership.roster import MemberBook
from chaincode.model.quota import QuotaBook, QuotaRules
from chaincode.model.recoveries import Recoveries, RecoveryBook
from chaincode.model.releases import Disclosure, Payload, ReleaseBook
from chaincode.model.requests import Request, RequestBook
from chaincode.model.rules import Rule, RuleBook
from chaincode.model.surveys import Survey, SurveyBook
from chaincode.model.tokens import Receipt, Receiver
from chaincode.model.undo import Savepoint


class State:
    """All contracts' state as the events tell it."""

    def __init__(self) -> None:
        self.members = MemberBook()
        self.recoveries = RecoveryBook()
        self.coins = CoinBook()
        self.quota = QuotaBook()
        self.surveys = SurveyBook()
        self.requests = RequestBook()
        self.consents = ConsentBook()
        self.releases = ReleaseBook(self.requests, self.members)
        self.coupons = CouponBook()
        self.escrows = EscrowBook()
        self.rules = RuleBook()
        self.draws = DrawBook()

    def apply(self, event: Event) -> None:
        """Take one event in. Releases come before consents: what a hold's sealing means is read from both."""
        for book in (
            self.members,
            self.recoveries,
            self.coins,
            self.quota,
            self.surveys,
            self.requests,
            self.releases,
            self.consents,
            self.coupons,
            self.escrows,
            self.rules,
            self.draws,
        ):
            book.apply(event)


class World:
    """A model of all contracts in action: call the rules, then `take_events`."""

    def __init__(
        self,
        operator: str,
        lock: str,
        minters: dict[str, int],
        pot: str = NOBODY,
        quota: tuple[int, int] = (10_000_000, 30 * 86400),
    ) -> None:
        """`quota` is the first one: coins, and the seconds of a period."""
        self.state = state = State()
        self.now = 0
        self.contracts: dict[str, Receiver] = {}
        """Accounts that are contracts."""
        self._events: list[Event] = []
        self._digests = digests = Digests()
        emit = self._emit
        self.membership = Membership(state.members, digests, emit)
        self.recovery = Recoveries(state.recoveries, state.members, self.membership, digests, emit)
        self.quota = QuotaRules(state.quota, state.members, digests, emit)
        self.coin = Coin(state.coins, state.members, self.quota, digests, emit)
        self.survey = Survey(state.surveys, state.members, self.coin, self.quota, digests, emit)
        self.request = Request(state.requests, state.members, state.surveys, self.coin, lock, digests, emit)
        self.consent = ConsentRules(
            state.consents, state.members, state.requests, state.rules, self.survey, digests, emit
        )
        self.rule = Rule(state.rules, state.members, state.surveys, digests, emit)
        books = (state.releases, state.members, state.requests, state.consents)
        self.disclosure = Disclosure(books, self.request, self.consent, self.coin, lock, digests, emit)
        self.coupon = Coupon(state.coupons, state.members, state.consents, self.coin, self.contracts, digests, emit)
        self.draw = Draw(state.draws, state.members, self.coin, pot, digests, emit)
        self.escrow = Escrow(state.escrows, state.members, digests, emit)
        emit(Enrolled(operator, OPERATOR, NOBODY))
        for address, rights in minters.items():
            emit(MinterSet(address, rights))
        emit(QuotaSet(EMPTY_ID, *quota, 0))
        emit(MintersSealed())

    def attempt(self, act: Callable[[], None]) -> Refusal | None:
        """Do something whole or not at all, as a transaction does, or a call by a contract; return the refusal."""
        parts = (self.coin, self.coupon, self._digests, *self.contracts.values())
        saved, events = Savepoint((*vars(self.state).values(), *parts)), len(self._events)
        try:
            act()
        except Refusal as refusal:
            saved.restore()
            del self._events[events:]
            return refusal
        return None

    @property
    def events_so_far(self) -> int:
        """How many events wait to be taken."""
        return len(self._events)

    def events_since(self, number: int) -> tuple[Event, ...]:
        return tuple(self._events[number:])

    def take_events(self) -> list[Event]:
        """Return what happened since the last question."""
        events, self._events = self._events, []
        return events

    def _emit(self, event: Event) -> None:
        stamped = replace(event, position=Position(0, self.now, b"", len(self._events)))
        self._events.append(stamped)
        self.state.apply(stamped)


__all__ = ["Payload", "Receipt", "Receiver", "Refusal", "Said", "State", "World"]
