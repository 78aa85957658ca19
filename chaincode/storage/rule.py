"""What `rule` must hold: named categories, who belongs to which, standing rules."""

from chaincode.storage.expected import Expected
from chaincode.storage.story import Story
from chaincode.typed_data import StandingRule

LIVE, ENDED = 1, 2
EPOCH = 240
DIGEST_BITS = 64
"""So much of a digest a rule keeps."""


def lay_out(story: Story, into: Expected) -> None:
    """rule: member | state << 160 | validUntil << 168 | kMinimum << 208 | epoch << 240.

    cover: items | recipients << 32 | purposes << 64 | processing << 96 | coinsMinimum << 128 | usesMaximum << 160
    | digest << 192.
    """
    book = story.state.rules
    for (kind, place), name_hash in book.categories.items():
        into.put("category.name", (kind, place), name_hash)
    for partner, place in book.partner_category.items():
        into.put("place_of", (partner,), place + 1)
    for member, sequence in book.sequences.items():
        into.put("sequenceOf", (member,), sequence)
    for rule_id, terms in book.rules.items():
        state = ENDED if rule_id in book.ended else LIVE
        packed = int(terms.member, 16) | state << 160 | terms.valid_until << 168 | terms.k_minimum << 208
        into.put("rule", (rule_id,), packed | book.epoch_of_rule[rule_id] << EPOCH)
        into.put("survey_of", (rule_id,), terms.survey_id)
        masks = terms.item_mask | terms.recipient_mask << 32 | terms.purpose_mask << 64 | terms.processing_mask << 96
        cover = masks | terms.coins_minimum << 128 | terms.uses_maximum << 160
        into.put_digest("cover", (rule_id,), story.digests.of(StandingRule, rule_id, terms), DIGEST_BITS, cover)
