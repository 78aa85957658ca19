# 会員規約の変遷。

terms-of = 規約 第{ $number }版
terms-set-at = 定めた日
terms-accepted = 最後に承諾した版
terms-accept-by = 承諾の期限
terms-state = 状態
terms-are-accepted = 承諾済み
terms-to-accept = { $until } までに承諾してください(azukari member terms accept)
terms-too-late = { $until } までに承諾されませんでした。承諾するまで、銀行はあなたの情報について新しいことを何もしません(回答、同意、提供)。お持ちのものはあなたのもののままで、撤回、書き出し、消去はいつでもできます。
terms-changed = 承諾済みの第{ $number }版と違う条が { $count } あります。
terms-nothing = (なし)
terms-have-accepted = 承諾した会員
terms-have-not = 承諾していない会員
terms-missing = まだ承諾していない会員
terms-nobody-missing = 全員が承諾しました。
terms-late = 期限切れ:承諾するまで対象外
terms-in-time = 期限内
