# 情報銀行が断るときのことば。

refusal-nothing-here = { $what } { $which } はここでは知られていません
refusal-challenge-expired = ログインの文の期限が切れました
refusal-challenge-used = このログインの文はもう使われました
refusal-challenge-unknown = このログインの文はここのものではありません
refusal-not-enrolled = { $account } はこの情報銀行に登録されていません
refusal-session-over = ログインが知られていないか、期限が切れました
refusal-session-key = ログインの鍵は取り替えられました。新しい鍵でログインしてください
refusal-anothers-request = この依頼は別の提供先のものです
refusal-opening-of-others = この開封は別の人たちのものです
refusal-anothers-release = この提供は別の提供先のために作られました
refusal-answer-id-used = この回答の番号はもう別の回答のものです
refusal-store-erased = この会員の置き場は消され、もう回答を受け取りません
refusal-enrolled-as = { $account } は { $name } という名前で登録されています
refusal-own-name = 店は自分の名前でだけ受け付けます
refusal-not-the-offer = 会員のことばが店の示したものと違います
refusal-only-custodians = 協力できるのはこの預託の保管人だけです
refusal-unknown-invitation = この招待コードは知られていません
refusal-member-already = あなたはもう会員です
refusal-invitation-used = この招待は別の人が使いました
refusal-k-below-request = k: 依頼は { $least } 以上を求めています。{ $wanted } では足りません
refusal-k-not-reached = k = { $k } に届きません: 回答のある有効な同意は { $reached } 件、あと { $missing } 件足りません
refusal-partner-without-key = 提供先 { $partner } に、提供の封をする暗号鍵がありません
refusal-only-anonymized = いま作れるのは匿名加工情報(区分 1)だけです
refusal-closing = 情報銀行は閉じるところです
refusal-own-account = { $field } は自分の口座でなければなりません。ほかの人の代わりには送れません
refusal-no-role = あなたの口座は停止されているか、もう役割がありません
refusal-role = これには { $role } の役割が要ります
refusal-answer-lost = 回答 { $answer } は台帳にありますが、保管庫にありません: { $why }
refusal-history-unreadable = このアンケートのこれまでの提供の履歴が読めないので、次の提供はできません: { $why }
refusal-login-elsewhere = message: { $named } へのログインです。ここは { $url } です
refusal-too-many-requests = ここで許される回数を超えています。{ $seconds } 秒お待ちください
refusal-store-unavailable = データの置き場所が応えません。もう一度お試しください: { $why }
refusal-place-not-empty = 預けた文書がもうあります
refusal-no-guardians = この口座は後見人を指名していません。運営者と審査会が取り替えます
refusal-quota = { $days } 日で { $coins } コインの枠の残りは { $left } です。求められたのは { $asked } です
