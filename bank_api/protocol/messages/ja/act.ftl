# 代わりの人が行ったこと。

act-answer = アンケートに回答
act-correction = 回答を訂正した
act-consent = 同意または断り
act-withdrawal = 同意の取り消し
act-purchase = クーポンの購入
act-redemption = クーポンの利用
act-entry = 抽選への応募
act-coin-transfer = コインの送付
act-bound-transfer = 使い道の決まったコインの送付
act-coupon-transfer = クーポンの送付
act-standing-rule = 包括ルールの設定
act-rule-end = 包括ルールの終わり
