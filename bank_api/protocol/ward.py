"""Acting for another account: the header that names it.

Whoever sends the header is heard as that account, as far as a delegation that stands on the ledger reaches; the
contracts judge the signature of every act besides.
"""

HEADER = "Azukari-For"
