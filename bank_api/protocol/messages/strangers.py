"""What the packages below say, as messages: `ledger`, `chaincode` and `pds_adapter` know no catalogue.

They speak English in their own sources. A sentence's form, with its places, is its id (`sentence-…`), as a contract's
reason is its own; an error of a kind is told by its kind and fields (`fault-…`).
"""

import json
import re
import socket
from errno import errorcode
from typing import Any

from bank_api.protocol.messages import Catalogue, slug
from bank_api.protocol.messages.said import Named, Said, tell


class Sentence(Said):
    """A sentence of a package below. One that the catalogue does not know is shown as it came, after saying so."""

    def __init__(self, text: str) -> None:
        values = {name: _value(name, value) for name, value in getattr(text, "values", {}).items()}
        super().__init__(f"sentence-{slug(getattr(text, 'form', text))}", values | {AS_IT_CAME: str(text)})

    def told(self, catalogue: Catalogue) -> str:
        text = str(self.values[AS_IT_CAME])
        if catalogue.language == "en":
            return text
        values = {name: tell(catalogue, value) for name, value in self.values.items() if name != AS_IT_CAME}
        return catalogue.find(self.id, **values) or catalogue("word-in-others-words", text=text)


AS_IT_CAME = "as it came"
WORDED = frozenset({"detail", "part", "reason", "rule"})
"""Fields of errors that hold a sentence, or the name of a rule."""


def refused(text: str) -> Said:
    """A rule that did not hold: `contract: reason` as a contract says it, or a sentence."""
    contract, _, reason = str(text).partition(": ")
    if contract.isidentifier() and Catalogue("en").find(f"reason-{slug(reason)}"):
        return Said("problem-ledger-refused", {"contract": contract, "reason": Named("reason", reason)})
    return Sentence(text)


def fault(error: Exception) -> Said:
    """An error of a package below or of the system, by its kind and fields; of an unknown kind, in its own words."""
    if isinstance(error, OSError | UnicodeError | json.JSONDecodeError):
        return _system(error)
    for kind in type(error).__mro__:  # a kind of refusal that has no words of its own is told as what it is a kind of
        name = re.sub("(?<=.)([A-Z])", r"-\1", kind.__name__.removesuffix("Error")).lower()
        if Catalogue("en").find(f"fault-{name}", **dict.fromkeys(vars(error), "")) is not None:
            return Said(f"fault-{name}", {one: _value(one, value) for one, value in _tellable(error)})
    return Sentence(str(error))


def _tellable(error: Exception) -> list[tuple[str, Any]]:
    """Its fields without lists of more than names and numbers: whose rows a release left out goes to nobody."""
    return [
        (one, value)
        for one, value in vars(error).items()
        if not isinstance(value, list | tuple) or all(isinstance(part, str | int) for part in value)
    ]


def _system(error: OSError | ValueError) -> Said:
    if isinstance(error, UnicodeError):
        return Said("system-not-text")
    if isinstance(error, json.JSONDecodeError):
        return Said("system-not-json", {"line": str(error.lineno), "column": str(error.colno)})
    if isinstance(error, socket.gaierror):  # whose numbers are not the system's
        return Said("system-host-unknown")
    known = f"system-{errorcode.get(getattr(error, 'errno', None) or 0, '').lower()}"
    return Said(known) if Catalogue("en").find(known) else Sentence(getattr(error, "strerror", None) or str(error))


def _value(name: str, value: Any) -> object:
    if name == "reason" and Catalogue("en").find(f"reason-{slug(str(value))}"):
        return Named("reason", str(value))
    if value is None or value == ():
        return "none"
    if isinstance(value, OSError | UnicodeError):
        return fault(value)
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return Sentence(value) if name in WORDED and isinstance(value, str) and " " in value else str(value)
