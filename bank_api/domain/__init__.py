"""The bank's own rules in plain Python: no HTTP, no SQL, no ledger."""
