# What was done, and what came of it.

done-joined = Welcome. Your account is { $account }
done-answered = Signed, sealed and sent: { $coins } coins
done-answered-sourced = Kept with the answer: { $issuer } signed { $count } of its values. Only you and the bank see that; no release has it.
done-preferred = { $name } may have at most: { $forms } ({ $items }). Standing rules keep to it; consents you gave stay until you withdraw them.
done-draft-kept = Kept on this machine only, { $answered } of { $questions } questions: { $title }
done-draft-discarded = Discarded the draft: { $title }
done-draft-none = There was no draft: { $title }
done-corrected = Corrected: { $title }. Releases from now on take this answer; the earlier one stays on record.
done-corrected-fewer = Left out now: { $labels }. Requests that need them leave you out.
done-consented = You consented until { $until }, for { $count ->
    [one] one release
   *[other] up to { $count } releases
}: { $coins } coins per release
done-refused = Your refusal is recorded; nothing will be passed on
done-withdrawn = Withdrawn: releases from now on are made without you
done-bought = Bought { $count }: { $title } (-{ $coins } coins)
done-redeemed = Redeemed at { $shop }: { $title }
done-redeemed-already = Redeemed at { $shop } before; nothing more was taken: { $title }
done-nobody-learns = The shop does not learn who you are
done-exported = Wrote { $count } files to { $folder }
done-approved = Approved.
done-declined = Refused.
done-approval-revoked = Taken back: nobody consents to this request any more, and nothing more is released for it.
done-acknowledged-share = Share { $index } of { $holders } fits the commitments; acknowledged. Any { $threshold } can open.
done-contributed = Contributed share { $index }.
done-opening-proven = By the ledger as of block { $block }, sealed at { $time }, it stands in these words and nobody has stopped it.
done-entrusted = Entrusted as { $id }: any { $threshold } of { $count } can open it, once all have acknowledged.
done-guardians = Any { $threshold } of { $count } can replace your key; you have { $wait } to veto it.
done-recovery-approved = { $count } approved; hand on { $file }
done-recovery-begun = Recovery { $id } waits for a veto; complete it after that time.
done-recovered = { $account } has its new key. What the old one gave has ended: name guardians and delegates anew.
done-recovery-vetoed = Stopped. If you did not ask for it, somebody tried to take your account.
done-vetoed = Stopped.
done-delivered = { $bytes } bytes, as entrusted, in { $file }
done-invited = { $created } invited, { $existing } were already; codes in { $file }
done-enrolled = Enrolled { $name } as { $role }.
done-survey-id = survey_id { $id }
done-survey-published = Published as { $id }.
done-series-id = Series { $id }. Run { $file } again and what is missing is published, nothing twice.
done-waves = Waves
done-invoice = invoice { $id }: give it with --invoice if you have to repeat this
done-top-up-id = top-up { $id }: give it with --top-up-id if you have to repeat this
done-topped-up = Added { $coins } coins; the survey can still pay { $left }.
done-sold = Sold { $coins } coins.
done-release-id = release { $id }: give it with --release-id if you have to repeat this
done-filed = Filed as { $id }; the board decides next.
done-coupons-published = Published as { $id }.
done-inviting = inviting
done-documents = documents

