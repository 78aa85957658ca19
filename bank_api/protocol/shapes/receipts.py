"""What the bank answers to a write, once its block is sealed."""

from bank_api.protocol.fields import Shape


class Receipt(Shape):
    """Answer to every write, sent only after the block is sealed."""

    id: str
    accepted: bool = True
    repeated: bool = False
    block_number: int
    transaction_hash: str


class KeyReceipt(Receipt):
    """A key was rotated, and what is kept for the account was wrapped for the new one."""

    documents_wrapped: int = 0
    documents_closed: int = 0
    """Documents that are sealed to the old key alone: nobody but its holder opens them."""


class JoinReceipt(Receipt):
    account: str


class AnswerReceipt(Receipt):
    coins: int


class SurveyReceipt(Receipt):
    content_hash: str
