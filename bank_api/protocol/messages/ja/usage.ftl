# コマンドの書き方の誤り。

usage-missing = { $name } がありません
usage-no-such-option = { $name } というオプションはありません
usage-no-such-command = { $name } というコマンドはありません
usage-did-you-mean = もしかして: { $names }
usage-option-value = { $name } の値の数が違います
usage-extra = 余分な引数があります: { $words }
usage-bad-value = { $name } に使えない値です: { $rule }
usage-not-understood = コマンドの書き方が違います
usage-whole-number = 整数でなければなりません
usage-number = 数でなければなりません
usage-at-least = { $low } 以上でなければなりません
usage-between = { $low } 以上 { $high } 以下でなければなりません
usage-path = ファイルやフォルダーの名前でなければなりません
usage-text = 読める文字でなければなりません
usage-aborted = 取りやめました
