# What awaits somebody.

inbox-title = Inbox ({ $count } unread)
inbox-nothing = Nothing awaits you.
inbox-more = There is more: azukari inbox --all
inbox-since = since
inbox-what = what
inbox-until = until
inbox-do = what to do
inbox-overdue = OVERDUE since { $at }
inbox-request-to-decide = { $name } asks for your data
inbox-release-made = Your data went to { $name } in an anonymized release of { $count } rows
inbox-consent-ending = Your consent for { $name } ends soon
inbox-opening-asked = Somebody asks to open your escrow { $name }: until then you may stop it
inbox-recovery-asked = Your account is to get the new key { $name }: until then you may stop it
inbox-coupon-ending = { $count ->
        [one] A coupon { $name } ends soon
       *[other] { $count } coupons { $name } end soon
    }
inbox-right-answered = The bank answered what you asked for: { $name }
inbox-request-decided = The board decided on your request: { $name }
inbox-deletion-due = Release { $subject } ({ $count } rows) must be deleted, and the deletion declared
inbox-person-erased = { $count ->
        [one] Somebody in release { $subject } has had everything erased: delete the release as soon as you can
       *[other] { $count } people in release { $subject } have had everything erased: delete the release as soon as you can
    }
inbox-approval-pending = A request of { $name } waits for the board; { $count ->
    [1] one signature decides
   *[other] { $count } of you must sign the same words
}
inbox-share-to-keep = A share of { $name } is for you to keep
inbox-contribution-asked = { $name } is to be opened: your contribution is asked for
inbox-right-asked = Somebody asks for a right: { $name }
inbox-budget-nearly-used = The budget of { $name } is nearly used: { $count } coins are left
inbox-deletion-overdue = { $name } has not declared that release { $subject } is deleted
inbox-ruled-consent = The bank consented for you under your standing rule, to { $name }
inbox-guardian-appointed = The board appointed { $name } as your guardian: you may end it
inbox-gifts-ordered = Gifts are to be given: { $name }, to { $count } members
inbox-terms-changed = The bank has new terms: read what changes, and accept them by then
inbox-contribution-refused = { $count ->
    [one] A custodian will not contribute to the opening { $subject } that you asked for
   *[other] { $count } custodians will not contribute to the opening { $subject } that you asked for
}
inbox-consent-withdrawn = { $count ->
    [one] Somebody has withdrawn the consent to your request "{ $name }": releases from now on are made without them
   *[other] { $count } people have withdrawn their consent to your request "{ $name }": releases from now on are made without them
}
inbox-recovery-certain = Your account gets the new key { $name }: every guardian approved, so nothing can stop it any more
inbox-registration-asked = Somebody asks to become a member: { $name }
inbox-approval-revoked = The board took its approval of your request back; the coins left are yours again. Reason: { $name }
inbox-consent-rests = The board took its approval of { $name }'s request back: nothing more goes out by your consent
inbox-request-over = A request of { $name } is over and still locks { $count } coins
inbox-consents-over = { $count } consents have ended and are not noted as ended
inbox-draw-overdue = The draw { $name } has no result: coins may go back
inbox-promotion-asked = { $name } filed a promotion for members whose answers fit: let it be shown, or refuse it
inbox-promotion-approved = Wallets of members whose answers fit, and of some by chance, show your promotion: { $name }
inbox-promotion-refused = The bank does not show your promotion: { $title }. Reason: { $name }
inbox-statistics-made = Statistics made from the answers of { $count } people, yours among them, went to { $name }
