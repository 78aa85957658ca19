"""The bank: surveys, consents, releases, coupons and escrows over HTTP; truth about them on the ledger."""
