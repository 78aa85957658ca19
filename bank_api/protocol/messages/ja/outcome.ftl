outcome-passed = 正しい
outcome-failed = 偽り
outcome-unchecked = 確かめていません
