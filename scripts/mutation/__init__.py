"""Mutation testing of the contracts: bend one rule, and some test must fail (DeMillo, Lipton and Sayward, 1978)."""
