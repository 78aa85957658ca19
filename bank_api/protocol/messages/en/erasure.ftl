# What an erasure does, told before it is agreed to.

erasure-you-sign = First you sign, on the ledger
erasure-consents = consents withdrawn
erasure-coins = coins given back to the bank
erasure-destroyed = Then the bank destroys
erasure-documents = documents with all that opens them
erasure-at = { $count } at { $place }
erasure-unknown = an unknown number
erasure-escrows = escrowed documents with all shares of their keys
erasure-directory = name, e-mail address, invitation, logins
erasure-lapse = what nobody can use any more
erasure-lapse-of = { $coins } coins bound or out of reach, { $coupons } coupons
erasure-stays = What stays, and why
erasure-releases-out = Releases that are with partners already
erasure-deleted = deleted { $at }
erasure-copy-first = Take a copy first, if you want one: azukari member export. Coins and coupons can be used or given away before. This wallet's file on your machine is yours to delete.
