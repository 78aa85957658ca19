# 番号で呼ばれるもの。

thing-share-of-yours-in-escrow = あなたの分け鍵のある預託
thing-opening = 開封
thing-survey = アンケート
thing-request = 依頼
thing-coupon-class = クーポン
thing-escrow = 預託
thing-release = 提供
thing-redemption = クーポンの利用
thing-account = 口座
thing-draw = 抽選
thing-consent = 同意
thing-recovery = 取り替え
thing-gift-order = 贈り物の注文
thing-promotion = ご案内
thing-document = 文書
thing-chunk = 片
thing-key = 鍵
thing-grant = 許可
thing-ceremony = 鍵の作成
thing-shared-key = 共有鍵
thing-record = 記録
thing-key-share = その口座の鍵の分け鍵
