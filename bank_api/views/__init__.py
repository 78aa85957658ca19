"""What the API shows: facts of documents and ledger joined, as kinds and typed fields. Words are made at the edge."""
