# How somebody is told.

tell-title = How you are told
tell-email = e-mail
tell-unconfirmed = { $email } (not confirmed: only of a recovery of your account)
tell-waiting-for = a code was sent to
tell-language = language of e-mails
tell-nothing = none
tell-promotion-shop = Where you use it, { $name } sees that somebody uses a coupon that it shows to those with these answers: { $condition }. This bank tells it no name and no account, but whoever stands at the till sees you.
tell-promotion-ledger = The ledger shows everybody that your account, a number without a name, bought this coupon, and where and when it was used: whoever sees you use it can find your account there, and all that stands under it.
tell-promotion-chance = So whoever knows you, or your account, may guess that you answered so. It is no proof: one member in { $one_in } is shown every promotion, whatever was answered, and anybody can buy this coupon without one. The more promotions you use of one company, and the fewer that do not fit you, the surer the guess.
tell-promotion-bank = This bank sees that you buy it, and by the order of your wallet's requests that you came from here: it may guess what the shop may guess, and it knows your name.
tell-promotion-words = Do not write, call or log in where the words may lead you: there it sees who you are.
tell-kinds = What reaches you how
tell-kind = kind
tell-what = what it says
tell-how = how
tell-always = every way, always
tell-webhook = Webhook
tell-address = address
tell-key = signatures are checked with
tell-waiting = not taken yet
tell-given-up = given up
tell-stopped = stopped: the receiver said that it is gone (410)
