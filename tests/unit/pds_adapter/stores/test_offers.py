"""Which places may be named, and that a person's own server cannot be used to reach into the bank's network."""

import socket

import pytest

from pds_adapter.errors import PlaceRefusedError
from pds_adapter.stores.offers import Offer, Offers
from pds_adapter.stores.places import HOUSE, Place


@pytest.fixture
def offers(tmp_path):
    return Offers(tmp_path, {"pods": Offer("solid", "https://pods.example/")}, ("solid", "personium"))


def refused(offers, place):
    with pytest.raises(PlaceRefusedError) as error:
        offers.check(place)
    return error.value.field


def test_what_is_offered_is_taken_by_its_name(offers):
    assert offers.names == (HOUSE, "pods")
    for name in offers.names:
        offers.check(Place(name))
    assert refused(offers, Place("elsewhere")) == "offer"


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.9", "169.254.169.254", "::1", "fd00::1"])
def test_a_server_in_a_private_network_is_refused(offers, monkeypatch, address):
    def found(host, port, *_words):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    assert refused(offers, Place(kind="solid", url="https://pod.example/")) == "url"


@pytest.mark.parametrize(
    "url",
    [
        "https://[",
        "https://pod.example:99999/",
        "https://pod.example:x/",
        "https://pod.example/\x01",
        "https://" + "a" * 64,
    ],
)
def test_what_is_no_address_is_refused_and_no_fault(offers, url):
    assert refused(offers, Place(kind="solid", url=url)) == "url"


def test_one_private_address_among_public_ones_is_enough_to_refuse(offers, monkeypatch):
    def found(host, port, *_words):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    assert refused(offers, Place(kind="solid", url="https://pod.example/")) == "url"


def test_a_public_server_by_https_is_taken_and_by_http_refused(offers, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, *_: [(2, 1, 6, "", ("93.184.216.34", port))])
    offers.check(Place(kind="solid", url="https://pod.example/"))
    assert refused(offers, Place(kind="solid", url="http://pod.example/")) == "url"


def test_unless_the_operator_allows_it_nobody_brings_a_server(tmp_path):
    assert refused(Offers(tmp_path), Place(kind="solid", url="https://pod.example/")) == "kind"


def test_a_store_that_is_not_offered_any_more_says_so(offers):
    with pytest.raises(PlaceRefusedError, match="not offered any more"):
        offers.open(Place("closed"))
