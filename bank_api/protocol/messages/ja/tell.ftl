# お知らせの方法。

tell-title = お知らせの方法
tell-email = メール
tell-unconfirmed = { $email }(未確認:口座の回復についてのみ)
tell-waiting-for = 確認コードの送り先
tell-language = メールの言語
tell-nothing = なし
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
