# 次にできること。

hint-another-name = --name で別の名前を選んでください
hint-file-altered = ファイル { $file } が書き換えられています
hint-wallet-list = azukari wallet list でここのウォレットを見られます。azukari wallet new で作れます
hint-passphrase = --passphrase-file を渡すか、{ $variable } を設定するか、端末で実行してください
hint-audit-replay = azukari audit replay が詳しく示します
hint-tell-the-auditor = この提供の受領を記録せず、監査人に知らせてください
hint-new-folder = まだないフォルダーの名前を書いてください
hint-ledger-export = azukari-ledger export --data DIR --out FOLDER で作れます
hint-name-deployment = 情報銀行の deployment.json を --deployment で渡してください
hint-right-wallet = 別の鍵あてに封をされています。ウォレットは合っていますか
hint-name-ledger = 動いているノードを --ledger URL で示してください
hint-name-bank = 情報銀行を動かすか、別のものを --bank URL(または AZUKARI_BANK)で示してください
hint-other-version = 情報銀行とこのウォレットの版が違うのかもしれません
hint-bank-url = 情報銀行へは、みずから名のるアドレス(url の設定)でつながらなければなりません
hint-purchase-may-have-arrived = 購入は届いているかもしれません。買い直す前に azukari member coupons を見てください
hint-escrow-custodians = azukari escrow custodians で一覧を見られます
hint-ask-custodians = ほかの保管人に協力を頼んでください(azukari custodian contribute)
hint-ask-another-custodian = 別の保管人に協力を頼んでください。これは書き換えられたか、初めから正しくありません
