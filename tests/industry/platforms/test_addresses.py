"""Web addresses: what cleaning keeps, drops and refuses, and how pasted text is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.industry.platforms.errors import FLAW_MESSAGES, AddressFlaw, AddressRefused
from leeward.industry.platforms.rules import clean_path_prefix, clean_url, readable_url, split_pasted
from leeward.industry.platforms.rules.addresses import fold_host, is_shared_suffix, parent_hosts

PIECES = (
    "https:// http: hxxp[://] www. m. example . [.] com co.uk / \\ ? # #!/ a=1 & utm_source=x % %2e .. /../ @ : :443"
)
STRANGE = "[::1] 127.0.0.1 é ß 。 \u200f \u200d , < > ( ) \ud800 xn-- - _ 0x7f mailto: javascript: \u2100 😀 ا ( ) ; |"
pieces = st.sampled_from([*PIECES.split(), *STRANGE.split(), " ", "\n"])
texts = st.one_of(st.text(max_size=60), st.lists(pieces, max_size=14).map("".join))


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("example.com", "https://example.com/"),
        ("  HTTPS://WWW.Example.COM:443/A/b?x=1#part ", "https://www.example.com/A/b?x=1"),
        ("http://example.com:80/x", "http://example.com/x"),
        ("http://example.com:8080/x", "http://example.com:8080/x"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("//example.com/x", "https://example.com/x"),
        ("https:\\\\example.com\\x", "https://example.com/x"),
        ("view-source:https://example.com/x", "https://example.com/x"),
        ("https://user:secret@example.com/x", "https://example.com/x"),
        ("https://example.com./x", "https://example.com/x"),
        ("https://münchen.example/straße", "https://xn--mnchen-3ya.example/stra%C3%9Fe"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("https://مثال.example/صورة", "https://xn--mgbh0fb.example/%D8%B5%D9%88%D8%B1%D8%A9"),
        ("https://i❤.ws/", "https://xn--i-7iq.ws/"),
        ("https://my_page.tumblr.com/post/1", "https://my_page.tumblr.com/post/1"),
        ("https://ex%61mple.com/", "https://example.com/"),
        ("https://example。com/x", "https://example.com/x"),
        ("\u200fhttps://exam\u200bple.com/\u202ax", "https://example.com/x"),
        ("https://example.com/a/../b/./c", "https://example.com/b/c"),
        ("https://example.com/a b?q=c d", "https://example.com/a%20b?q=c%20d"),
        ("https://example.com/100%?x=%zz", "https://example.com/100%25?x=%25zz"),
        ("https://example.com/%e4", "https://example.com/%E4"),
        ("https://example.com/#!/photo/7", "https://example.com/#!/photo/7"),
        ("https://example.com/#:~:text=hello", "https://example.com/"),
        ("https://example.com/?id=7&utm_source=a&fbclid=b&UTM_Medium=c", "https://example.com/?id=7"),
        ("https://example.com/?fbclid=b", "https://example.com/"),
        ("https://www.youtube.com/watch?v=abc&si=xyz&t=9", "https://www.youtube.com/watch?v=abc&t=9"),
        ("https://x.com/a/status/1?s=20&t=q", "https://x.com/a/status/1"),
        ("https://example.com/?s=20&t=q&si=1", "https://example.com/?s=20&t=q&si=1"),
        ("https://www.tiktok.com/@a/video/7?is_from_webapp=1&_t=8", "https://www.tiktok.com/@a/video/7"),
        ("hxxps://example[.]com/x", "https://example.com/x"),
        ("hxxp[://]example(dot)com/x", "http://example.com/x"),
        ("http[:]//example[.]com", "http://example.com/"),
        ("h**ps://example.com/x", "https://example.com/x"),
        ("http://127.0.0.1:8001/photo/2", "http://127.0.0.1:8001/photo/2"),
        ("http://localhost:8001/", "http://localhost:8001/"),
        ("https://[2001:DB8:0::1]:443/x", "https://[2001:db8::1]/x"),
    ],
)
def test_one_form_that_opens_the_item(typed: str, url: str) -> None:
    assert clean_url(typed).url == url


@pytest.mark.parametrize(
    ("typed", "flaw"),
    [
        ("", AddressFlaw.EMPTY),
        (" \u200f\n", AddressFlaw.EMPTY),
        ("https://example.com/" + "x" * 2_000, AddressFlaw.TOO_LONG),
        ("https://example.com/" + "é" * 400, AddressFlaw.TOO_LONG),
        ("mailto:anna@example.com", AddressFlaw.MAIL),
        ("anna@example.com", AddressFlaw.MAIL),
        ("JavaScript:alert(1)", AddressFlaw.SCRIPT),
        ("java\tscript:alert(1)", AddressFlaw.SCRIPT),
        ("data:image/png;base64,AAAA", AddressFlaw.DATA),
        ("blob:https://example.com/1", AddressFlaw.DATA),
        ("file:///home/a.jpg", AddressFlaw.LOCAL_FILE),
        ("C:\\Users\\a\\a.jpg", AddressFlaw.LOCAL_FILE),
        ("\\\\server\\share\\a.jpg", AddressFlaw.LOCAL_FILE),
        ("/storage/a.jpg", AddressFlaw.LOCAL_FILE),
        ("IMG_2041.jpg", AddressFlaw.LOCAL_FILE),
        ("ftp://example.com/a", AddressFlaw.OTHER_SCHEME),
        ("tel:123", AddressFlaw.OTHER_SCHEME),
        ("instagram:anna", AddressFlaw.OTHER_SCHEME),
        ("https://", AddressFlaw.NO_HOST),
        ("https:///", AddressFlaw.NO_HOST),
        ("anna", AddressFlaw.NO_HOST),
        ("@anna", AddressFlaw.NO_HOST),
        ("https://intranet/x", AddressFlaw.NO_HOST),
        ("https://exa mple.com/", AddressFlaw.BAD_HOST),
        ("https://-example.com/", AddressFlaw.BAD_HOST),
        ("https://example..com/", AddressFlaw.BAD_HOST),
        ("https://example.com:99999/", AddressFlaw.BAD_HOST),
        ("https://example.com:x/", AddressFlaw.BAD_HOST),
        ("https://2130706433/", AddressFlaw.BAD_HOST),
        ("https://0x7f.1/", AddressFlaw.BAD_HOST),
        ("https://127.1/", AddressFlaw.BAD_HOST),
        ("https://[::1/", AddressFlaw.BAD_HOST),
        ("https://[fe80::1%25eth0]/", AddressFlaw.BAD_HOST),
        ("https://example.com\u2100evil.com/", AddressFlaw.BAD_HOST),
        ("https://" + "a." * 130 + "com/", AddressFlaw.BAD_HOST),
    ],
)
def test_what_is_no_web_address_is_refused_by_name(typed: str, flaw: AddressFlaw) -> None:
    with pytest.raises(AddressRefused) as refused:
        clean_url(typed)
    assert refused.value.flaw is flaw
    assert str(refused.value) == FLAW_MESSAGES[flaw]


def test_every_flaw_has_its_message() -> None:
    assert set(FLAW_MESSAGES) == set(AddressFlaw)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.example.com/a", "http://example.com/a/"),
        ("https://m.example.com/a", "https://example.com/a"),
        ("https://mobile.example.com/a?x=1&y=2", "https://www.example.com/a?y=2&x=1&utm_id=3"),
        ("https://example.com/%7Eanna", "https://example.com/~anna"),
        ("https://old.reddit.com/r/a/1/", "https://www.reddit.com/r/a/1"),
        ("https://example.com/#/a", "http://www.example.com/#/a"),
    ],
)
def test_the_same_item_has_one_key(one: str, other: str) -> None:
    assert clean_url(one).key == clean_url(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a", "https://example.com/A"),
        ("https://example.com/a", "https://example.com/a?id=1"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("https://example.com/", "https://example.com:8443/"),
        ("https://anna.example.com/", "https://example.com/"),
        ("https://example.com/#!/a", "https://example.com/#!/b"),
        ("https://m.co.uk/", "https://www.co.uk/"),
    ],
)
def test_different_items_have_different_keys(one: str, other: str) -> None:
    assert clean_url(one).key != clean_url(other).key


@given(texts)
def test_cleaning_is_idempotent_and_raises_nothing_but_its_error(text: str) -> None:
    try:
        once = clean_url(text)
    except AddressRefused:
        return
    assert clean_url(once.url) == once
    assert once.url.isascii()
    assert clean_url(f"https://{once.host}/").host == once.host


@given(st.lists(texts, max_size=6).map("\n".join))
def test_pasted_text_is_always_read(text: str) -> None:
    found, _refused = split_pasted(text)
    keys = [clean.key for clean in found]
    assert len(keys) == len(set(keys))
    again, refused = split_pasted("\n".join(clean.url for clean in found))
    assert again == found
    assert refused == ()


def found_in(text: str) -> list[str]:
    return [clean.url for clean in split_pasted(text)[0]]


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/1\nhttps://b.example/2",
        "https://a.example/1\r\n\r\nhttps://b.example/2\r\n",
        "https://a.example/1, https://b.example/2",
        "https://a.example/1,https://b.example/2;",
        "a.example/1,b.example/2",
        "<https://a.example/1><https://b.example/2>",
        "Please look at https://a.example/1. There is also (https://b.example/2)!",
        "link:https://a.example/1 [the other](https://b.example/2)",
        '{"urls": ["https://a.example/1", "https://b.example/2"]}',
        "hxxps://a[.]example/1 and hxxps[://]b[.]example/2",
        "\u200fhttps://a.example/1\u200f\n\u202bhttps://b.example/2\u202c",
        "1. a.example/1\n2. b.example/2\n",
        "- https://a.example/1\n• https://b.example/2\n- https://www.a.example/1?utm_source=x",
        "«https://a.example/1»، “https://b.example/2”",
    ],
)
def test_addresses_are_found_in_what_people_paste(text: str) -> None:
    assert found_in(text) == ["https://a.example/1", "https://b.example/2"]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("https://a.example/Foo_(bar)", ["https://a.example/Foo_(bar)"]),
        ("(see https://a.example/Foo_(bar))", ["https://a.example/Foo_(bar)"]),
        ("https://a.example/x,y", ["https://a.example/x,y"]),
        ("https://archive.example/https://b.example/2", ["https://archive.example/https://b.example/2"]),
        ("They removed it.Please help, e.g. at 10.30 or v1.2", []),
        ("It is on www.a.example and b.example", ["https://www.a.example/", "https://b.example/"]),
        ("http://[::1]:8000/a", ["http://[::1]:8000/a"]),
        ("93.184.216.34/a", ["https://93.184.216.34/a"]),
    ],
)
def test_where_an_address_ends(text: str, urls: list[str]) -> None:
    assert found_in(text) == urls


def test_what_looked_like_an_address_is_named() -> None:
    text = (
        "mailto:anna@a.example\nanna\njavascript:alert(1)\nI saved it as IMG_1.jpg and wrote to anna\nhttps://a.example"
    )
    found, refused = split_pasted(text)
    assert [clean.url for clean in found] == ["https://a.example/"]
    assert [(line.text, line.flaw) for line in refused] == [
        ("mailto:anna@a.example", AddressFlaw.MAIL),
        ("anna", AddressFlaw.NO_HOST),
        ("javascript:alert(1)", AddressFlaw.SCRIPT),
        ("IMG_1.jpg", AddressFlaw.LOCAL_FILE),
    ]


def test_at_most_two_hundred_are_taken_and_the_others_named() -> None:
    found, refused = split_pasted("\n".join(f"https://a.example/{number}" for number in range(203)) + "\na.example/0")
    assert [clean.path for clean in found] == [f"/{number}" for number in range(200)]
    assert [(line.text, line.flaw) for line in refused] == [
        (f"https://a.example/{number}", AddressFlaw.TOO_MANY) for number in (200, 201, 202)
    ]


@pytest.mark.parametrize(
    "flood",
    ["nothing:at all\nx\n", ")", "https://a.example/1)", " \u200c", "a.", "a.b,", "h", "[.]", "(", "https://", "x@"],
)
def test_a_flood_is_bounded(flood: str) -> None:
    text = flood * (400_000 // len(flood))
    found, refused = split_pasted("https://a.example/first\n" + text)
    assert found[0].path == "/first"
    assert len(found) + len(refused) <= 400
    with pytest.raises(AddressRefused):
        clean_url(text)


def test_what_was_not_read_is_named() -> None:
    text = "\n".join(["anna"] * 1_999 + ["https://a.example/1", "https://b.example/2"])
    found, refused = split_pasted(text)
    assert [clean.host for clean in found] == ["a.example"]
    assert [(line.text, line.flaw) for line in refused] == [
        ("anna", AddressFlaw.NO_HOST),
        ("https://b.example/2", AddressFlaw.TOO_MANY),
    ]
    far = "https://a.example/1\n" + "-" * 500_000 + "\nhttps://b.example/2"
    assert [line.flaw for line in split_pasted(far)[1]] == [AddressFlaw.TOO_MANY]


def test_hosts_above_one_another() -> None:
    assert parent_hosts("a.b.example.com") == ("a.b.example.com", "b.example.com", "example.com")
    assert parent_hosts("10.0.0.1") == ("10.0.0.1",)
    assert parent_hosts("[::1]") == ("[::1]",)
    assert [fold_host(host) for host in ("www.m.a.example", "m.me", "www.co.uk")] == ["a.example", "m.me", "www.co.uk"]
    assert [is_shared_suffix(host) for host in ("com", "co.uk", "com.br", "a.co.uk", "x.com", "t.co")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("typed", "kept"), [("", ""), ("/", ""), ("r/anna/", "/r/anna"), ("/Ä", "/%C3%84"), ("/a/../b", "/b")]
)
def test_the_start_of_a_path(typed: str, kept: str) -> None:
    assert clean_path_prefix(typed) == kept
    assert clean_path_prefix(kept) == kept


@pytest.mark.parametrize("typed", ["/a?b", "/a#b", "/" + "x" * 200])
def test_the_start_of_a_path_is_refused(typed: str) -> None:
    with pytest.raises(AddressRefused):
        clean_path_prefix(typed)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("https://مثال.example/صورة?q=نص", "https://مثال.example/صورة?q=نص"),
        ("https://münchen.example:8443/straße/a%20b", "https://münchen.example:8443/straße/a%20b"),
        ("https://example.com/😀", "https://example.com/😀"),
        ("https://example.com/%e4", "https://example.com/%E4"),
        ("https://example.com/%E2%80%AEx", "https://example.com/%E2%80%AEx"),
        ("https://example.com/a%C2%A0b", "https://example.com/a%C2%A0b"),
        ("https://example.com/%2Fa%25", "https://example.com/%2Fa%25"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
    ],
)
def test_an_address_is_shown_in_the_script_of_its_reader(typed: str, shown: str) -> None:
    assert readable_url(clean_url(typed).url) == shown


@given(texts)
def test_what_is_shown_is_the_same_address(text: str) -> None:
    try:
        url = clean_url(text).url
    except AddressRefused:
        return
    assert clean_url(readable_url(url)).url == url


def test_what_is_no_address_is_shown_as_it_is() -> None:
    assert readable_url("") == ""
    assert readable_url("https://xn--/x") == "https://xn--/x"
