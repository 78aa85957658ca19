"""Watching code run, instruction by instruction and call by call."""
