"""The verifier's checks, one file for each thing that is checked; `verify` asks them in order."""
