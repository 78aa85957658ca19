"""Two headers by which a caller and the bank speak of how far the ledger was read.

Reads are answered from the bank's index and never wait for the ledger. Every answer says as of which block it is; who
has a receipt names its block with the next request and is answered from no earlier one.
"""

AS_OF = "Azukari-As-Of-Block"
"""In an answer: the block through which the ledger was read, at least."""
NOT_BEFORE = "Azukari-Not-Before-Block"
"""In a request: the block that the answer must know, as a receipt names it (`block_number`)."""
DIGITS_MAX = 18
