"""Small series of one mood of people in places, and all worlds that fit what they told."""

from collections import Counter

from bank_api.domain.anonymize import Column, ColumnRole, ReleaseRefusedError
from bank_api.domain.anonymize.errors import PolicyUnreachableError
from bank_api.domain.anonymize.seats import new_history
from bank_api.domain.attacked import release_unread

PLACE = Column.number("place", ColumnRole.QUASI_IDENTIFIER, 0, 99)
MOOD = Column.number("mood", ColumnRole.SENSITIVE, 1, 3)
COLUMNS = [PLACE, MOOD]


def population(count, dice, weights=(3, 4, 3)):
    return {f"p{n}": {"place": dice.randint(0, 99), "mood": dice.choices((1, 2, 3), weights)[0]} for n in range(count)}


def series(everybody, present, policy, dice, changes=0):
    """As many releases as can be made; what attacks find refuses one too, as where the bank makes it."""
    history = new_history(dice)
    for names in present:
        for name in dice.sample(names, changes):
            everybody[name] = everybody[name] | {"mood": dice.randint(1, 3)}
        rows = [everybody[name] for name in names]
        try:
            _, history, _ = release_unread(rows, names, COLUMNS, policy, history, dice)
        except (PolicyUnreachableError, ReleaseRefusedError):
            continue
    return history


def worlds(releases):
    """Every assignment of answers to people that fits all releases, found person by person."""
    classes = [one for told in releases for one in told.classes]
    people = list(dict.fromkeys(person for one in classes for person in one.people))
    inside = {person: [at for at, one in enumerate(classes) if person in one.people] for person in people}
    left = [Counter(one.answers) for one in classes]
    found, world = [], {}

    def place(number):
        if number == len(people):
            found.append(dict(world))
            return
        own = inside[people[number]]
        for answer in (1, 2, 3):
            if all(left[at][answer] for at in own):
                for at in own:
                    left[at][answer] -= 1
                world[people[number]] = answer
                place(number + 1)
                for at in own:
                    left[at][answer] += 1

    place(0)
    return found
