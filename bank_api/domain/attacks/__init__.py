"""Attacks on releases, as whoever holds them all would make them. Knows nothing of how releases are made.

The attacker is given more than most have: every release to every recipient, who is in which release (the ledger says)
and in which class each person stands (their quasi-identifiers say so). Start at `report`.
"""

from bank_api.domain.attacks.observed import Observed, ObservedClass
from bank_api.domain.attacks.report import AttacksOverTime, attack_all

__all__ = ["AttacksOverTime", "Observed", "ObservedClass", "attack_all"]
