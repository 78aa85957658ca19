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
