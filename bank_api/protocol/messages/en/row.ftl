# A member's own row in a release, and what may be wrong with it.

row-part-place = your row does not stand under the root on the ledger
row-part-homes = in homes, though the release is said to be otherwise, or the other way round
row-part-column = { $name } is not what you answered
row-part-k = only { $found } rows are like yours, not { $k }
row-part-nobody-left-out = you are said to be left out of a release that left nobody out
row-title = Your rows, checked by this wallet
row-yours = your row
row-alike = rows like yours
row-holds = holds
row-left-out = left out: no class of k would take you
row-left-out-homes = left out: drawn by lot to wait beside those who are away, or your group waits this time, or newcomers who could join one with you are still too few or too alike, or wait once more by lot
row-not-counted = at least { $k }, as partner and auditor check
row-together = described as you: at least { $k }; unless you are left out this time, your answers are told as part of { $together } rows or more, beside a description by lot
row-none = Your data is in no release.
row-preview-title = What { $recipient } would see of you, if a release were made now
row-preview-people = people like you, you among them
row-preview-together = rows whose answers are told together, yours among them
row-preview-none = Nothing yet: { $consents } others consent now, and no class of { $k } would take you.
