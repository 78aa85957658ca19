"""What partners show to members whose answers fit. Who fits is nowhere: wallets find it out for themselves."""

from sqlmodel import Field, SQLModel


class PromotionRow(SQLModel, table=True):
    __tablename__ = "promotion"
    promotion_id: str = Field(primary_key=True)
    partner: str = Field(index=True)
    words: str
    """JSON list of language, title and text."""
    condition: str
    """JSON (`bank_api.protocol.documents.condition`)."""
    class_id: str
    until: int
    at: int
    key: str
    """The address of the partner's key that signed: what an earlier key gave holds no more (ADR 27)."""
    signature: str
    filed_at: int
    decision: str = Field(default="waiting", index=True)
    """waiting, approved, refused or withdrawn; what time makes of it is reckoned."""
    reason: str | None = None
    decided_at: int | None = None
    approved_at: int | None = None
    """When it was first let be shown; None for what nobody was shown."""
