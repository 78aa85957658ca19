# Lines of the passbook: what happened, in a few words.
# $title: of the survey, coupon or document  $partner: the recipient  $state: what a consent became  $count: coupons
# $name: of an organization on the other side (members are never named)

line-joined = Joined the information bank
line-key-replaced = Wallet key replaced
line-guardians-named = Guardians named who may replace your key
line-recovery-begun = Somebody asks for a new key for your account: veto it if that is not you
line-recovery-vetoed = A recovery of your account was stopped
line-answer = Answered: { $title }
line-wave = wave { $number } of { $waves }, next on { $next }
line-wave-last = wave { $number } of { $waves }, the last one
line-correction = Corrected: { $title }
line-partner-reward = Reward for accepting { $partner }
line-consent = Consent { $state }: { $partner }
line-disclosure = Released to { $partner }: { $state }
line-purchase = Bought { $count ->
    [one] a coupon
   *[other] { $count } coupons
}: { $title }
line-gift = Was given { $count ->
    [one] a coupon
   *[other] { $count } coupons
}: { $title }
line-redemption = Coupon used: { $title }
line-coupons-received = Received { $count ->
    [one] a coupon
   *[other] { $count } coupons
}: { $title }
line-coupons-sent = Handed on { $count ->
    [one] a coupon
   *[other] { $count } coupons
}: { $title }
line-coins-bought = Coins bought from the bank
line-coins-received = Coins received
line-coins-sent = Coins sent
line-coins-to-oneself = Coins sent to oneself
line-coins-locked = Coins set aside for a request
line-coins-unlocked = Coins back from a request
line-coins-spent = Coins spent
line-draw-entered = Entered a prize draw
line-draw-refunded = Coins of a prize draw came back
line-draw-won = Won a prize draw
line-escrow-created = Document key entrusted to custodians: { $title }
line-quota = { $left } of { $coins } coins may still come into being ({ $days } days each period).
line-quota-ends = This period ends { $time }.
line-suspended = The bank suspended your account
line-reinstated = The bank lets your account act again
line-dismissed = The bank took a role from your account
line-rule-set = Standing rule set: { $title }
line-rule-ended = Standing rule ended: { $title }
line-consent-by-rule = Consent { $state }, under your standing rule: { $partner }
line-delegate-named = Somebody may act for you now
line-delegate-ended = Somebody may no longer act for you
line-ward-given = You may act for somebody now
line-ward-taken = You may no longer act for somebody
line-key-of-bank = The bank alone opens answers, by its own release key.
line-key-of-board = Answers are opened by { $threshold } of { $count } members of the board together, and by nobody alone.
line-key-passing = Answers that were kept before are still passing to the shared key.
line-key-ceremony = Ceremony of the shared release key: { $threshold } of { $count } will open
line-credential = { $kind }, signed by { $issuer }
line-signed-by = { $kind }, signed by { $issuer } on { $when }
line-slip39-group = group { $number }: any { $threshold } of { $members }
line-rotation-wraps = Documents and box records that are wrapped for the new key then: { $count }.
line-rotation-grants-go-on = All of these go on by the new key. Is there one that you did not give? Then somebody else had the old key: leave --keep-grants out.
line-rotation-grants-end = All of these end with the old key: who had it may have given some. If nobody had it, --keep-grants carries them on.
line-import-box-open = Box { $box } is open to { $grantee } until { $until }: what the file puts there is sealed to them, too.
line-rotation-received = What others let you read or use is sealed to your old key ({ $count }): ask them to let you in again afterwards.
line-wrapped-ended = Grants that have ended with the old key: { $count }. Give them again (azukari pds grant, azukari box grant).
line-wrapped-closed = Neither key opens these ({ $count }): { $names }
line-key-contributed = You gave your part of the key that documents of { $account } are sealed to, for this recovery alone.
line-key-entrusted = Your documents and box records open after a recovery, too: { $count } guardians hold shares of the key that they are sealed to, and { $threshold } are needed. No share signs for you.
line-key-not-entrusted = If you lose your key, your documents and box records are lost with it: of { $names } this machine has no key to entrust them to. Name every guardian by the file that they give you (azukari wallet export-address --json > guardian.json), two at least together. Answers, coins and consents come back in any case.
line-records-differing = Records of whose name there is another already, left as they are ({ $count }): { $names }
line-older-bank-keys = This bank runs an older program: documents and box records do not follow a new key. Ask the bank to bring it up to date, or take a copy first (azukari member export).
