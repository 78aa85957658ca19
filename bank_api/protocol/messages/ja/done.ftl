# したこと、その結果。

done-joined = 会員になりました。口座: { $account }
done-answered = 回答に署名し、封をして送りました: { $coins } コイン
done-consented = { $until } まで、{ $count } 回の提供に同意しました。提供のたびに { $coins } コイン
done-refused = 提供しないことを記録しました
done-withdrawn = 取り消しました。これからの提供にあなたの回答は入りません
done-bought = { $count } 枚買いました: { $title }(-{ $coins } コイン)
done-redeemed = { $shop } で使いました: { $title }
done-redeemed-already = { $shop } でもう使ってあります。新しくは使われませんでした: { $title }
done-nobody-learns = 店にあなたの口座は伝わりません
done-exported = { $count } 件を { $folder } に書き出しました
done-approved = 承認しました
done-declined = 承認しないことを記録しました
done-acknowledged-share = { $holders } 個のうち { $index } 番の分け鍵を、公開された値で確かめ、預かったことを記録しました。どの { $threshold } 人でも開けます
done-contributed = { $index } 番の分け鍵で協力しました
done-entrusted = 預けました: { $id }。全員の確認がそろうと、{ $count } 人のうちどの { $threshold } 人でも開けます
done-guardians = { $count } 人のうちどの { $threshold } 人でも鍵を取り替えられます。拒否できる時間は { $wait } です
done-recovery-approved = { $count } 人が認めました。{ $file } を次の人に渡してください
done-recovery-begun = 取り替え { $id } は拒否を待っています。その時間が過ぎたら完了してください
done-recovered = { $account } は新しい鍵になりました。古い鍵で与えたものは終わりました。後見人と代理人を指名し直してください
done-recovery-vetoed = 止めました。求めた覚えがなければ、だれかが口座を取ろうとしています
done-vetoed = 止めました
done-delivered = 預けたとおりの { $bytes } バイトを { $file } に書きました
done-invited = { $created } 人を招待しました({ $existing } 人はすでに招待済み)。コードは { $file } にあります
done-enrolled = { $name } を{ $role }として登録しました
done-survey-id = アンケートの番号 { $id }
done-survey-published = 公開しました: { $id }
done-survey-closed = 締め切りました
done-invoice = 請求番号 { $id }: やり直すときは --invoice で渡してください
done-top-up-id = 追加の番号 { $id }: やり直すときは --top-up-id で渡してください
done-topped-up = { $coins } コインを足しました。このアンケートはあと { $left } コインを払えます
done-sold = { $coins } コインを売りました
done-release-id = 提供の番号 { $id }: やり直すときは --release-id で渡してください
done-filed = 依頼しました: { $id }。次は審査会が判断します
done-coupons-published = 販売を始めました: { $id }
done-inviting = 招待しています
done-documents = 文書
done-warning-not-encrypted = 注意: { $url } との通信は暗号化されていません。途中で読まれるおそれがあります

# 監査の進みぐあい
done-phase-replaying-blocks = ブロックの再実行
done-phase-comparing-values = 値の突き合わせ
done-phase-comparing-storage = 記憶域の照合
done-draw-opened = { $id } として開きました。{ $file } を大切に保管してください。その秘密が抽選を決めます。
done-entered = { $title } に { $coins } コインで応募しました。
done-exported-closed = うち { $count } 件はこのウォレットでは開けず、封をしたままです: { $files }
done-evidence = 書きました: { $out }
