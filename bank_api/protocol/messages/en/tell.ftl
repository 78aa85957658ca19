# How somebody is told.

tell-title = How you are told
tell-email = e-mail
tell-unconfirmed = { $email } (not confirmed: only of a recovery of your account)
tell-waiting-for = a code was sent to
tell-language = language of e-mails
tell-nothing = none
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
