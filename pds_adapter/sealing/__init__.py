"""How a document is sealed before any store sees it: `keys` and `envelope`.

`canonical` makes the one byte string that is hashed for a value, `wire` reads our binary formats strictly.
"""
