# 代わりに行える範囲。

scope-survey = 回答
scope-consent = 同意
scope-coin = コイン
scope-coupon = クーポン
scope-escrow = 預けた文書と記録の箱
scope-request = 提供の依頼
scope-disclosure = 提供
scope-draw = 抽選
