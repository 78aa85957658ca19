# 情報銀行が断るときの種類(RFC 9457 の code)。

problem-bank-error = 情報銀行は求めに応じられませんでした
problem-invalid-input = 項目が決まりに合いません
problem-not-found = 見つかりません
problem-forbidden = この操作の権限がありません
problem-not-authenticated = 先にウォレットでログインしてください
problem-conflict = いまの状態に合いません
problem-id-already-used = この番号はもう別のものに使われています
problem-ledger-refused = コントラクト { $contract } が断りました: { $reason }
problem-release-not-possible = 匿名の条件を満たせません。何も送らず、記録しませんでした
problem-ledger-unreachable = 台帳が時間内に応答しませんでした
problem-too-many-requests = ここで許される回数を超えています
problem-store-unavailable = データの置き場所が応答しません。もう一度お試しください
problem-database-unavailable = 銀行のデータベースが応答しません。もう一度お試しください
problem-fault = 情報銀行の側の誤りです
problem-http = HTTP の誤りです
problem-said = { $what }: { $detail }
problem-quota-exhausted = 発行できるコインの枠が足りません
problem-erased = 消去済み
problem-board-must-open = 先に審査会がこれらの回答を開く必要があります
problem-ledger-node-refused = 台帳が断りました
