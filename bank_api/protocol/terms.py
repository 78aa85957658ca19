"""What the operator sends to set new terms, and which of their sections are others than before."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Body, Short


class TermsBody(Body):
    """The whole text, the sentence that who joins signs, and until when members may accept (unix seconds)."""

    statement: Short
    text: Annotated[str, Field(min_length=1, max_length=100_000)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$", examples=["ja"])]
    accept_by: Annotated[int, Field(ge=0, lt=2**53)]


@dataclass(frozen=True)
class SectionChange:
    """One section as it was and as it is; empty where it was not there, or is there no more."""

    before: str
    after: str


def changed_sections(before: str, after: str) -> list[SectionChange]:
    """The sections that differ, in the order of the new text. A section begins with a number and a full stop.

    Reworded sections stand side by side, by their place between those that stayed.
    """
    old, new = _sections(before), _sections(after)
    found = []
    for tag, i, j, k, n in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone, come = old[i:j], new[k:n]
            length = max(len(gone), len(come))
            gone, come = gone + [""] * (length - len(gone)), come + [""] * (length - len(come))
            found += [SectionChange(*pair) for pair in zip(gone, come, strict=True)]
    return found


def _sections(text: str) -> list[str]:
    sections: list[list[str]] = []
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped:
            continue
        number, dot, _ = stripped.partition(".")
        if not sections or (dot and number.isdigit()) or not line[:1].isspace():
            sections.append([stripped])
        else:
            sections[-1].append(stripped)
    return ["\n".join(section) for section in sections]
