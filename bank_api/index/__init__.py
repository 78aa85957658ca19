"""What the ledger says, in SQL for quick questions: read from the chain, answered as events, rebuilt at any time."""
