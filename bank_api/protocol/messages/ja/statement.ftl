# 会社のための明細書。

statement-title = 明細書({ $since } から { $until } まで)
statement-balance = 残高
statement-requests = 依頼のためのコイン
statement-locked = 預けた
statement-paid = 会員に支払った
statement-returned = 戻った
statement-left = 期末の残り
statement-sums = コインの合計
statement-opening = 期首残高
statement-closing = 期末残高
statement-ledger = 今の台帳(1 コインまで一致)
statement-ledger-of = { $coins }、依頼に { $locked }
statement-coupons = クーポン
statement-coupons-stock = 発行枚数
statement-coupons-sold = 売れた枚数
statement-coupons-coins = 使われたコイン
statement-coupons-given = 贈った枚数
statement-coupons-redeemed = 利用
statement-coupons-left = 残り
statement-coupons-unused = 未使用
statement-policies = コインの使い道の決まり
