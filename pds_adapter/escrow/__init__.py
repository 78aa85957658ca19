"""Documents that any k of n custodians can bring back, and fewer cannot.

Read `group`, `shamir`, `vss` (a wrong share is named), `terms` (what everybody sees), `shares`, `share_keystore` and
`paper` (how one is kept), `proofs`, `threshold`, `document` (the escrow itself), `opening` (nobody ever holds the key),
`resharing` (a custodian is replaced), `drills` (the share is still there).
"""
