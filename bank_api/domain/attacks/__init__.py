"""Attacks on releases, as whoever holds them all would make them. Knows nothing of how releases are made.

The attacker is given more than most have: every release to every recipient, who is in which release (the ledger says)
and in which class each person stands (their quasi-identifiers say so). Start at `report`.
"""

from bank_api.domain.attacks.evidence import Evidence, differing, report_hash, report_text
from bank_api.domain.attacks.observed import Observed, ObservedClass
from bank_api.domain.attacks.order import OrderAttack, attack_order
from bank_api.domain.attacks.presence import PresenceAttack, attack_presence
from bank_api.domain.attacks.report import AttacksOverTime, attack_all
from bank_api.domain.attacks.rule import read_by_rule

__all__ = [
    "AttacksOverTime",
    "Evidence",
    "Observed",
    "ObservedClass",
    "OrderAttack",
    "PresenceAttack",
    "attack_all",
    "attack_order",
    "attack_presence",
    "differing",
    "read_by_rule",
    "report_hash",
    "report_text",
]
