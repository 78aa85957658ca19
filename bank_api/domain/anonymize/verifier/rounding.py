"""By how much sums of shares may miss a bound and keep it; the verifier's own, as all of its checks are."""

ROUNDING = 1e-9
