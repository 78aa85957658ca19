"""Homes: fixed groups of people who come and go, told without whoever is away and a few drawn beside them (ADR 80)."""
