# pragma version 0.4.3
# pragma evm-version london
"""
@title Items of a survey as bits: item 0 is the lowest, at most 32
"""


@internal
@pure
def within(items: uint256, allowed: uint256) -> bool:
    return items != 0 and items & ~allowed == 0


@internal
@pure
def count(items: uint256) -> uint256:
    """@dev Number of set bits, added up in pairs, fours and bytes."""
    pairs: uint256 = (items & 1431655765) + ((items >> 1) & 1431655765)
    fours: uint256 = (pairs & 858993459) + ((pairs >> 2) & 858993459)
    octets: uint256 = (fours & 252645135) + ((fours >> 4) & 252645135)
    return (octets * 16843009 >> 24) & 255
