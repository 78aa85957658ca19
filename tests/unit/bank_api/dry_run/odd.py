"""Tables of a few columns, any of which may be made odd, and their release."""

import random

from bank_api.domain.dry_run import Wanted, dry_run

HEAD = "id,age,town,mood"
SPEC = """
[columns.id]
role = "identifier"
[columns.age]
role = "quasi"
kind = "number"
minimum = 18
maximum = 90
[columns.town]
role = "quasi"
kind = "choice"
[columns.mood]
role = "sensitive"
kind = "ordinal"
"""
KINDS = {"age": "number", "town": "choice"}
KEYS = {"rows", "suppressed", "k", "l", "t", "loss", "confidence", "attacks"}
WIDE = SPEC.replace('kind = "number"\nminimum = 18\nmaximum = 90', 'kind = "number"')
BANDS = SPEC.replace('kind = "ordinal"', 'kind = "number"\nbands = 4')


def table(count=200, head=HEAD, seed=1, divider=",", **other):
    dice = random.Random(seed)
    usual = {
        "id": lambda n: f"p{n}",
        "age": lambda n: dice.randint(18, 90),
        "town": lambda n: dice.choice("ABC"),
        "mood": lambda n: dice.choice("12345"),
    }
    make = {**usual, **other}
    names = head.split(",")
    lines = [divider.join(str(make[name](n)) for name in names) for n in range(count)]
    return "\n".join([divider.join(names), *lines]) + "\n"


def run(text, folder, spec=SPEC, k=5, least=2, **more):
    wanted = Wanted(k, least, **more.pop("wanted", {}))
    return dry_run(text, spec, folder, wanted=wanted, **more)


DICE = random.Random(2)


def some(*values):
    return lambda n: DICE.choice(values)
