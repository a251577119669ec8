"""Which addresses are public, how addresses are read, and what robots.txt allows."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.reach.errors import (
    AddressMalformed,
    AddressRefused,
    NameUnknown,
    PortRefused,
    PrivateAddress,
    SchemeRefused,
    UserInfoRefused,
)
from leeward.foundation.reach.rules.addresses import check_addresses, is_public
from leeward.foundation.reach.rules.limits import WEB_PORTS, Limits
from leeward.foundation.reach.rules.robots import RobotRule, may_visit, read_robots
from leeward.foundation.reach.rules.targets import read_target, redirect_target

NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 - the very thing that must not be reached
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2606:4700::1%eth0",
]
PUBLIC = ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "64:ff9b::5db8:d70e", "::ffff:93.184.215.14"]


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_addresses_that_are_not_public(text: str) -> None:
    assert not is_public(ip_address(text))
    with pytest.raises(PrivateAddress):
        check_addresses([ip_address(text)], port=80, ports=WEB_PORTS, loopback_allowed=False)


@pytest.mark.parametrize("text", PUBLIC)
def test_addresses_that_are_public(text: str) -> None:
    assert is_public(ip_address(text))
    check_addresses([ip_address(text)], port=443, ports=WEB_PORTS, loopback_allowed=False)


def test_one_private_address_among_public_ones_is_enough() -> None:
    mixed = [ip_address(text) for text in ("1.1.1.1", "10.0.0.1", "2606:4700::1")]
    with pytest.raises(PrivateAddress):
        check_addresses(mixed, port=80, ports=WEB_PORTS, loopback_allowed=True)


def test_loopback_is_admitted_alone_and_on_any_port() -> None:
    for text in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        check_addresses([ip_address(text)], port=8123, ports=WEB_PORTS, loopback_allowed=True)
    for text in ("10.0.0.1", "169.254.169.254", "fe80::1"):
        with pytest.raises(PrivateAddress):
            check_addresses([ip_address(text)], port=80, ports=WEB_PORTS, loopback_allowed=True)


def test_a_public_host_is_reached_on_the_usual_ports_alone() -> None:
    with pytest.raises(PortRefused, match="Port 22 "):
        check_addresses([ip_address("1.1.1.1")], port=22, ports=WEB_PORTS, loopback_allowed=True)
    check_addresses([ip_address("1.1.1.1")], port=22, ports=frozenset({22}), loopback_allowed=False)
    with pytest.raises(NameUnknown):
        check_addresses([], port=80, ports=WEB_PORTS, loopback_allowed=False)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("file:///etc/passwd", SchemeRefused),
        ("gopher://site.example/1", SchemeRefused),
        ("data:text/html,hello", SchemeRefused),
        ("javascript:alert(1)", SchemeRefused),
        ("ftp://site.example/", SchemeRefused),
        ("//site.example/", SchemeRefused),
        ("site.example/page", SchemeRefused),
        ("", SchemeRefused),
        ("http:", AddressMalformed),
        ("http://", AddressMalformed),
        ("http:///path", AddressMalformed),
        ("http://user@site.example/", UserInfoRefused),
        ("http://user:word@site.example/", UserInfoRefused),
        ("http://1.1.1.1\\@site.example/", AddressMalformed),
        ("http://site.example/a b", AddressMalformed),
        ("http://site.example/\r\nHost: other", AddressMalformed),
        ("http://site.example:99999/", AddressMalformed),
        ("http://site.example:0/", AddressMalformed),
        ("http://site.example:eighty/", AddressMalformed),
        ("http://[::1/", AddressMalformed),
        ("http://[fe80::1%25eth0]/", AddressMalformed),
        ("http://[v1.x]/", AddressMalformed),
        ("http://a..b/", AddressMalformed),
        ("http://.example/", AddressMalformed),
        ("http://site.example%00.other/", AddressMalformed),
        ("http://%31%32%37.0.0.1/", AddressMalformed),
        ("http://" + "a" * 300 + ".example/", AddressMalformed),
        ("http://site.example/" + "a" * 5000, AddressMalformed),
    ],
)
def test_addresses_that_are_never_fetched(url: str, error: type[AddressRefused]) -> None:
    with pytest.raises(error) as caught:
        read_target(url)
    assert "site.example" not in str(caught.value)  # what a stranger wrote is not repeated in a log


def test_what_an_address_means() -> None:
    target = read_target("HTTPS://Bücher.Example:8443/ü?q=1#part")
    assert (target.scheme, target.host, target.port) == ("https", "xn--bcher-kva.example", 8443)
    assert target.path == "/%C3%BC?q=1"
    assert target.url == "https://xn--bcher-kva.example:8443/%C3%BC?q=1"
    assert read_target("http://[2606:4700::1]").url == "http://[2606:4700::1]/"
    assert read_target("http://site.example:80/").authority == "site.example"


def test_redirects_are_read_as_if_they_had_been_typed() -> None:
    start = read_target("https://site.example/a/b")
    assert redirect_target(start, "../c").url == "https://site.example/c"
    assert redirect_target(start, "//other.example").url == "https://other.example/"
    for location, error in (("file:///etc/passwd", SchemeRefused), ("http://u@other.example/", UserInfoRefused)):
        with pytest.raises(error):
            redirect_target(start, location)


@given(st.text(max_size=40), st.sampled_from(["", "http://", "https://", "http://[", "http://a@", "http:////"]))
def test_no_text_breaks_the_reader(text: str, start: str) -> None:
    try:
        target = read_target(start + text)
    except AddressRefused:
        return
    assert read_target(target.url) == target
    assert target.url.isascii()


def test_limits_are_above_zero() -> None:
    with pytest.raises(ValueError, match="above zero"):
        Limits(seconds=0)
    with pytest.raises(ValueError, match="above zero"):
        Limits(redirects=-1)


ROBOTS = """\ufeff# for everybody
User-agent: *
Disallow: /private
Allow: /private/open
Disallow: /*.pdf$
Disallow:

User-Agent: other
User-agent: LEEWARD/1.0
Disallow: /members   # not yours
allow: /members/a*b/

nonsense
User-agent: leeward
Disallow: /more
"""


def test_the_group_that_names_us_holds_and_repeated_groups_add_up() -> None:
    rules = read_robots(ROBOTS)
    assert [rule.path for rule in rules] == ["/members", "/members/a*b/", "/more"]
    assert may_visit(rules, "/private")
    assert not may_visit(rules, "/members/x")
    assert may_visit(rules, "/members/a-and-b/x")
    assert not may_visit(rules, "/more?x=1")


def test_without_a_group_for_us_everybodys_holds() -> None:
    rules = read_robots(ROBOTS, product="somebody")
    assert not may_visit(rules, "/private/x")
    assert may_visit(rules, "/private/open")
    assert not may_visit(rules, "/a/b.pdf")
    assert may_visit(rules, "/a/b.pdf?x")
    assert may_visit(rules, "/robots.txt")
    assert may_visit(read_robots("<html>not robots at all"), "/")


def test_of_two_rules_as_long_the_kinder_decides() -> None:
    rules = read_robots("user-agent: *\ndisallow: /a/\nallow: /a/\n")
    assert may_visit(rules, "/a/")


@given(st.text(alphabet="ab*", max_size=8), st.text(alphabet="ab", max_size=12), st.sampled_from(["", "$"]))
def test_stars_fit_as_the_plainest_search_does(rule: str, path: str, end: str) -> None:
    def fits(rule: str, path: str) -> bool:
        if not rule:
            return not path or not end
        if rule[0] == "*":
            return any(fits(rule[1:], path[at:]) for at in range(len(path) + 1))
        return bool(path) and path[0] == rule[0] and fits(rule[1:], path[1:])

    assert RobotRule(is_allowed=True, path="/" + rule + end).fits("/" + path) == fits(rule, path)


def test_a_rule_of_many_stars_is_quick() -> None:
    rule = RobotRule(is_allowed=True, path="/" + "*a" * 240 + "b$")
    assert not rule.fits("/" + "a" * 4000)
