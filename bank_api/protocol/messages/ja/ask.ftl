# 署名や送信の前に聞くこと。

ask-join = この規約に同意して会員になりますか
ask-consent = この内容に同意しますか
ask-withdraw = この同意を取り消しますか
ask-redeem = { $shop } でこのクーポンを使いますか: { $title }
ask-approve = この依頼を承認しますか
ask-decline = この依頼を承認しないことにしますか
ask-approve-together = 審査会のほかの人とともに、この依頼を承認しますか。理由: 「{ $note }」
ask-decline-together = 審査会のほかの人とともに、この依頼を承認しないことにしますか。理由: 「{ $note }」
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
ask-seat = { $name }({ $account })を{ $role }に迎えますか
ask-leave = { $name }({ $account })を{ $role }から外しますか
ask-quota = 運営者が { $days } 日に { $coins } コインまで、販売とアンケートの予算とを合わせて発行できるようにしますか
ask-issue-sale = 枠を超えて { $account } に { $coins } コインを売ることを認めますか(請求書 { $id })
ask-issue-budget = 枠を超えてアンケートの予算に { $coins } コインをつけることを認めますか(アンケートまたは追加 { $id })
ask-suspend = { $account } を停止しますか? 停止が解かれるまで、読む、取り消す、拒否するほかは何もできません。理由は本人が読みます
ask-dismiss = { $account } の{ $role }の役割を解きますか? コイン、クーポン、同意は残ります。理由は本人が読みます
ask-revoke = { $recipient } の「{ $purpose }」への同意をすべて失効させますか? 理由は会員の全員が読みます
ask-order-gifts = あなたの提供に入った会員 { $persons } 人に、{ $title } を { $count } 枚ずつ、情報銀行から贈りますか? だれに渡ったかは分かりません
ask-send-bound-coins = { $who } に { $coins } コインを送りますか? 使えるのは { $where } だけです。取り消せません
ask-allow = この範囲で、情報銀行があなたの代わりに同意してよいですか? 同意のたびに知らせがあり、取り消せます
ask-end-rule = { $names } への包括ルールを終わらせますか? それによる同意は、取り消すまで残ります
ask-delegate = { $until } まで、{ $scopes } について、{ $account } に代わりを任せますか? したことはすべて見え、いつでも終わらせられます
ask-end-delegation = { $account } に代わりを任せるのをやめますか?
ask-appoint = { $until } まで、{ $scopes } について、{ $guardian } を { $account } の後見人に定めますか? 一週間後に始まります
ask-erase = すべて消しますか。元には戻せません。
ask-remove-file = { $title } を完全に消しますか?
ask-grant-file = { $recipient } に { $title } 第 { $version } 版を { $until } まで読ませますか?
ask-import = この { $count } 個の値で「{ $title }」に答えますか? ファイルのほかの内容はこの機械から出ません。
ask-import-archive = { $file } の文書 { $count } 件を置き場所に預けますか?
ask-accept-terms = 規約 第{ $number }号を承諾しますか。
ask-amend-request = 依頼「{ $purpose }」を終わらせ、直したものをあらためて出しますか。先に、確保中の { $coins } コインが戻ります。
ask-paper = 「{ $title }」のあなたの分け鍵を語で示しますか。この紙が { $threshold } 枚そろえば、だれにも尋ねずに開けます。止めることもできず、記録も残りません。
ask-deal-key = { $count } 名のうち { $threshold } 名で開く開示鍵の、あなたの分を配付しますか?
ask-open-answers = これら { $count } 件の文書を開くために分担分を提供しますか?委員 { $threshold } 名が揃うと、これだけが開きます。
ask-grant-box = { $until } まで、{ $grantee } にあなたの箱 { $box } を{ $may ->
    [write] 読み書き
   *[read] 読み取り
}させますか?読まれたものは取り戻せません。
