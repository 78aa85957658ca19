"""Personal data stores: one port, several back ends, everything in them sealed; and the escrow of documents.

Read `errors`, then three rooms: `sealing` (how a document is sealed), `stores` (where it rests), `escrow` (how others
bring it back). `stores` and `escrow` do not know each other, `sealing` knows neither.
This is the only package that imports PyNaCl, and it knows nothing of ledgers, contracts or HTTP servers of ours.
"""
