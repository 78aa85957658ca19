check-method = the method is the one on the ledger
check-report = the attacks' report is the one in the method
check-payload = the partner's rows are those on the ledger
check-told = what the partner holds is what the bank attacked
check-attacks = the attacks, run again, find what the report says, and nobody
