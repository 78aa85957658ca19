"""A sealed document as somebody sent it in a field."""

from bank_api.errors import InvalidInputError
from bank_api.protocol.fields import from_base64
from bank_api.protocol.messages.strangers import fault
from pds_adapter.errors import EnvelopeError
from pds_adapter.sealing.envelope import SealedDocument


def read_sealed(text: str, field: str, bytes_max: int) -> SealedDocument:
    """Raises InvalidInputError."""
    try:
        return SealedDocument.from_bytes(from_base64(text, field, bytes_max))
    except EnvelopeError as error:
        raise InvalidInputError(field, fault(error)) from error
