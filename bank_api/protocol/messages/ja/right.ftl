# 自分の情報について銀行に求められること。

right-access = 開示
right-correction = 訂正
right-restriction = 利用停止
right-deletion = 削除
right-done = 対応済み
right-refused = 拒否
right-waiting = 回答待ち
right-overdue = 期限切れ
right-list = 権利の請求
right-due = 回答期限
right-words = 請求
right-answer = 回答
right-none = 請求はありません。
