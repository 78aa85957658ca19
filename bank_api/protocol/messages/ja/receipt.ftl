# 同意の受領書と、その誤り。

receipt-holds = 受領書は正しいものです
receipt-member = 会員
receipt-recipient = 提供先
receipt-purpose = 目的
receipt-items = 項目
receipt-state = 状態
receipt-signed = 署名
receipt-until = 期限
receipt-uses = 使用回数
receipt-retention = 提供先が持てる日数
receipt-coins = コイン
receipt-block = ブロック時点
receipt-disclosures = これによる提供
receipt-alone = このウォレットが知る署名者に照らして確かめました。誰のチェックポイントとも比べていません。
receipt-seen = 同じブロックを { $witness } も見ています。
receipt-part-member = 別の会員のものです
receipt-part-words = 台帳が受け取った言葉ではありません
receipt-part-coins = 台帳にあるコインと違います
receipt-part-request = 署名した依頼ではありません
receipt-part-notice = 読んだ説明文ではありません
receipt-part-uses = 台帳が数える使用より、並べた提供が少ないです
receipt-part-release = 提供が別の依頼のものです
receipt-signer = 署名した鍵
receipt-part-signature = この台帳のためのこの言葉への、どの鍵の署名でもありません
receipt-part-purpose = 目的の名が台帳にあるものと違います
receipt-purpose-called = 目的の種類
