# States. Those of consents and requests keep the contracts' own names.

state-unknown = unknown
state-requested = awaits an answer
state-given = given
state-refused = refused
state-renewed = renewed
state-withdrawn = withdrawn
state-expired = expired
state-approval-revoked = approval taken back
state-revoked = revoked
state-superseded = superseded
state-asked = awaits you
state-filed = awaits the board
state-approved = approved
state-closed = closed
state-full = full: no coins left
state-upcoming = upcoming
state-open = open
state-offered = offered
state-redeemed = redeemed
state-created = awaits custodians
state-active = active
state-opened = opened
state-replaced = replaced
state-waiting = waiting
state-vetoed = stopped
state-disclosed = disclosed
state-abandoned = given up
state-drawn = drawn
state-forming = awaits its drawers
state-overdue = overdue
state-refunded = refunded
state-outside = recorded outside the bank

# What the output is in law
state-class-anonymized = anonymized information
state-class-statistical = statistics
state-class-personal = personal data

# Roles
state-role-member = member
state-role-partner = partner
state-role-shop = shop
state-role-operator = operator
state-role-board = board
state-role-custodian = custodian
state-role-auditor = auditor
state-role-owner = owner
state-cancelled = taken back
state-ended = ended
state-ready = ready
state-completed = completed
state-opening-of-release = release
state-opening-of-account = account's new key
state-unanswered = answer its survey first
state-by-rule = of these by rule
