# 代わりの人が行ったこと。

act-answer = アンケートに回答
act-correction = 回答を訂正した
act-consent = 同意または断り
act-withdrawal = 同意の撤回
act-purchase = クーポンの購入
act-redemption = クーポンの利用
act-entry = 抽選への応募
act-coin-transfer = コインの送付
act-bound-transfer = 使い道の決まったコインの送付
act-coupon-transfer = クーポンの送付
act-standing-rule = 包括ルールの設定
act-rule-end = 包括ルールの終わり
act-data-request = 提供を依頼しました
act-closing = 依頼を終えました
act-acknowledgement = 提供の受け取りを認めました
act-deletion = 提供を削除したと宣言しました
act-coupon-class = クーポンを売り出しました
act-gift-order = 贈り物を注文しました
