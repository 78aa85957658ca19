"""Thin HTTP endpoints: parse, call a flow, answer. No rule lives here."""
