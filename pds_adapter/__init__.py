"""Personal data stores: one port, several back ends, everything in them sealed; and the escrow of documents.

Read in this order: `errors`, `port` (what a store does), `embedded` (the store that comes with Azukari), `envelope`
(how a document is sealed before any store sees it), then the escrow: `shamir`, `vss`, `shares`, `escrow`.
This is the only package that imports PyNaCl, and it knows nothing of ledgers, contracts or HTTP servers of ours.
"""
