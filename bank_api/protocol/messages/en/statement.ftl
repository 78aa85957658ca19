# A partner's statement.

statement-title = Statement from { $since } to { $until }
statement-balance = balance
statement-requests = Coins behind requests
statement-locked = locked
statement-paid = paid to members
statement-returned = come back
statement-left = left at the end
statement-sums = In coins
statement-opening = opening balance
statement-closing = closing balance
statement-ledger = on the ledger now, to the coin
statement-ledger-of = { $coins }, and { $locked } behind requests
statement-coupons = Coupons
statement-coupons-stock = stock
statement-coupons-sold = sold
statement-coupons-coins = coins spent
statement-coupons-given = given
statement-coupons-redeemed = used
statement-coupons-left = left
statement-coupons-unused = not used yet
statement-policies = What coins can be bound to
