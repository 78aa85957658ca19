"""Builds and signs each message from what the bank's API returned; used by the commands and by scripts alike.

`signer` says who signs; `answer`, `member`, `partner` and `escrow` hold one function per message. Nothing here talks to
the bank: a signed message is handed to `bank_client`.
"""
