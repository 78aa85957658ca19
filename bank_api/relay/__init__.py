"""From signed acts to transactions: a lane gathers acts of a kind, the relay holds one for each act."""
