"""Documents that two sides write or check: what is sealed, hashed, signed or read before signing."""
