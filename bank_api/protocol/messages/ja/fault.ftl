# 下のパッケージと匿名加工の誤り。種類ごとに、その項目から。

# chaincode
fault-message = { $field }: { $rule }
fault-contract-refused = コントラクト { $contract } が断りました: { $reason }
fault-ledger-unavailable = 台帳が応答しません: { $reason }
fault-ledger-refused = 台帳が断りました({ $code }): { $message }
fault-decode = { $reason }
fault-deployment = 配備: { $reason }
fault-build = { $contract } をコンパイルできません: { $reason }
fault-layout = { $contract }.{ $variable }: { $reason }

# pds_adapter: stores
fault-name-refused = { $field } { $value }: { $rule }
fault-not-sealed = 保管できるのは封をした文書だけです({ $offered } は違います)
fault-condition-refused = if_match と if_none_match を一度に求めることはできません
fault-account-unknown = 口座 { $account_id } は、この保管庫に開かれていません
fault-account-erased = 口座 { $account_id } は { $erased_at } に消されました。消された口座は開きません
fault-document-unknown = 口座 { $account_id } に文書 { $box }/{ $name } はありません
fault-e-tag-conflict = { $account_id } { $box }/{ $name }: 書き手の知る版は { $expected } ですが、いまは { $found } です
fault-not-granted = { $reader } は、口座 { $account_id } の { $box } を読む許しを持っていません
fault-store-format = { $where }: { $reason }
fault-archive-format = 書き出し、{ $entry }: { $rule }
fault-store-unavailable = { $where }: { $reason }

# pds_adapter: sealing
fault-canonical-form = { $path }: { $rule }
fault-key-format = { $field }: { $rule }
fault-envelope-format = 封をした文書、{ $field }: { $rule }
fault-not-a-recipient = 文書は { $public_key } に宛てて封をされていないか、その宛てが消されています
fault-envelope-forged = { $part }

# pds_adapter: escrow
fault-not-in-group = { $field }: { $rule }
fault-threshold-refused = { $holders } のうち { $threshold }: { $rule }
fault-escrow-terms = 預託、{ $field }: { $rule }
fault-escrow-forged = { $reason }
fault-deal-format = 配り直し、{ $field }: { $rule }
fault-wrong-deal = 保管人 { $dealers } の配り直し: { $reason }
fault-missing-deals = まだ配っていない保管人: { $dealers }
fault-share-format = 分け鍵、{ $field }: { $rule }
fault-paper-word = { $position } 番目の単語 { $word } は一覧にありません{ $suggestions ->
    [none] {""}
   *[other] 。{ $suggestions } でしょうか
}
fault-share-checksum = 検査の値が合いません。分け鍵の書き間違いか、傷みです
fault-share-password = { $index } 番の分け鍵のファイルが開きません。パスワードが違うか、ファイルが変えられています
fault-share-index = { $index } 番の分け鍵: { $rule }
fault-foreign-share = { $index } 番の分け鍵は別の { $field } のものです: { $expected } ではなく { $found }
fault-wrong-share = 公開された値に合いません: { $indexes } 番の分け鍵
fault-wrong-partial = 保管人 { $indexes } の協力の証明が成り立ちません
fault-drill-failed = 保管人 { $index } は、この問いに分け鍵を持つことを示しませんでした
fault-too-few-shares = 分け鍵は { $threshold } のうち { $given } です。あと { $missing } 必要です

# releases
fault-schema = { $field }: { $rule }
fault-input-row = { $row_index } 行目、列 { $column }: { $rule }
fault-undeclared-column = { $row_index } 行目、列 { $column }: { $rule }
fault-release-format = { $field }: { $rule }
fault-seats-format = 提供の履歴: { $rule }
fault-policy-unreachable = { $column ->
    [none] {""}
   *[other] 列 { $column } の{" "}
}{ $rule } = { $required } に届きません: { $rule ->
    [k] { $reached } 行で、あと { $missing } 行
   *[other] 違う値が { $reached } 種類で、あと { $missing } 種類
}足りません
fault-release-refused = 決まり { $rule } に合わないので提供しません: { $detail }(求め { $required }、実際 { $reached })
fault-mnemonic-line = { $number } 組目の言葉: { $reason }
fault-mnemonic-count = { $first } で始まる言葉は { $needed } 組必要です。{ $given } 組あります
fault-group-count = { $needed } グループの言葉が必要です。{ $given } グループのものがあります
fault-move = { $rule }
