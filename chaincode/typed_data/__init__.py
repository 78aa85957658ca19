"""Typed data (EIP-712): what members, partners, shops, the board and custodians sign.

`eip712` encodes and checks flat structs, `structs` lists them, `signatures` signs and recovers, `signed` says what
comes beside a struct. What becomes of each is declared in `chaincode.acts`.
"""

from chaincode.typed_data.eip712 import Deployed as Deployed
from chaincode.typed_data.eip712 import SignedStruct as SignedStruct
from chaincode.typed_data.eip712 import domain_separator as domain_separator
from chaincode.typed_data.signatures import SIGNATURE_BYTES as SIGNATURE_BYTES
from chaincode.typed_data.signatures import check_signature as check_signature
from chaincode.typed_data.signatures import parse_signature as parse_signature
from chaincode.typed_data.signatures import recover as recover
from chaincode.typed_data.signatures import sign as sign
from chaincode.typed_data.signed import Salt as Salt
from chaincode.typed_data.signed import Signed as Signed
from chaincode.typed_data.signed import SignedRedemption as SignedRedemption
from chaincode.typed_data.signed import SignedRotation as SignedRotation
from chaincode.typed_data.structs import *  # noqa: F403  every struct and statement, named once, in `structs`
