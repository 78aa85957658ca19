# 同意の前に読む説明文。このとおりのことばのハッシュに署名します。値はすべて文字のまま入ります。

notice-text =
    { $recipient } は、次の目的であなたの回答の提供を求めています。
    目的: { $purpose }
    説明: { $description }
    項目: { $items }
    提供の形: { $form }{ $bound }
    期限: { $until } まで
    提供先での保存: { $days } 日
    コイン: 提供 1 回につき { $coins }、項目ごとに { $each }
    同意はいつでも撤回できます。撤回した後の提供からあなたの回答は除かれます。断ったあとでも、期限まではあらためて同意できます。預かり人: { $bank }
    照合番号: { $salt }
notice-between = 、
notice-form-anonymized = 匿名加工情報({ $k } 人以上が区別できない形に、その中の答えが { $l } 通り以上あるように加工してから提供します)
notice-form-statistical = 統計情報({ $k } 人以上をまとめた数だけを提供します)
notice-form-made-up = 統計情報({ $k } 人以上の人数に雑音を加え、そこから引いた架空の行だけを提供します。どの行もだれのものでもありません)
notice-form-personal = 個人データ(あなたの回答とわかるまま提供します)
notice-form-unknown = 不明
notice-bound = (その答えの割合は全体と { $t } パーセントまでしか違いません)

# かつてのことば。そのとき署名した人の受領書に要るので、変えません。
notice-text-1 =
    { $recipient } は、次の目的であなたの回答の提供を求めています。
    目的: { $purpose }
    説明: { $description }
    項目: { $items }
    提供の形: { $form }{ $bound }
    期限: { $until } まで
    提供先での保存: { $days } 日
    コイン: 提供 1 回につき { $coins }、項目ごとに { $each }
    同意はいつでも取り消せます。取り消した後の提供からあなたの回答は除かれます。預かり人: { $bank }
    照合番号: { $salt }
