"""Two more who sit on the board for a while, and leave it."""

from chaincode.bindings import Role
from scripts.stage.cast import Actor, Company
from wallet_cli.signing import seats as seating


def seat_two(company: Company) -> list[Actor]:
    """Two more sit on the board; all three of it."""
    board = company.others["board"]
    seated = [board, seat(company, [board], "board_2")]
    return [*seated, seat(company, seated, "board_3")]


def seat(company: Company, board: list[Actor], tag: str) -> Actor:
    actor = company.newcomer(f"データ倫理審査会 {tag[-1]} / Data ethics board, seat {tag[-1]}")
    key = actor.signer.encryption.public.to_hex()
    body = seating.propose_seat(board[0].signer, actor.account, Role.BOARD, actor.name, seated=True, encryption_key=key)
    for one in board[1:]:
        body = seating.approve_seat(one.signer, body)
    board[0].client.board.seat(body)
    company.others[tag] = actor
    return actor


def leave(board: list[Actor], leaver: Actor) -> None:
    body = seating.propose_seat(board[0].signer, leaver.account, Role.BOARD, leaver.name, seated=False)
    for one in board[1:]:
        body = seating.approve_seat(one.signer, body)
    board[0].client.board.seat(body)
