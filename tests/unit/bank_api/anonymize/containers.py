"""A few containers of seats, told once, of whose people some are replaced."""

from bank_api.domain.anonymize.seats.circles import Circles
from bank_api.domain.anonymize.seats.pasts import Pasts
from bank_api.domain.anonymize.seats.proofs import Proofs
from bank_api.domain.anonymize.seats.structure import Structure
from bank_api.domain.anonymize.seats.told import telling


def tell(*given):
    """The containers that are told."""
    return telling(*given).told


def told_once(containers):
    """Containers told as they are: answers by container, each person named by place and number."""
    structure = Structure((2,), [(answer,) for answer in range(4)], [None])
    proofs, circles = Proofs(Pasts(structure, (2,))), Circles()
    circles.grown(len(containers))
    whole = {
        at: [proofs.pasts.person(f"{at}-{n}", answer) for n, answer in enumerate(answers)]
        for at, answers in enumerate(containers)
    }
    places = {person: [container / 10] for container, people in whole.items() for person in people}
    assert tell(proofs, circles, whole, places) == set(whole)
    return proofs, circles, whole, places


def replaced(proofs, whole, places, container, seat=0):
    """Somebody new, of the same answer, sits down where somebody left."""
    gone = whole[container][seat]
    new = proofs.pasts.person(f"new in {container}" + f", {seat}" * bool(seat), proofs.pasts.answer[gone])
    places[new] = places[gone]
    return whole | {container: [new if one == gone else one for one in whole[container]]}


def parted(whole):
    """Stands for the seats: people of a container become one of their own."""

    def split(container, leaving):
        number = len(whole)
        whole[number] = list(leaving)
        whole[container] = [person for person in whole[container] if person not in leaving]
        return number

    return split


def state(proofs, circles):
    pasts = proofs.pasts
    last = {circle: sorted(people) for circle, people in circles.last.items()}
    return list(pasts.past), [*circles.joined], last
