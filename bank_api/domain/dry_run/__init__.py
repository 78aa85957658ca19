"""Releases of any table without a server: what `azukari release` does, and what a bank's operator can try beforehand.

Start at `run`. Refuses as the anonymizer does (its errors), and unusable files as DryRunError naming field and rule.
"""

from bank_api.domain.dry_run.errors import DryRunError
from bank_api.domain.dry_run.foreign import attack_files
from bank_api.domain.dry_run.run import DryRun, Wanted, dry_run
from bank_api.domain.dry_run.texts import read_text

__all__ = ["DryRun", "DryRunError", "Wanted", "attack_files", "dry_run", "read_text"]
