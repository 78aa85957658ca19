"""What an owner signs who lets somebody into a box. The owner's wallets seal to nobody whom it does not name."""


def box_grant_text(
    url: str, owner: str, box: str, grantee: str, encryption_key: str, *, may_write: bool, until: int
) -> str:
    """The text (EIP-191) that the owner's key signs. `url` is the bank's own address, `until` unix seconds."""
    return (
        f"I let {grantee} into a box that my information bank at {url} keeps for me.\n\n"
        f"Box: {box}\nMay: {'read and write' if may_write else 'read'}\nSealed to: {encryption_key}\n"
        f"Account: {owner}\nUntil: {until}"
    )
