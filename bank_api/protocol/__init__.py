"""What the bank and its clients must agree on, each written once: shapes, documents, acts, messages.

The wallet imports this room and nothing else of the bank; the room imports no web server, no SQL and no key.
"""
