"""Statistics with differential privacy: figures about many people that hardly depend on any one of them. ADR 43."""

from bank_api.domain.statistics.made import StatisticsRelease, make_statistics
from bank_api.domain.statistics.plan import Plan, Variable, plan_of

__all__ = ["Plan", "StatisticsRelease", "Variable", "make_statistics", "plan_of"]
