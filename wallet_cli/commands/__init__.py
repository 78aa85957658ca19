"""One file per role; each command reads its options, calls `signing` and `bank_client`, and shows a view."""
