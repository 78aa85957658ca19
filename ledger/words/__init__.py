"""What the ledger says in Japanese. English stands in the sources, where the command line and each refusal are written.

A sentence is found by its form (`sentence-is-found-but-must-be-expected`), a command's help by its words. `ja.ftl` is
Project Fluent's, like the bank's catalogue, which the ledger does not know; a test holds it to the sources.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle


def in_japanese(message_id: str, **values: object) -> str | None:
    """The message, or `id.attribute`; None if there is none."""
    name, _, attribute = message_id.partition(".")
    if not _bundle().has_message(name):
        return None
    message = _bundle().get_message(name)
    pattern = message.attributes.get(attribute) if attribute else message.value
    return (
        None if pattern is None else str(_bundle().format_pattern(pattern, {k: str(v) for k, v in values.items()})[0])
    )


def sentence_in_japanese(text: str) -> str | None:
    """A refusal or finding; None for words that are not the ledger's own, such as the operating system's.

    A value may be such a sentence itself: why a file of several cannot be used.
    """
    form, values = getattr(text, "form", text), getattr(text, "values", {})
    told = {
        name: (sentence_in_japanese(one) or one) if isinstance(one, str) and " " in one else one
        for name, one in values.items()
    }
    return in_japanese(sentence_id(form), **told)


def said_in_japanese(text: str) -> str:
    """A finding; words that are not the ledger's own are said to be English."""
    return sentence_in_japanese(text) or in_japanese("title-in-english", text=text) or text


def sentence_id(form: str) -> str:
    """How a sentence is found: its form in lower case, one dash for whatever is no letter or digit."""
    return "sentence-" + "-".join("".join(one if one.isalnum() else " " for one in form.lower()).split())


@cache
def _bundle() -> FluentBundle:
    from fluent.runtime import FluentBundle, FluentResource

    bundle = FluentBundle(["ja"], use_isolating=False)
    bundle.add_resource(FluentResource((resources.files(__name__) / "ja.ftl").read_text(encoding="utf-8")))
    return bundle
