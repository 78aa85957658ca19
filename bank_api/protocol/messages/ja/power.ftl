# 他人に及ぶ権限が使われたところ。監査が一覧にする。

power-terms = 運営者が、会員の入るときの規約を定めました。以前からの会員は { $time } まで承諾できます。
power-enrolled = 運営者が { $account } を{ $role }にしました(その提供先: { $other })。
power-dismissed = 運営者が { $account } から{ $role }の役割を外しました。
power-seated = 審査会の過半数の署名により、{ $account } は{ $role }です。
power-unseated = 審査会の過半数の署名により、{ $account } は{ $role }ではありません。
power-suspended = 運営者が { $account } を停止しました。
power-reinstated = 運営者が { $account } の停止を解きました。
power-rotated = { $account } は新しい鍵 { $other } になりました。
power-recovery-begun = { $account } の鍵を { $other } にすることを { $count } 人が認めました。拒否されなければ { $time } からです。
power-recovery-vetoed = { $account } の鍵が、取り替えを拒否しました。
power-recovered = { $account } の取り替えが終わりました。古い鍵で与えたものは終わりました。
power-appointed = 運営者と審査会が { $other } を { $account } の後見人にしました。{ $time } までです。
power-release-key = 運営者が、回答を開ける提供用の鍵を名指しました。
power-sale = 運営者が { $account } に { $count } コインを売りました。
power-budget = 運営者がアンケートの予算に { $count } コインをつけました。
power-revoked = 運営者が { $account } の同意を失効させました。
power-quota = { $other } 日ごとに { $count } コインまで発行できることになりました(審査会が決めました。最初だけは運営者)。
power-issue-approved = 審査会の過半数が、枠を超える { $count } コインの発行を認めました(販売先: { $other })。
power-request-approved = 審査会が { $account } の依頼 { $other } を承認しました。会員に尋ねることができます。
power-request-refused = 審査会が { $account } の依頼 { $other } を却下しました。
power-request-closed = { $account } の依頼 { $other } を、提供先または運営者が終わらせました。{ $count } コインが戻りました。
power-ruled-consent = 銀行が、{ $account } の包括ルール { $other } にもとづいて同意しました。
power-many-ruled-consent = 銀行が、会員 { $count } 人の包括ルールにもとづいて同意しました(--json に一人ずつあります)。
power-many-revoked = 運営者が、会員 { $count } 人の同意を失効させました(--json に一人ずつあります)。
power-gift = 銀行が、注文 { $other } により { $account } にクーポンを { $count } 枚渡しました。
power-signed-by = 署名した人: { $names }。
