"""Personal data stores: one port, several back ends, everything in them sealed; and the escrow of documents.

Read in this order: `errors`; `envelope` (how a document is sealed before any store sees it); `port` (what a store
does), `embedded` (the store that comes with Azukari), `solid` (the same on a Solid server), `archive` (what a person
takes home). Then the escrow: `group`, `shamir`, `vss` (a wrong share is named), `terms` (what everybody sees),
`shares`, `share_keystore` and `paper` (how one is kept), `proofs`, `threshold`, `escrow`, `opening` (nobody ever
holds the key), `resharing` (a custodian is replaced), `drills` (the share is still there).
This is the only package that imports PyNaCl, and it knows nothing of ledgers, contracts or HTTP servers of ours.
"""