# How far the audit is
done-phase-replaying-blocks = executing blocks
done-phase-comparing-values = comparing values
done-phase-comparing-storage = comparing storage
done-draw-opened = Opened as { $id }. Entries begin when all drawers are bound: azukari board bind-draw
done-draw-bound = Bound. When the entries are closed: azukari board show-draw
done-draw-shown = Shown: { $count } parts
done-draw-refunded = { $count } entries were paid back, { $before } had been before
done-entered = Entered { $title } for { $coins } coins.
done-exported-closed = { $count } of them this wallet cannot open, and they stay sealed: { $files }
done-pinned = first time at this bank: its ledger begins with { $genesis }…; ask somebody else whether that is right (kept in { $file })
done-key-published = the ledger has the hash of your encryption key { $key }
done-reindexed = read { $count } events up to block { $block }
done-place-chosen = Your documents will rest at { $place }.
done-moved = Your { $count ->
    [one] document rests
   *[other] { $count } documents rest
} at { $place } now; { $removed } removed at the old place.
done-coins-sent = Gave { $coins } coins to { $who }.
done-coupons-sent = Gave { $count } of { $title } to { $who }.
done-request-closed = Ended request { $id }; its locked coins are yours again.
done-deletion-attested = Declared on the ledger: release { $id } is deleted.
done-evidence = Written: { $out }
done-backed-up = copied { $bytes } bytes to { $out }
done-restored = restored; read { $count } events up to block { $block }
done-not-in-the-copy = on the ledger and not in the copy, { $what }: { $id }
done-seated = { $name } has the seat.
done-left = { $name } has left the seat.
done-quota-set = Up to { $coins } coins may come into being in { $days } days.
done-issue-allowed = { $coins } coins may come above the quota, once, under { $id }: the operator sends the sale or the budget again.
done-suspended = Suspended { $account }.
done-reinstated = { $account } may act again.
done-dismissed = { $account } is no longer { $role } here.
done-asked = Asked { $count } members; { $before } had been asked or had decided before.
done-revoked = { $count } consents are out of force.
done-request-ended = Ended request { $id }; its locked coins went back to the partner.
done-expired = Recorded of { $count } consents that they have run out.
done-abandoned = Given up; its consents are free again.
done-partner-reward = Promised { $coins } coins for each of up to { $count } partners that a member accepts: { $title }
done-policy-set = { $name } is spending policy { $id }.
done-gifts-ordered = Ordered as { $id }; the bank gives them.
done-gifts-given = Given to { $count } members now, to { $before } before, of { $persons }.
done-offer-cancelled = Taken back: { $title }
done-rule-set = Until { $until } the bank may consent for you within these bounds: azukari member rules
done-rule-ended = Ended. { $count } consents were given under it; withdraw those you do not want one by one.
done-category = Named place { $place }: { $name }
done-categorized = The partner belongs to: { $name }
done-rules-applied = Consented for { $count } members under their standing rules; the rules of { $uncovered } do not cover this, or they decided themselves.
done-delegated = { $account } may act for you in { $scopes } until { $until }.
done-delegation-ended = { $account } may no longer act for you.
done-appointed = { $guardian } is guardian of { $account }, from a week from now.
done-rotated = { $account } has the key of wallet { $wallet } now. Delegations, rules and guardians that the old key gave have ended: name them anew.
done-withdrawing = Withdrawing consents
done-erased = Everything is erased: { $documents } documents, { $wraps } keys to them. This wallet opens nothing here any more.
done-erased-before = Everything kept for this wallet's account was erased before. Nothing is left to do.
done-erased-again = The ledger says that { $count } people in the copy had everything erased: erased again.
done-right-asked = Asked. The operator must answer until { $until }.
done-right-answered = Answered.
done-receipt = Written: { $file }, as of block { $block }. Everything in it was checked against the ledger.
done-file-put = { $file } is kept as { $document }, version { $version }: { $sent } of { $chunks } chunks sent
done-file-got = { $title } is in { $file } ({ $size })
done-file-removed = { $title }: { $count ->
    [one] one version removed
   *[other] { $count } versions removed
}
done-file-granted = { $recipient } may read { $title } until { $until } (grant { $grant })
done-grant-ended = grant { $grant } has ended
done-imported-archive = { $count } documents in the copy, { $put } of them put into your store; { $records } box records, { $records_put } of them put and read back
done-key-rotated = The new release key { $key } is used once the bank is started again; then all documents pass to it in the background (azukari-bank release-key).
done-key-waits = A new key waits for the bank to start.
done-key-progress = { $state ->
    [done] Every document has passed to it: { $accounts } accounts, { $wrapped } documents. The former key was destroyed.
   *[on] Documents pass to it: { $done } of { $accounts } accounts in this pass, { $wrapped } documents since the start, { $waiting } accounts to come back to.
}
done-terms-accepted = You have accepted terms { $number }.
done-terms-published = The new terms are on the ledger. Members may accept them until { $until }.
done-logged-out = Every session of this key has ended, on all devices.
done-code-sent = A code was sent to { $email }: azukari notices --code CODE confirms the address.
done-webhook-set = From now on messages go to { $url }. Check their signatures with { $key }
done-webhook-removed = No webhook any more.
done-webhook-verified = The bank sent this just now: { $kind }. Drop it if you have seen its id before.
done-phase-reading-events = reading events
done-phase-copying-blocks = copying blocks
done-chain-copied = Copied { $blocks } blocks to { $folder }, with the deployment; now: azukari audit replay { $folder }
done-evidence-copied = With what the bank hands auditors of { $count ->
    [one] 1 release
   *[other] { $count } releases
}.
done-till-watches = Waiting for redemptions; Ctrl+C ends it.
done-opening-refused = Whoever asked is told that you will not contribute, and why: { $title }. You may still contribute later.
done-request-draft-kept = Kept on this machine only; file it by: azukari partner file { $name }
done-request-draft-discarded = Discarded the draft { $name }.
done-amended = Filed anew as { $id }; { $old } is closed, and its coins came back. The board decides next.
done-card = Print { $file }, and delete it.
done-drill-asked = Give { $file } to the custodians: azukari custodian answer-drill
done-drill-answered = Share { $index } is at hand: give { $file } back to whoever asked.
done-reshare-asked = Give { $file } to { $dealers }: azukari custodian deal
done-dealt = Dealt. Give { $file } to the owner: azukari escrow close-reshare
done-reshared = Dealt anew as { $id }: it takes the place of { $before } once all its custodians have acknowledged.
done-more-rows = { $shown } of { $whole } rows: the next ones with --page { $next }
done-registered = Asked to become a member. Run this again to see what the operator decided.
done-registration-approved = Approved: join with azukari member join --registered, until { $until }
done-registration-refused = Refused: { $reason }
done-registration-let-in = { $name } may join until { $until }.
done-registration-turned-down = { $name } was refused.
done-promotion-filed = Filed. Once the operator approves it, wallets whose answers fit show it until { $until }. You will not learn whose.
done-promotion-withdrawn = Withdrawn: { $title }
done-promotion-approved = Approved: { $title }. From now on every wallet has it in its list.
done-promotion-refused = Refused, and no longer shown if it was: { $title }
done-promotion-muted = Nothing of { $name } is shown any more. This wallet keeps that to itself.
done-promotion-unmuted = { $name } may show something again.
done-promotions-off = No promotions are shown any more, and none are asked for.
done-promotions-on = Promotions that fit are shown again.
done-approved-series = Approved: { $count } requests of the series.
done-declined-series = Refused: { $count } requests of the series.
done-consented-series = Consented to { $count } requests of the series: { $coins } coins if each is used once.
done-rules-set = The bank may consent for { $count } waves within these terms, until { $until }.
done-opened-part = Contributed: { $given } of the { $threshold } needed.
done-account-opened = { $count ->
    [one] { $count } document is wrapped to the present key.
   *[other] { $count } documents are wrapped to the present key.
}
done-box-granted = { $grantee } is let into { $box } until { $until }. Records of before that were now sealed to it as well: { $count }.
done-box-revoked = { $grantee } is let into { $box } no longer.
done-record-kept = Kept: { $box }/{ $name }.
done-records-closed = In { $box } there are records that are not sealed to you (yet): { $count }. Their owner's wallet passes them on when the owner looks through the box (azukari box find).
done-record-removed = Removed: { $box }/{ $name }.
done-app-registered = Registered: { $name }.
done-app-key = { $name } has its new keys; the old one signs nothing any more.
done-app-removed = The app { $app } is removed; grants that ended: { $count }.
done-pull-agree = Agree there, in a browser on this machine: { $url }
done-pull-come-back = You may close this page and go back to the command.
done-pulled = What { $issuer } keeps of you is in { $file }. Look at it, then: azukari pds import { $file }
done-credential-key = Your key, for whoever issues you a credential, is in { $file }.
done-credential-issued = Signed: { $count } claims, each of which can be shown alone, in { $file }.
done-credential-fetched = { $issuer } signed { $count } claims of you; they are in { $file }. To answer a survey from them: azukari pds import { $file } --issuer { $issuer }
done-receipt-credential = The receipt is a credential now, with { $count } claims that the ledger bears out; it is in { $file }. Show some of it: azukari credential show { $file } --claim NAME --audience WHO --nonce THEIRS --out SHOWN. Whoever sees it checks it with --issuer { $issuer }
done-credential-shown = { $count } claims and nothing else of the credential, for this verifier alone, are in { $file }.
done-survey-closed = closed: { $title }
done-walking = reading the ledger
done-box-entered = { $grantee } is let into { $box } until { $until }. What its owner kept becomes readable when the owner lets you in too (azukari box grant).
done-records-closed-to-delegate = In { $box } there are records that are not sealed to you: { $count }. You let yourself in as a delegate, and what its owner kept becomes readable when the owner lets you in (azukari box grant { $box } --to FILE).
done-moved-nothing = Nothing had to be moved: your documents rest at { $place }.
done-records-closed-to-new-key = In { $box } there are records that this key does not open: { $count }. They are sealed to the key that the account had before: azukari recovery rewrap
done-wrapped = Wrapped for the new key: { $documents } documents, { $records } box records. Grants that go on: { $grants }.
done-nothing-to-wrap = Nothing waits to be wrapped, and guardians hold no share of a former key of yours. Who still has the old wallet here: azukari recovery rewrap --old WALLET
done-wallet-new = Next: azukari member join CODE makes you a member (without an invitation: azukari member register); companies and offices hand the operator what azukari wallet export-address --json prints. Keep copies of this file and of its passphrase, each in a safe place of its own
