"""What an operator may set: AZUKARI_BANK_* in the environment, or options of `azukari-bank serve`."""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

URL = "http://127.0.0.1:8600"
PAGES = Path(__file__).parent.parent / ".build" / "pages"


LOOPBACK = ("127.0.0.1", "::1", "localhost")


StoreKind = Literal["solid", "personium"]


class StoreOffer(BaseModel):
    """A server on which the bank keeps places for members."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: StoreKind
    url: str = Field(pattern=r"^https?://[^\s]+$")
    token_file: Path | None = None
    """File with the token of a Personium unit."""


class BucketSetting(BaseModel):
    """A bucket of an S3-compatible server, for the chunks of large documents."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(pattern=r"^s3://[^\s/]+(/[^\s]*)?$")
    """s3://bucket/prefix."""
    key_file: Path
    """File with the access key's id and its secret, a line each."""
    endpoint: str | None = Field(default=None, pattern=r"^https?://[^\s]+$")
    """The server, where it is not Amazon's."""
    region: str = "us-east-1"


class Settings(BaseSettings):
    """Settings of one bank process. Secrets are named by file, never by value."""

    model_config = SettingsConfigDict(env_prefix="AZUKARI_BANK_", extra="forbid")

    name: str = "Azukari"
    data: Path
    """Folder of the bank: SQL database, personal data store, keys."""
    url: str = Field(default=URL, pattern=r"^https?://[^\s/]+$")
    """Where people reach the bank: scheme, host and port, no path. Logins and orders name it; a request's own Host is
    never believed."""
    ledger_url: str = "http://127.0.0.1:8545"
    """Where the ledger answers JSON-RPC; several nodes of one network stand between commas."""
    confirmations: int = Field(default=0, ge=0, le=64)
    """Under how many further blocks a receipt counts and the index reads; 0 where a block is final at once."""
    ledger_token_file: Path | None = None
    deployment: Path
    """deployment.json as `python -m chaincode deploy` wrote it."""
    operator_key_file: Path
    """The operator's private key, 0x-hex, mode 0600."""
    database_url: str | None = Field(default=None, repr=False)
    """postgresql://… of a server for directory, index and the bank's own store; files under `data` unless told."""
    stores: dict[str, StoreOffer] = {}
    """Stores that members may choose besides the bank's own, by name: {"pods": {"kind": "solid", "url": "https://…"}}."""
    own_stores: tuple[StoreKind, ...] = ()
    """Kinds of servers that members may bring themselves."""
    own_stores_anywhere: bool = False
    """Whether a member's server may stand in a private network and be reached without encryption."""
    document_bucket: BucketSetting | None = None
    """Where the bank's own store puts the chunks of large documents; beside its database unless told."""
    document_quota_bytes: int = Field(default=2 * 1024**3, ge=0)
    """How much a member may keep in documents at a store of the bank; a member's own server has its own limit."""
    record_quota_bytes: int = Field(default=64 * 1024**2, ge=0)
    """How much a member may keep in records of boxes, sealed."""
    gather_seconds: float = Field(default=0.03, ge=0, le=1)
    """How long a batch waits for company before it goes to the ledger."""
    gather_seconds_max: float = Field(default=0.1, ge=0, le=2)
    """The same as long as more and more come in: a crowd goes into one block."""
    batch_items_max: int = Field(default=200, ge=1, le=1000)
    batches_in_flight_max: int = Field(default=16, ge=1, le=64)
    """How many batches of a kind wait for their block at once, each with a nonce of its own."""
    ledger_timeout_seconds: float = Field(default=60, gt=0)
    rotation_settle_seconds: float = Field(default=120, ge=0)
    """How long an answer sealed to a former release key may still be under way when its rotation ends."""
    follow_seconds: float = Field(default=0.2, gt=0, le=60)
    """How often the index looks for new blocks by itself; after each write it looks at once."""
    account_requests_per_second: float = Field(default=50, ge=0)
    account_requests_in_a_row: int = Field(default=1000, ge=1)
    """How often one account may ask; 0 per second is no limit."""
    address_requests_per_second: float = Field(default=200, ge=0)
    address_requests_in_a_row: int = Field(default=2000, ge=1)
    """How often one address may ask, a whole office perhaps. This machine's own addresses are not counted."""
    streams_max: int = Field(default=200, ge=0)
    """How many may listen to their inbox at once (server-sent events); others ask now and then."""
    trusted_proxies: str = "127.0.0.1"
    """Addresses, comma separated, whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    """Where on this machine alone the figures are served (Prometheus); nowhere unless told."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_requests: bool = False
    """A line for each request."""
    stop_seconds: int = Field(default=20, ge=1)
    """How long a request under way may take to end when the bank is told to stop."""
    smtp_host: str | None = None
    """The server that takes the bank's e-mail; without one nobody is told by e-mail."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_encryption: Literal["starttls", "tls", "none"] = "starttls"
    """`none` only to this machine itself."""
    smtp_user: str | None = None
    smtp_password_file: Path | None = None
    smtp_from: str | None = None
    """The address that the bank's e-mail comes from."""
    smtp_ca_file: Path | None = None
    """Who vouches for the server, if not the usual authorities."""
    tell_seconds: float = Field(default=5, gt=0, le=3600)
    """How often the bank looks whom it has to tell something by e-mail or webhook."""
    webhooks_anywhere: bool = False
    """Whether webhooks may go to private networks and without encryption: for trials on one machine."""
    terms_file: Path | None = None
    """Text of the terms that a new bank begins with, in place of this program's; read on an empty ledger only."""
    terms_notice_days: int = Field(default=14, ge=0)
    """How long, at least, members have to accept new terms."""
    epsilon_per_partner: float = Field(default=3, gt=0, le=100)
    """What statistics for one partner may tell of one person (differential privacy) within `epsilon_days`."""
    epsilon_per_person: float = Field(default=10, gt=0, le=100)
    """The same for all partners together, who may put their figures side by side."""
    delta_per_person: float = Field(default=1e-5, gt=0, le=1e-2)
    """How likely the bounds of epsilon may not hold for one person, over all made-up rows within `epsilon_days`."""
    epsilon_days: int = Field(default=365, ge=1)
    session_seconds: int = Field(default=8 * 3600, gt=0)
    challenge_seconds: int = Field(default=300, gt=0)
    sealed_bytes_max: int = Field(default=1_000_000, gt=0)
    registrations_max: int = Field(default=1_000, ge=0)
    """How many may wait for the operator's answer; with 0 there is no way in but by invitation."""
    promotions_max: int = Field(default=5, ge=0)
    """How many promotions of one partner may wait or be shown at once; with 0 there are none."""
    promotion_k: int = Field(default=5, ge=1)
    """A promotion is shown only if about so many members see it by chance, whatever they answered."""
    share_bytes_max: int = Field(default=16_384, gt=0)
    """The longest share, set of commitments or contribution."""
    dealt_bytes_max: int = Field(default=131_072, gt=0)
    """Of a share that its custodians dealt anew: every deal of the round is in it."""
    body_bytes_max: int = Field(default=4_000_000, gt=0)
    """The longest request of all."""

    pages: Path = PAGES
    """Where `python -m scripts.pages` put the pages; without them the bank serves its API and says how to get them."""

    @model_validator(mode="after")
    def _mail_goes_encrypted(self) -> Self:
        """Addresses of people are in it: never in clear over a network."""
        if self.smtp_host is not None and self.smtp_encryption == "none" and self.smtp_host not in LOOPBACK:
            raise ValueError("smtp_encryption may be none only for a mail server on this machine")
        if (self.smtp_user is None) != (self.smtp_password_file is None):
            raise ValueError("smtp_user and smtp_password_file go together")
        return self

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'bank.sqlite3'}"

    @property
    def store_server(self) -> str | None:
        """Where the bank's own personal data store rests, if not in a file."""
        return self.database_url if self.database_url and self.database_url.startswith("postgresql") else None
