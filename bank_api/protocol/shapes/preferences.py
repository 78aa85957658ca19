"""What a member lets each company have."""

from bank_api.protocol.fields import Paged, Shape


class PreferenceView(Shape):
    partner: str
    name: str
    forms: list[str]
    items: list[str]
    """Empty means all questions."""
    at: int | None = None
    """When the member said so; None where nothing was said and everything may be asked."""
    signature: str | None = None


class Preferences(Paged):
    preferences: list[PreferenceView]
