# What the bank says when it refuses.

refusal-nothing-here = no { $what } { $which } is known here
refusal-challenge-expired = this challenge has expired
refusal-challenge-used = this challenge was used already
refusal-challenge-unknown = this challenge is unknown here
refusal-not-enrolled = { $account } is not enrolled at this bank
refusal-session-over = this session is unknown or has expired
refusal-session-key = this session's key was rotated away; log in with the new one
refusal-anothers-request = this request is another partner's
refusal-opening-of-others = this opening concerns others
refusal-anothers-release = this release was made for another partner
refusal-answer-id-used = this answer id stands for another answer already
refusal-store-erased = this member's store was erased and takes no more answers
refusal-enrolled-as = { $account } is enrolled under the name { $name }
refusal-own-name = a shop offers in its own name only
refusal-not-the-offer = the member's words are not the shop's offer
refusal-only-custodians = only a custodian of this escrow contributes
refusal-unknown-invitation = this invitation code is not known
refusal-member-already = you are a member already
refusal-invitation-used = this invitation was used by somebody else
refusal-k-below-request = k: the request demands at least { $least }, not { $wanted }
refusal-k-not-reached = k = { $k } cannot be reached: { $reached } live consents with answers, { $missing } missing
refusal-partner-without-key = the partner { $partner } has no encryption key to seal a release to
refusal-only-anonymized = only anonymized data (legal class 1) and statistics (legal class 2) can be released
refusal-closing = the bank is closing
refusal-own-account = { $field } must be your own account: nobody sends this for another
refusal-no-role = your account is suspended, or has no role here any more
refusal-role = this needs the role { $role }
refusal-answer-lost = the answer { $answer } is on the ledger but not in the store: { $why }
refusal-history-unreadable = what earlier releases over this survey told cannot be read, so no further one can be made: { $why }
refusal-login-elsewhere = message: is a login at { $named }, and this bank is { $url }
refusal-too-many-requests = you ask more often than one may here: wait { $seconds } s
refusal-store-unavailable = the personal data store is unavailable, try again: { $why }
refusal-database-down = the bank's database does not answer; send the same request again
refusal-place-not-empty = documents are kept for you already
refusal-no-guardians = this account named no guardians: operator and board recover it
refusal-quota = the quota of { $coins } coins in { $days } days leaves { $left }; { $asked } were asked for
refusal-offer-cancelled = the shop has taken this offer back
refusal-redeemed-already = this coupon was used already: what was used cannot be taken back
refusal-request-not-approved = the board has not approved this request, or it has ended
refusal-release-recorded = this release is on the ledger already: it cannot be given up
refusal-never-by-rule = the request asks for what is sensitive ({ $names }), which no standing rule covers: each member decides
refusal-not-for-ward = nobody lets you act for { $ward } now
refusal-beyond-scope = this is not in what you may do for another account
refusal-crossed = crossed: name two different questions of the request: { $names }
refusal-crossed-cells = crossed: two questions have at most { $most } cells together
refusal-epsilon = epsilon: from 0.001 to { $most }
refusal-statistics-only = epsilon and crossed are for requests of statistics
refusal-budget-spent = { $reached } of { $people } people have budget left for this release, { $least } are needed; it takes { $epsilon }, and in { $days } days each person gives { $partner } to one partner and { $everybody } to all
refusal-erased = everything kept for this account was erased at { $at }; it stays closed
refusal-erase-consents = { $count ->
        [one] a consent is still in force: withdraw it first, by your own signature
       *[other] { $count } consents are still in force: withdraw them first, by your own signature
    }
refusal-erase-coins = { $coins } coins are still yours: send them to the bank or to somebody first, by your own signature
refusal-erase-office = this account holds an office besides being a member: it cannot be erased while it does
refusal-erase-recovering = this account is being given a new key: nothing is erased before that is settled
refusal-right-answered = this was answered already, in other words; an answer stands
refusal-receipt-notice = the notice that was read is not kept here in these words any more
refusal-receipt-unsigned = this consent was not brought by the bank in the member's own signed words: there is no receipt of it
refusal-row-not-kept = this release was made before rows were kept for their members: its partner and the auditor check it
refusal-answer-first = you have not answered this survey: there is nothing of yours to show
refusal-preference-older = you have said something later about this company; it stands
refusal-version-number = the next version is { $expected }
refusal-version-under-way = this version is being sent by another upload
refusal-chunk-other = another chunk is kept there
refusal-chunks-missing = { $count ->
    [one] one chunk is still missing
   *[other] { $count } chunks are still missing
}
refusal-store-full = it would be { $needed } bytes, and { $quota } are yours to fill
refusal-grant-ended = this grant has ended
refusal-file-under-way = not all of this version is there yet
refusal-figures-no-row = it is a release of statistics: nobody has a row in it (azukari member statistics shows its figures)
refusal-terms-without-text = the ledger has terms ({ $hash }) whose text is not in this database: restore it from a backup
refusal-no-mail = this bank sends no e-mail
refusal-mail-not-taken = the mail server did not take the message: nothing was changed, try again later
refusal-no-code = no code waits for an answer: choose the address again
refusal-other-code = this is not the code that was sent
refusal-no-custodian-of-this = you hold no share of this escrow
refusal-opening-decided = this opening is over, or you have contributed to it
refusal-registrations-full = too many people wait for the operator's answer
refusal-registration-approved = was approved already: that person may have joined
refusal-key-stands = the board shares the key { $key } already: its shares can be dealt anew under that id
refusal-no-dealer = you do not deal in this ceremony
refusal-no-keeper = you keep no share of this key
refusal-dealt-already = you have dealt something else in this ceremony; it stands
refusal-not-all-dealt = not everybody has dealt yet
refusal-keeper-without-key = { $name } has no encryption key that a share could be sealed to
refusal-board-must-open = these answers are opened by { $threshold } members of the board together; { $given } contributed so far
refusal-board-holds-key = the board shares the release key: the bank cannot open answers by itself, and this is shown only where the board opened them
refusal-false-parts = these gave a false part, which was dropped; they are asked again: { $names }
refusal-opening-forged = a wrapped key on the list is not what it was: { $why }
refusal-box-closed = the box { $box } is not open to you, or no longer
refusal-box-read-only = you may read the box { $box }, and not write in it
refusal-record-quota = records may take { $quota } bytes in all: remove some first
refusal-no-more-kept = you have { $most } of these already, and no more are kept
