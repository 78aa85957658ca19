"""The judge of the invariants: nothing is searched here, what stands in the books and warrants is checked by counting.

1. books     every seat is in one container and one token, a token has one answer, each person's seats are one token's
2. exchanges both sides of each hold equally many seats of every container, use no token twice and no seat that is not
             there, are of two answers, and the subject is among them
3. I1, I2    with their own, the answers of the exchanges are at least l
4. I3        no single other token is part of all of them
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

from bank_api.domain.anonymize.errors import ReleaseRefusedError
from bank_api.domain.anonymize.seats.exchange import Exchange, Part, Subject
from bank_api.domain.anonymize.seats.structure import Structure


def check(books: Structure, warrants: Mapping[Subject, Sequence[Exchange]]) -> None:
    """Raises ReleaseRefusedError naming the invariant and how often it is broken."""
    _check_books(books)
    unheld = sum(not holds(books, subject, warrants.get(subject, ())) for subject in subjects(books))
    if unheld:
        raise ReleaseRefusedError("seats", "seats or tokens that could not be anybody else's answer", 0, unheld)


def subjects(books: Structure) -> list[Subject]:
    """Whatever needs a warrant: tied tokens, and the free seats of containers that are not diverse by themselves."""
    found: list[Subject] = [token for token, seats in enumerate(books.seats_of_token) if len(seats) > 1]
    for container, free in enumerate(books.free):
        if not books.diverse(free):
            found += [(container, answer) for answer in free]
    return found


def holds(books: Structure, subject: Subject, exchanges: Sequence[Exchange]) -> bool:
    """2. to 4. for one subject."""
    own = books.answer_of(subject) if isinstance(subject, int) else subject[1]
    weak: set[Part] | None = None
    for exchange in exchanges:
        if not _balanced(books, subject, own, exchange):
            return False
        critical = exchange.critical(books, subject)
        weak = critical if weak is None else weak & critical
    return weak == set() and books.many({own, *(exchange.answer for exchange in exchanges)})


def _balanced(books: Structure, subject: Subject, own: int, exchange: Exchange) -> bool:
    tokens = exchange.own_tokens + exchange.other_tokens
    if exchange.own != own or exchange.answer == own or len(set(tokens)) < len(tokens):
        return False
    if subject not in exchange.own_tokens and (isinstance(subject, int) or subject[0] not in dict(exchange.own_free)):
        return False
    seats: Counter[int] = Counter()
    for sign, side, free, answer in (
        (1, exchange.own_tokens, exchange.own_free, own),
        (-1, exchange.other_tokens, exchange.other_free, exchange.answer),
    ):
        for token in side:
            if len(books.seats_of_token[token]) < 2 or books.answer_of(token) != answer:
                return False
            for container, held in books.profile(token).items():
                seats[container] += sign * held
        for container, count in free:
            if not 0 < count <= books.free[container].get(answer, 0):
                return False
            seats[container] += sign * count
    return not any(seats.values())


def _check_books(books: Structure) -> None:
    held = sorted(chain.from_iterable(books.seats_of_token))
    placed = sorted(chain.from_iterable(books.members))
    wrong = len(books.answer) if held != placed or held != list(range(len(books.answer))) else 0
    for token, seats in enumerate(books.seats_of_token):
        if len(seats) == 1:
            wrong += books.token[seats[0]] != token
            continue
        wrong += any(books.token[seat] != token or books.answer[seat] != books.answer[seats[0]] for seat in seats)
        wrong += books.is_tied(token) and books.profile(token) != books.counted_profile(token)
    for container, seats in enumerate(books.members):
        before = books.free[container], books.tied[container]
        books.recount(container)
        wrong += before != (books.free[container], books.tied[container])
        wrong += any(books.container[seat] != container for seat in seats)
    several = (seats for seats in books.seats_of_person.values() if len(seats) != 1)
    wrong += sum(len({books.token[seat] for seat in seats}) != 1 for seats in several)
    if wrong:
        raise ReleaseRefusedError("seats", "the books of the seats contradict themselves", 0, wrong)
