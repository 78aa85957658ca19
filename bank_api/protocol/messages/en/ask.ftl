# What is asked before anything is signed or sent.

ask-join = Do you agree to these terms and join?
ask-consent = Do you consent to this?
ask-withdraw = Withdraw this consent?
ask-redeem = Use this coupon at { $shop }: { $title }?
ask-approve = Approve this request?
ask-decline = Refuse this request?
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
