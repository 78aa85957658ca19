# Things that have ids.

thing-share-of-yours-in-escrow = share of yours in escrow
thing-opening = opening
thing-survey = survey
thing-request = request
thing-coupon-class = coupon class
thing-escrow = escrow
thing-release = release
thing-redemption = redemption
thing-account = account
thing-draw = draw
thing-consent = consent
thing-recovery = recovery
thing-gift-order = gift order
thing-promotion = promotion
thing-document = document
thing-chunk = chunk
thing-key = key
thing-grant = grant
thing-ceremony = ceremony
thing-shared-key = shared key
thing-record = record
thing-key-share = share of that account's key
