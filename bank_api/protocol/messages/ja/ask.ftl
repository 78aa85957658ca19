# 署名や送信の前に聞くこと。

ask-join = この規約に同意して会員になりますか
ask-consent = この内容に同意しますか
ask-withdraw = この同意を取り消しますか
ask-redeem = { $shop } でこのクーポンを使いますか: { $title }
ask-approve = この依頼を承認しますか
ask-decline = この依頼を承認しないことにしますか
ask-contribute = 「{ $title }」の開封に、あなたの分け鍵で協力しますか
ask-veto = 「{ $title }」のこの開封を止めますか
ask-recovery = 口座 { $account } に新しい鍵 { $key } を与えますか
ask-veto-recovery = 口座の鍵の取り替えを止めますか
ask-passphrase = ウォレット { $wallet } のパスフレーズ
ask-passphrase-new = ウォレット { $wallet } の新しいパスフレーズ
ask-passphrase-again = もう一度
ask-passphrase-differs = 二つのパスフレーズが違います
ask-passphrase-of-file = { $file } のパスフレーズ
ask-invitation = 招待コード
ask-must-answer = この質問には答えが要ります
ask-not-allowed = { $allowed } で答えてください
ask-enter-draw = { $title } に { $coins } コインで応募しますか。賞品: { $prize }
ask-move = すべての文書を { $place } に移しますか?
ask-bind-draw = この抽選の抽選人になりますか。{ $closes } まで、かけらを誰にも見せないでください。
ask-send-coins = { $who } に { $coins } コインを送りますか。取り消せません。
ask-send-coupons = { $who } に { $title } を { $count } 枚送りますか。取り消せません。
ask-close-request = 依頼「{ $purpose }」を完全に終わらせますか。確保中の { $coins } コインが戻り、この依頼の提供はもう作られません。
ask-attest-deletion = 提供 { $id }（{ $rows } 行）とその写しをすべて削除したと、台帳に宣言しますか。
