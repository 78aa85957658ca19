# お知らせの方法。

tell-title = お知らせの方法
tell-email = メール
tell-unconfirmed = { $email }(未確認:口座の回復についてのみ)
tell-waiting-for = 確認コードの送り先
tell-language = メールの言語
tell-nothing = なし
tell-promotion-shop = 使う店で、{ $name } は、次の回答の人に示したクーポンを使う人がいることを知ります: { $condition }。情報銀行は名前もアカウントも伝えませんが、レジの人にはあなたが見えます。
tell-promotion-ledger = 台帳では、あなたのアカウント(名前のない番号)がこのクーポンを買い、いつどの店で使ったかが、だれにでも見えます。使うところを見た人は、そこであなたのアカウントと、その下にあるすべてを見つけられます。
tell-promotion-chance = そのため、あなたやあなたのアカウントを知る人は、あなたがそう答えたと推測するかもしれません。ただし証拠にはなりません。回答に関わらず { $one_in } 人に 1 人の会員にはすべてのご案内が示され、このクーポンはご案内がなくてもだれでも買えます。ひとつの会社のご案内を多く使い、合わないものを使わないほど、推測は確かになります。
tell-promotion-bank = 情報銀行は、あなたが買うことと、問い合わせの順からご案内を見て買ったことを知り得ます。店と同じ推測ができ、情報銀行はあなたの名前を知っています。
tell-promotion-words = 文の中の連絡先に書いたり、電話したり、ログインしたりすると、会社にあなたがだれか分かります。
tell-kinds = 何をどう知らせるか
tell-kind = 種類
tell-what = 内容
tell-how = 方法
tell-always = 常にすべての方法
tell-webhook = ウェブフック
tell-address = アドレス
tell-key = 署名の検証鍵
tell-waiting = まだ届いていない
tell-given-up = 送るのをやめた
tell-stopped = 停止(受信側が 410 と答えました)
