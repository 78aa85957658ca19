# What is read before consenting. The hash of these very words is signed. All values come in as text.

notice-text =
    { $recipient } asks for your answers.
    Purpose: { $purpose }
    Why: { $description }
    Items: { $items }
    Form: { $form }{ $bound }
    Until: { $until }
    Kept by the recipient: { $days } days
    Coins: { $coins } per release and { $each } per item
    You may withdraw at any time; releases after that are made without you. After a refusal you may still consent until then. Kept in trust by { $bank }
    Reference: { $salt }
notice-between = { ", " }
notice-form-anonymized = anonymized information, made so that at least { $k } people cannot be told apart, with at least { $l } different answers among them
notice-form-statistical = statistics, only figures about at least { $k } people together
notice-form-made-up = statistics, as made-up rows from noisy counts of the answers of at least { $k } people; no row is copied from anybody
notice-form-personal = personal data, your answers as yours
notice-form-unknown = unknown
notice-bound = ; their answers differ from everybody's by at most { $t } percent

# A former wording, for the receipts of those who signed it: never to be changed.
notice-text-1 =
    { $recipient } asks for your answers.
    Purpose: { $purpose }
    Why: { $description }
    Items: { $items }
    Form: { $form }{ $bound }
    Until: { $until }
    Kept by the recipient: { $days } days
    Coins: { $coins } per release and { $each } per item
    You may withdraw at any time; releases after that are made without you. Kept in trust by { $bank }
    Reference: { $salt }
