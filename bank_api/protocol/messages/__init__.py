"""One catalogue of messages for the command line, the pages and the bank, in Japanese and English.

The messages are Project Fluent's (projectfluent.org): `LANGUAGE/WORD.ftl`, where WORD is the first word of a message's
id, so that `line-answer` stands in `line.ftl` and only files that are needed are read. Both languages are equal: a test
holds every id, with the same values and attributes, to both. Pages read the same files by `@fluent/bundle`.
"""

import os
from functools import lru_cache
from importlib import resources
from typing import Literal, get_args

from fluent.runtime import FluentBundle, FluentResource

from bank_api.protocol.messages.figures import figure, parts_of

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class UnknownMessageError(KeyError):
    """No such message in the catalogue: a slip of ours, which the catalogue's test finds."""


class Catalogue:
    """The messages in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, message_id: str, **values: object) -> str:
        """The message, or `id.attribute`, with its values. Raises UnknownMessageError."""
        text = self.find(message_id, **values)
        if text is None:
            raise UnknownMessageError(message_id)
        return text

    def find(self, message_id: str, **values: object) -> str | None:
        """The message with its values, or None where the catalogue has none."""
        name, _, attribute = message_id.partition(".")
        bundle = _bundle(self.language, name.partition("-")[0])
        if bundle is None or not bundle.has_message(name):
            return None
        message = bundle.get_message(name)
        pattern = message.attributes.get(attribute) if attribute else message.value
        if pattern is None:
            return None
        text, errors = bundle.format_pattern(pattern, {name: _plain(value) for name, value in values.items()})
        if errors:
            raise UnknownMessageError(f"{message_id}: {errors[0]}")
        return str(text)

    def named(self, group: str, value: str) -> str:
        """What a kind or state is called; one the catalogue does not know is shown as it came."""
        return self.find(f"{group}-{slug(value)}") or value

    def chance(self, value: float) -> str:
        """A probability as people read it: 0.000001 is one in 1,000,000."""
        part, whole = parts_of(value)
        return self("word-chance", part=part, whole=whole) if part and whole > 1 else figure(value)


def language_of(setting: str | None) -> Language:
    """`ja` or `en` from an option, or from LC_ALL / LC_MESSAGES / LANG."""
    if setting is None:
        setting = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "en")
    return "ja" if setting.lower().startswith("ja") else "en"


def slug(text: str) -> str:
    """How a kind, a state or a contract's reason appears in an id: lower case, one dash for whatever else there is."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())


def source(language: Language, word: str) -> str | None:
    """The text of a file of the catalogue; None if there is none."""
    file = resources.files(__name__) / language / f"{word}.ftl"
    return file.read_text(encoding="utf-8") if file.is_file() else None


@lru_cache(maxsize=128)
def _bundle(language: Language, word: str) -> FluentBundle | None:
    text = source(language, word)
    if text is None:
        return None
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource(text))
    return bundle


def _plain(value: object) -> str | int | float:
    return value if isinstance(value, str | int | float) else str(value)
