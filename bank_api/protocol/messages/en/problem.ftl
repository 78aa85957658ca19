# The kinds of refusal of the bank (the code of RFC 9457).

problem-bank-error = the bank could not do what was asked
problem-invalid-input = a field breaks a rule
problem-not-found = no such thing here
problem-forbidden = you may not do this
problem-not-authenticated = log in with your wallet first
problem-conflict = the step does not fit the present state
problem-id-already-used = this id stands for something else already
problem-ledger-refused = { $contract }: { $reason }
problem-release-not-possible = the release would break its anonymity policy; nothing was sent and nothing recorded
problem-ledger-unreachable = the ledger did not answer in time
problem-too-many-requests = you ask more often than one may here
problem-store-unavailable = the personal data store is unavailable; try again
problem-database-unavailable = the bank's database does not answer; try again
problem-fault = a fault of the bank
problem-http = an HTTP error
problem-said = { $detail }
problem-quota-exhausted = the quota of coins does not leave so many
problem-erased = Erased
problem-board-must-open = the board must open these answers first
problem-ledger-node-refused = the ledger refused to do this
