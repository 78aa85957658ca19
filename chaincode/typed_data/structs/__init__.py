"""Every message that people sign, one dataclass each: its fields are exactly the EIP-712 struct's, in order.

They are written so that a wallet shows a sentence a person can judge: who gets what for which purpose until when,
for how many coins. All but the ERC-20 permit end in a 64-bit `deadline`, after which no contract takes them.

Each file holds the structs, and the statements in them, of the contract that takes them.
"""

from chaincode.typed_data.structs.coin import *  # noqa: F403
from chaincode.typed_data.structs.consent import *  # noqa: F403
from chaincode.typed_data.structs.coupon import *  # noqa: F403
from chaincode.typed_data.structs.disclosure import *  # noqa: F403
from chaincode.typed_data.structs.draw import *  # noqa: F403
from chaincode.typed_data.structs.escrow import *  # noqa: F403
from chaincode.typed_data.structs.membership import *  # noqa: F403
from chaincode.typed_data.structs.recovery import *  # noqa: F403
from chaincode.typed_data.structs.request import *  # noqa: F403
from chaincode.typed_data.structs.rule import *  # noqa: F403
from chaincode.typed_data.structs.survey import *  # noqa: F403
