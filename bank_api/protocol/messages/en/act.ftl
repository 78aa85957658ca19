# Acts that somebody does in another's name.

act-answer = answered a survey
act-correction = corrected an answer
act-consent = consented or refused
act-withdrawal = withdrew a consent
act-purchase = bought coupons
act-redemption = used a coupon
act-entry = entered a prize draw
act-coin-transfer = gave coins
act-bound-transfer = gave bound coins
act-coupon-transfer = gave coupons
act-standing-rule = set a standing rule
act-rule-end = ended a standing rule
act-data-request = asked for data
act-closing = ended a request
act-acknowledgement = acknowledged a release
act-deletion = declared a release deleted
act-coupon-class = offered coupons
act-gift-order = ordered gifts
