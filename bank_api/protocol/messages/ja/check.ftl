check-method = 加工の方法は台帳のとおり
check-report = 攻撃の報告は方法に記されたとおり
check-payload = 提供先の行は台帳のとおり
check-told = 提供先の手もとのものは、銀行が攻撃したもの
check-attacks = 攻撃をやり直しても報告のとおりで、だれも分からない
