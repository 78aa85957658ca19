# 通帳の行: 何が起きたか、ひとことで。
# $title: アンケート、クーポン、文書の題名  $partner: 提供先  $state: 同意の状態  $count: 枚数
# $name: 相手の組織の名前(会員の名前は出ません)

line-joined = 情報銀行の会員になりました
line-key-replaced = ウォレットの鍵を取り替えました
line-guardians-named = 鍵を取り替えられる後見人を指名しました
line-recovery-begun = 口座の新しい鍵が求められています。心当たりがなければ拒否してください
line-recovery-vetoed = 口座の鍵の取り替えを止めました
line-answer = アンケートに回答: { $title }
line-wave = 全 { $waves } 回の第 { $number } 回、次は { $next }
line-wave-last = 全 { $waves } 回の第 { $number } 回(最終回)
line-correction = 回答を訂正: { $title }
line-partner-reward = { $partner } への提供を受け入れた報酬
line-consent = { $state }: { $partner }
line-disclosure = { $partner } へ匿名加工情報を提供
line-purchase = クーポンを { $count } 枚購入: { $title }
line-gift = クーポンを { $count } 枚受贈: { $title }
line-redemption = クーポンを利用: { $title }
line-coupons-received = クーポンを { $count } 枚受け取りました: { $title }
line-coupons-sent = クーポンを { $count } 枚渡しました: { $title }
line-coins-bought = コインを情報銀行から購入
line-coins-received = コインを受け取りました
line-coins-sent = コインを送りました
line-coins-to-oneself = 自分あてにコインを送りました
line-coins-locked = 依頼のためにコインを取り置きました
line-coins-unlocked = 取り置いたコインが戻りました
line-coins-spent = コインを使いました
line-draw-entered = 抽選に応募しました
line-draw-refunded = 抽選のコインが戻りました
line-draw-won = 抽選に当たりました
line-escrow-created = 文書の鍵を保管人に預けました: { $title }
line-quota = { $coins } コインのうち、あと { $left } コインを発行できます(期間は { $days } 日ずつ)。
line-quota-ends = この期間は { $time } に終わります。
line-suspended = 情報銀行があなたの口座を停止しました
line-reinstated = 口座の停止が解かれました
line-dismissed = 情報銀行があなたの口座の役割を解きました
line-rule-set = 包括ルールを定めました: { $title }
line-rule-ended = 包括ルールを終わらせました: { $title }
line-consent-by-rule = { $state }（あなたの包括ルールによる）: { $partner }
line-delegate-named = 代理人を立てました
line-delegate-ended = 代理人を解きました
line-ward-given = ほかの人の代理人になりました
line-ward-taken = ほかの人の代理人ではなくなりました
