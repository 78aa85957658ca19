# Headings, columns and labels: a word each.

word-account = account
word-acknowledged = acknowledged
word-address = address
word-answers = answers
word-asked-by = asked for by
word-audit = Audit
word-balance = balance
word-bank = The bank
word-because = because
word-block = block
word-blocks = blocks
word-burnt = burnt
word-by = by
word-by-key = by place only
word-by-value = by value
word-chain = chain
word-closes = closes
word-coins = coins
word-coins-each = coins each
word-compared = compared
word-consents = consents
word-consents-mine = Your consents
word-contract = contract
word-contributions = contributions
word-coupon = coupon
word-coupon-catalogue = Coupons on sale
word-coupons = coupons
word-coupons-issued = coupons issued
word-coupons-mine = Your coupons
word-coupons-redeemed = coupons redeemed
word-custodians = Custodians
word-delete-by = delete by
word-deleted-at = deleted { $time }
word-disclosures = disclosures
word-encryption-key = encryption key
word-entry = entry
word-escrow = escrow
word-escrows = Escrows
word-escrows-opened = escrows opened
word-event = event
word-events = Events
word-evidence-salt = evidence salt
word-recovery = Recovery
word-false = false
word-in-others-words = { $text }
word-falsehoods = What is false
word-file = file
word-granted = granted
word-head = head
word-i-am = I am
word-id = id
word-in-part = in part
word-item = item
word-items = items
word-k = k
word-k-at-least = k at least
word-l-at-least = l at least
word-t-at-most = t at most
word-k-measured = k, measured here
word-k-of-n = k of n
word-kept-for = kept for
word-key = key
word-kind = kind
word-ledger = ledger
word-left = left
word-left-out = left out
word-legal-class = form
word-locked = locked
word-loss = loss
word-members = members
word-name = name
word-new-key = new key
word-no = no
word-not-rebuilt = not rebuilt
word-nothing = nothing yet
word-open-from = open from
word-opening = Opening
word-openings = openings
word-operator = operator
word-passbook = Passbook
word-payload-root = payload root
word-persons = persons
word-persons-at-most = persons at most
word-price = price
word-purpose = purpose
word-questions = questions
word-reason-asked = Why
word-rebuilt = rebuilt
word-recipient = recipient
word-redeem-until = valid until
word-redemptions = Redemptions
word-release = Release
word-release-id = id
word-release-key = release key
word-releases = Releases
word-releases-mine = Releases your answers went into
word-request = Request
word-requests = Requests
word-requests-mine = Requests for your consent
word-reward = reward
word-rows = rows
word-seconds = seconds
word-shops = shops
word-slots = slots
word-state = state
word-storage = Contract storage against the records
word-storage-root = storage root
word-summary = Summary
word-supply = supply
word-suppressed = suppressed
word-survey = survey
word-surveys = Surveys
word-terms = terms
word-time = time
word-title = title
word-transaction = transaction
word-transactions = transactions
word-until = until
word-uses = uses
word-values = values
word-wallets = Wallets
word-what = what
word-why = why
word-witness = witness
word-yes = yes
word-passphrase = passphrase
word-private-key = private key

# ---- how values are put ----

word-block-number = block { $number }
word-terms-of = { $hash } ({ $language })
word-days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
word-coins-and = { $base } and { $each } per item
word-of = { $part } of { $whole }
word-custodian-number = custodian { $number }
word-owner-and = owner, { $role }
word-range = whole number from { $low } to { $high }
word-skip = leave empty to skip
word-first-rows = The first { $count } rows
word-root-said = { $root }, as { $who } says
word-said-by-ledger = the ledger
word-said-by-bank = the bank
word-salt-kept = { $salt } (keep it with the record)
word-reward-title = { $recipient } - reward { $coins }
word-balance-title = Passbook  balance: { $coins }
word-counted = { $name } { $count }
word-audit-coins = { $granted } granted - { $burnt } burnt = { $supply }
word-audit-disclosures = { $count }, from { $consents } consents
word-audit-coupons = { $issued } issued, { $redeemed } redeemed
word-audit-escrows = { $count }, { $opened } opened
word-audit-compared = { $count } values of the final state with what the events told
word-audit-note = note: { $field } { $reason }
word-audit-true = The chain is true; it agrees with { $witnesses }.
word-audit-true-for-this-copy = The chain is true for this copy; not compared with anybody.
word-audit-agrees-checkpoints = { $count ->
    [one] 1 checkpoint
   *[other] { $count } checkpoints
}
word-audit-agrees-followers = { $count ->
    [one] 1 follower
   *[other] { $count } followers
}
word-audit-agrees-receipts = { $count ->
    [one] 1 receipt
   *[other] { $count } receipts
}
word-audit-agrees-stamps = { $count ->
    [one] 1 time stamp
   *[other] { $count } time stamps
}
word-audit-stamps-not-checked = note: { $count } time stamps in the export were not checked: name an authority with --tsa-root
word-audit-false = The chain is FALSE.
word-draw = draw
word-draws = Prize draws
word-prize = prize
word-entries = entries
word-drawers = drawers
word-bound = bound
word-not-bound = not bound yet
word-parts-missing = parts not shown
word-refunds-from = coins back from
word-refunded = paid back
word-winners = winning entries
word-attacks = Attacks
word-guessed = guessed with over 80 % certainty
word-guessed-share = { $people } of people (commonest answer: { $commonest })
word-consent-mine = Your decision
word-consent-about-to-sign = You are about to consent to
word-releases-at-most = releases at most
word-coins-per-release = coins per release
word-documents-wrapped = documents wrapped for it
word-documents-closed = documents it does not open
word-coins-left = coins left
word-powers = Uses of a power over others
word-place = Your documents rest at { $place }
word-moving-to = moving to
word-emptying = still being emptied
word-offered = offered
word-own-server = your own server
word-outcome = outcome
word-release-true = Nothing that was checked is false.
word-release-false = The release is FALSE.
word-genesis = ledger begins with
word-gift-orders = Orders of gifts
word-coupons-each = coupons each
word-given = given
word-coins-free = to spend anywhere
word-coins-only-with = { $coins }, only with { $where }
word-coins-of = Coins: { $coins }
word-coins-received = coins received
word-totals-of = Totals of { $day }
