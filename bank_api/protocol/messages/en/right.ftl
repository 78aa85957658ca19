# What people may ask of the bank concerning themselves.

right-access = access
right-correction = correction
right-restriction = restriction
right-deletion = deletion
right-done = done
right-refused = refused
right-waiting = waiting
right-overdue = OVERDUE
right-list = Rights
right-due = answer until
right-words = asked
right-answer = answer
right-none = Nothing was asked for.
