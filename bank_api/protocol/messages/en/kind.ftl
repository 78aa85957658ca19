# Kinds of passbook lines: short names, for a column.

kind-joined = membership
kind-key-replaced = membership
kind-guardians-named = membership
kind-recovery-begun = membership
kind-recovery-vetoed = membership
kind-answer = answer
kind-partner-reward = reward
kind-consent = consent
kind-disclosure = disclosure
kind-purchase = purchase
kind-gift = gift
kind-redemption = redemption
kind-coupons-received = received
kind-coupons-sent = sent
kind-coins-bought = bought
kind-coins-received = received
kind-coins-sent = sent
kind-coins-to-oneself = transfer
kind-coins-locked = set aside
kind-coins-unlocked = given back
kind-coins-spent = spent
kind-draw-entered = draw
kind-draw-refunded = draw
kind-draw-won = draw
kind-escrow-created = escrow
