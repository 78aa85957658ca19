"""Benchmarks. They print what they measured and assert nothing: machines differ."""
