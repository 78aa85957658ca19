"""One file per thing a person does at the bank. Each checks, keeps what must be kept, and writes the ledger last."""
