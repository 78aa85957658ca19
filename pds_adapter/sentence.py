"""A sentence that keeps its form and its values apart: whoever shows it can say it in another language by its form."""

from __future__ import annotations


class Sentence(str):
    """English, put together from a form with named places: `Sentence("must be at least {low}", low=2)`."""

    form: str
    values: dict[str, object]

    def __new__(cls, form: str, **values: object) -> Sentence:
        sentence = super().__new__(cls, form.format(**values))
        sentence.form, sentence.values = form, values
        return sentence

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (self.form,), self.values


def worded(form: str, values: dict[str, object]) -> str:
    """The form with its values; a text that came whole stays as it is."""
    return Sentence(form, **values) if values else form
