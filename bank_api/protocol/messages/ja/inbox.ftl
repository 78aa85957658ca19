# 誰かを待っていること。

inbox-title = 受信箱(未読 { $count } 件)
inbox-nothing = あなたを待つものはありません。
inbox-more = まだあります: azukari inbox --all
inbox-since = いつから
inbox-what = 内容
inbox-until = 期限
inbox-do = すること
inbox-overdue = { $at } に期限切れ
inbox-request-to-decide = { $name } があなたの情報を求めています
inbox-release-made = { $count } 行の匿名加工情報として、あなたの情報が { $name } に渡りました
inbox-consent-ending = { $name } への同意がまもなく終わります
inbox-opening-asked = 寄託「{ $name }」を開くよう求められています。期限までは止められます
inbox-recovery-asked = あなたの口座を新しい鍵 { $name } に替えるよう求められています。期限までは止められます
inbox-coupon-ending = クーポン「{ $name }」{ $count } 枚の期限が近づいています
inbox-right-answered = 求めたことに銀行が答えました: { $name }
inbox-request-decided = 審査会があなたの依頼を決めました: { $name }
inbox-deletion-due = 提供 { $subject }({ $count } 行)を消し、消したことを宣言する期限が近づいています
inbox-person-erased = 提供 { $subject } の中の { $count } 人が、預けたものをすべて消しました。できるだけ早く提供を消してください
inbox-approval-pending = { $name } の依頼が審査会を待っています
inbox-share-to-keep = 「{ $name }」の鍵の分け前を預かるよう頼まれています
inbox-contribution-asked = 「{ $name }」を開くため、あなたの分け前が求められています
inbox-right-asked = 権利の請求があります: { $name }
inbox-budget-nearly-used = 「{ $name }」の予算が残り { $count } コインです
inbox-deletion-overdue = { $name } は、提供 { $subject } を消したとまだ宣言していません
