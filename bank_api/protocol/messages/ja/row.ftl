# 提供の中の自分の行と、その誤り。

row-part-place = あなたの行が台帳の値と合いません
row-part-homes = 固定グループの方式かどうかが、提供について言われたことと違う
row-part-column = { $name } が、あなたの答えと違います
row-part-k = あなたと同じ行が { $k } 行ではなく { $found } 行しかありません
row-part-nobody-left-out = 誰も外していない提供なのに、あなたを外したと言っています
row-title = あなたの行(このウォレットで確かめました)
row-yours = あなたの行
row-alike = 同じ行の数
row-holds = 正しい
row-left-out = k 人の組に入れないので外されています
row-left-out-homes = 今回は外れています(休んでいる人にあわせて抽選で選ばれたか、グループ全体が今回は待つか、いっしょにグループへ入る新しい人がまだそろっていないか、抽選でもう一回待ちます)
row-not-counted = { $k } 以上(提供先と監査人が確かめます)
row-together = 同じ特徴の行は { $k } 行以上。今回外れていなければ、回答は合わせて { $together } 行以上の一部として伝えられ、どの特徴と並ぶかはくじで決まります
row-none = あなたの情報はどの提供にも入っていません。
row-preview-title = いま提供すると、{ $recipient } に見えるあなた
row-preview-people = あなたを含め、区別できない人数
row-preview-together = 回答をまとめて伝える行の数(あなたの行も含む)
row-preview-none = まだ何も見えません。いま同意しているほかの人は { $consents } 人で、あなたが入れる { $k } 人の組はまだできません。
