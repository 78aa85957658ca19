"""What the bank publishes of the anonymized information that it made."""

from bank_api.protocol.fields import Paged, Shape


class Publication(Shape):
    """Of one release: what was made, and how it is provided."""

    release_id: str
    block_number: int
    time: int
    item_labels: list[str]
    texts: dict[str, str]
    """The whole notice by language, `ja` and `en`."""


class Publications(Paged):
    publications: list[Publication]
