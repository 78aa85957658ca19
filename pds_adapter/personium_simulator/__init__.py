"""A simulator of a Personium unit, for tests only: an HTTP server that answers as personium-core 1.8.0 did.

It is held to 812 recorded exchanges with a real unit by tests/unit/pds_adapter/personium/test_exchanges.py. It keeps
everything in memory and trusts its own tokens alone; passwords are kept as scrypt hashes, tokens are encrypted or
signed, rights are checked at each request, because what is tested against it must not learn to be careless. It is no
place for anybody's data.

Read `server` (HTTP), `routing` (which file answers what), `unit` (what there is), `tokens` and `callers` (who asks),
`acl` (who may), then `files`, `folders`, `listings` (WebDAV), `control`, `entities`, `queries`, `schemas`, `records`
(OData).
"""
