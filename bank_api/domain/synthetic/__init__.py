"""Made-up rows with differential privacy: drawn from noisy counts, so that no row is anybody's. ADR 73."""

from bank_api.domain.synthetic.attributes import Attribute
from bank_api.domain.synthetic.errors import SyntheticError
from bank_api.domain.synthetic.making import DELTA, Maker, count_error

__all__ = ["DELTA", "Attribute", "Maker", "SyntheticError", "count_error"]
