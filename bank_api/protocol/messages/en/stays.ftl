# What an erasure leaves, each with its reason.

stays-ledger = The ledger: your consents, coins and releases under an account number, never a name or an answer. An auditor could not check the others' books without them, and nobody can take a record out.
stays-released = What partners already have: nobody can be told apart in anonymized rows, and nobody's share can be taken out of a figure, so you cannot be taken out. Each partner must delete its copy by its date and declare so on the ledger; it is told now.
stays-series = In the history of releases a random name stands for yours, beside what was released: without it, the next release would tell more of the others than it may.
stays-backups = Older copies of the bank hold you until they are replaced. A bank put back from one erases you again, because the ledger says so.
stays-word = The word that you sign now, to show that you and nobody else asked.
stays-shares = Shares of other people's escrows that you keep for them: sealed to your key, useless without it, and theirs.
