"""What an operator may set: AZUKARI_BANK_* in the environment, or options of `azukari-bank serve`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

URL = "http://127.0.0.1:8600"
PAGES = Path(__file__).parent.parent / ".build" / "pages"


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
    ledger_token_file: Path | None = None
    deployment: Path
    """deployment.json as `python -m chaincode deploy` wrote it."""
    operator_key_file: Path
    """The operator's private key, 0x-hex, mode 0600."""
    database_url: str | None = Field(default=None, repr=False)
    """SQLAlchemy address of the directory; a SQLite file under `data` unless told."""
    gather_seconds: float = Field(default=0.03, ge=0, le=1)
    """How long a batch waits for company before it goes to the ledger."""
    batch_items_max: int = Field(default=200, ge=1, le=1000)
    ledger_timeout_seconds: float = Field(default=60, gt=0)
    follow_seconds: float = Field(default=0.2, gt=0, le=60)
    """How often the index looks for new blocks by itself; after each write it looks at once."""
    session_seconds: int = Field(default=8 * 3600, gt=0)
    challenge_seconds: int = Field(default=300, gt=0)
    sealed_bytes_max: int = Field(default=1_000_000, gt=0)
    share_bytes_max: int = Field(default=16_384, gt=0)
    """The longest share, set of commitments or contribution."""
    body_bytes_max: int = Field(default=4_000_000, gt=0)
    """The longest request of all."""

    pages: Path = PAGES
    """Where `python -m scripts.pages` put the pages; without them the bank serves its API and says how to get them."""

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'bank.sqlite3'}"
