statutory-publication =
    Publication about anonymized information (Act on the Protection of Personal Information, article 43, paragraphs 3 and 4)

    { $bank } made anonymized information on { $time }.
    Items of information about people that it contains: { $items }.
    Method of provision to a third party: a file, encrypted so that the recipient alone can open it, fetched over an encrypted connection.
statutory-to-recipient =
    To { $recipient }: what you are provided with is anonymized information

    { $bank } tells you under article 43(4) of the Act on the Protection of Personal Information that the data of release { $release } ({ $rows } rows, made on { $time }, sum { $root }) is anonymized information.
    Items: { $items }. Purpose: { $purpose }. To be deleted after { $days } days.
    You must not compare it with other information, nor obtain what was removed or how it was processed, in order to identify anybody (article 45).
