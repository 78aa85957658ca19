# What is asked before anything is signed or sent.

ask-join = Do you agree to these terms and join?
ask-consent = Do you consent to this?
ask-withdraw = Withdraw this consent?
ask-redeem = Use this coupon at { $shop }: { $title }?
ask-approve = Approve this request?
ask-decline = Refuse this request?
ask-approve-together = Approve this request together with others on the board, with the note “{ $note }”?
ask-decline-together = Refuse this request together with others on the board, with the note “{ $note }”?
ask-contribute = Contribute your share of { $title }?
ask-veto = Stop this opening of { $title }?
ask-recovery = Give account { $account } the new key { $key }?
ask-veto-recovery = Stop the recovery of your account?
ask-passphrase = Passphrase of wallet { $wallet }
ask-passphrase-new = New passphrase for wallet { $wallet }
ask-passphrase-again = Once more
ask-passphrase-differs = The two passphrases differ.
ask-passphrase-of-file = Passphrase of { $file }
ask-invitation = Invitation
ask-must-answer = This question must be answered.
ask-not-allowed = Please answer with: { $allowed }
ask-enter-draw = Enter { $title } for { $coins } coins? To win: { $prize }
ask-move = Move all your documents to { $place }?
ask-bind-draw = Draw this together with the others, and keep your parts to yourself until { $closes }?
ask-send-coins = Give { $coins } coins to { $who }? It cannot be taken back.
ask-send-coupons = Give { $count } of { $title } to { $who }? It cannot be taken back.
ask-close-request = End the request "{ $purpose }" for good? { $coins } locked coins come back; no release is made for it any more.
ask-attest-deletion = Declare, for the ledger, that release { $id } ({ $rows } rows) and every copy of it are deleted?
ask-seat = Take in { $name } ({ $account }) as { $role }?
ask-leave = Let { $name } ({ $account }) go as { $role }?
ask-quota = Let the operator bring up to { $coins } coins into being in { $days } days, by sales and survey budgets together?
ask-issue-sale = Let { $coins } coins be sold to { $account } above the quota (invoice { $id })?
ask-issue-budget = Let a survey have { $coins } coins to pay from, above the quota (survey or top-up { $id })?
ask-suspend = Suspend { $account }? It may only read, withdraw and veto until it is reinstated; its holder reads the reason.
ask-dismiss = Take the role { $role } from { $account }? Coins, coupons and consents stay; its holder reads the reason.
ask-revoke = Take all consents to { $recipient } for "{ $purpose }" out of force? Every member reads the reason.
ask-order-gifts = Let the bank give { $count } of { $title } each to { $persons } members of your releases? You do not learn to whom.
ask-send-bound-coins = Give { $coins } coins to { $who }, to be spent with { $where } only? It cannot be taken back.
ask-allow = Let the bank consent for you within these bounds? You are told of every consent, and may withdraw it.
ask-end-rule = End the standing rule for { $names }? What was consented under it stays until you withdraw it.
ask-delegate = Let { $account } act for you in { $scopes } until { $until }? You see all that it does, and may end it at any time.
ask-end-delegation = Let { $account } no longer act for you?
ask-appoint = Appoint { $guardian } as guardian of { $account } in { $scopes } until { $until }? It begins a week later.
ask-erase = Erase everything now? Nobody can undo it.
ask-remove-file = Remove { $title } for good?
ask-grant-file = Let { $recipient } read { $title }, version { $version }, until { $until }?
ask-import = Answer “{ $title }” with these { $count } values? Nothing else of the file leaves this machine.
ask-import-archive = Put the { $count } documents of { $file } into your store?
ask-accept-terms = Accept terms { $number }?
ask-amend-request = Close the request "{ $purpose }" and file it anew as amended? { $coins } locked coins come back first.
ask-paper = Show your share of "{ $title }" in words? Any { $threshold } such papers open it with nobody asked: no veto, no record.
ask-deal-key = Deal your part of a release key that { $threshold } of { $count } open?
ask-open-answers = Contribute to opening these { $count } documents? { $threshold } members of the board together open them, for this and nothing else.
ask-grant-box = Let { $grantee } { $may ->
    [write] read and write
   *[read] read
} your box { $box } until { $until }? What is read cannot be taken back.
