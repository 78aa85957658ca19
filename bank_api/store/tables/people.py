"""People and organizations: who they are, how they log in, what they ask of the bank, which terms they have."""

from sqlmodel import Field, SQLModel


class PersonRow(SQLModel, table=True):
    """A member, partner, shop, board member, custodian, auditor or operator."""

    __tablename__ = "person"
    account: str = Field(primary_key=True)
    key: str = Field(index=True, unique=True)
    """The wallet that may act now; equal to `account` until the key is rotated."""
    name: str
    email: str | None = None
    roles: str = Field(index=True)
    """Role names, comma separated."""
    parent: str | None = Field(default=None, index=True)
    """A shop's partner."""
    encryption_key: str | None = None
    """X25519 public key (hex) to which documents for this person are sealed."""
    enrolled_at: int

    def has_role(self, role: str) -> bool:
        return role in self.roles.split(",")

    @staticmethod
    def with_role(known: "PersonRow | None", role: str) -> str:
        """The roles of a person who gets one more; who held an office before keeps it."""
        return ",".join(sorted({*(known.roles.split(",") if known else ()), role}))

    @staticmethod
    def without_role(known: "PersonRow", role: str) -> str:
        """The roles of a person who leaves one office."""
        return ",".join(sorted({*known.roles.split(",")} - {role}))


class InvitationRow(SQLModel, table=True):
    __tablename__ = "invitation"
    code_digest: str = Field(primary_key=True)
    name: str
    email: str | None = None
    account: str | None = None
    """Who used it."""


class RegistrationRow(SQLModel, table=True):
    """Somebody who asked to become a member, and the answer; kept until they are one."""

    __tablename__ = "registration"
    account: str = Field(primary_key=True)
    name: str
    email: str | None = None
    words: str
    at: int
    signature: str
    state: str = Field(index=True)
    asked_at: int
    reason: str | None = None
    decided_at: int | None = None
    told_at: int | None = None
    """When the mail server took the answer."""
    tries: int = 0
    next_at: int = 0


class UsedChallengeRow(SQLModel, table=True):
    """A challenge that was answered; those that never are leave no trace."""

    __tablename__ = "used_challenge"
    message_digest: str = Field(primary_key=True)
    expires_at: int


class SecretRow(SQLModel, table=True):
    """A random value that all processes of the bank share. It opens nothing by itself."""

    __tablename__ = "secret"
    name: str = Field(primary_key=True)
    value: bytes = Field(repr=False)


class SessionRow(SQLModel, table=True):
    __tablename__ = "session"
    token_digest: str = Field(primary_key=True)
    key: str = Field(index=True)
    expires_at: int = Field(index=True)


class ErasureRow(SQLModel, table=True):
    """A member's signed word to erase everything, kept to show who asked."""

    __tablename__ = "erasure"
    account: str = Field(primary_key=True)
    until: int
    signature: str
    erased_at: int | None = None
    """None until everything was destroyed."""


class RightRow(SQLModel, table=True):
    """What somebody asked of the bank concerning themselves, and the answer."""

    __tablename__ = "right_request"
    request_id: str = Field(primary_key=True)
    account: str = Field(index=True)
    kind: str
    words: str
    asked_at: int
    due_at: int
    outcome: str | None = None
    answer: str | None = None
    answered_at: int | None = None


class PreferenceRow(SQLModel, table=True):
    """A member's latest signed word about what one company may have."""

    __tablename__ = "preference"
    account: str = Field(primary_key=True)
    partner: str = Field(primary_key=True, index=True)
    forms: str
    """JSON list."""
    items: str
    """JSON list."""
    at: int
    signature: str


class TermsRow(SQLModel, table=True):
    """One version of the terms of membership; the ledger has its hash. None is ever taken away."""

    __tablename__ = "terms"
    terms_hash: str = Field(primary_key=True)
    statement: str
    text: str
    language: str


class DelegatedActRow(SQLModel, table=True):
    """What a delegate sent in the name of another account; the ledger has what became of it."""

    __tablename__ = "delegated_act"
    account: str = Field(primary_key=True)
    act: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True)
    delegate: str
    sent_at: int
    block_number: int | None = None
    """Where the ledger took it; None if it did not, or the bank died before it knew."""
