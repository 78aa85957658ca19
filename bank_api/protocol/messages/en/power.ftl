# Uses of a power over others, as the audit lists them.

power-terms = The operator set the terms that members join under; members of before may accept them until { $time }.
power-enrolled = The operator made { $account } a { $role } (its partner: { $other }).
power-dismissed = The operator took the role { $role } from { $account }.
power-seated = By the word of a majority of the board { $account } is a { $role }.
power-unseated = By the word of a majority of the board { $account } is no { $role }.
power-suspended = The operator suspended { $account }.
power-reinstated = The operator let { $account } act again.
power-rotated = { $account } has the new key { $other }.
power-recovery-begun = { $count } approved that { $account } gets the key { $other }, from { $time } on unless vetoed.
power-recovery-vetoed = The key of { $account } vetoed a recovery.
power-recovered = A recovery of { $account } was completed: what its old key gave has ended.
power-appointed = Operator and board made { $other } guardian of { $account }, until { $time }.
power-release-key = The operator named the release key, which opens the answers.
power-sale = The operator sold { $count } coins to { $account }.
power-budget = The operator gave a survey { $count } coins to pay from.
power-revoked = The operator took a consent of { $account } out of force.
power-quota = { $count } coins may come into being in { $other } days, by the board's word (or, at first, the operator's).
power-issue-approved = A majority of the board let { $count } coins come above the quota (for a sale to: { $other }).
power-request-approved = The board approved the request { $other } of { $account }: members may be asked.
power-request-refused = The board refused the request { $other } of { $account }.
power-request-closed = The request { $other } of { $account } was closed by its partner or the operator; { $count } coins went back.
power-ruled-consent = The bank consented for { $account } under the standing rule { $other }.
power-many-ruled-consent = The bank consented for { $count } members under their standing rules (--json names each).
power-many-revoked = The operator took the consents of { $count } members out of force (--json names each).
power-gift = The bank gave { $account } { $count } coupons by the order { $other }.
power-signed-by = Signed by { $names }.
