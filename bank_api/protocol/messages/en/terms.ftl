# The terms of membership over time.

terms-of = Terms { $number }
terms-set-at = set on
terms-accepted = last accepted
terms-accept-by = to be accepted by
terms-state = state
terms-are-accepted = accepted
terms-to-accept = to be accepted by { $until } (azukari member terms accept)
terms-too-late = NOT ACCEPTED by { $until }: until you accept, the bank does nothing new with your data - no answers, no consents, no releases. What you have stays yours, and you may withdraw, export and erase at any time.
terms-changed = { $count ->
        [one] One section is another than in terms { $number }, which you accepted:
       *[other] { $count } sections are others than in terms { $number }, which you accepted:
    }
terms-nothing = (nothing)
terms-have-accepted = members who have accepted
terms-have-not = members who have not
terms-missing = Not accepted yet
terms-nobody-missing = Everybody has accepted.
terms-late = too late: left out until they accept
terms-in-time = still in time
