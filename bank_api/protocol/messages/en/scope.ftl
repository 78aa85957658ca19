# In what somebody may act for another.

scope-survey = answers
scope-consent = consents
scope-coin = coins
scope-coupon = coupons
scope-escrow = entrusted documents and boxes of records
scope-request = requests for data
scope-disclosure = releases
scope-draw = prize draws
