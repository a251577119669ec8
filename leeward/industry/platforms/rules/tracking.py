"""Parameters of links that say who shared them and through which advertisement, never what is behind them."""

from datetime import date

CHECKED_ON = date(2026, 11, 24)

ANYWHERE = frozenset(
    # advertisements
    {"fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "twclid", "ttclid"}
    | {"li_fat_id", "epik", "rdt_cid", "sccid", "irclickid", "srsltid", "wickedid", "_ga", "_gl", "_gac"}
    # newsletters
    | {
        "mc_cid",
        "mc_eid",
        "_hsenc",
        "_hsmi",
        "mkt_tok",
        "vero_id",
        "vero_conv",
        "oly_anon_id",
        "oly_enc_id",
        "ml_subscriber",
    }
    # who shared it
    | {"igsh", "igshid", "mibextid", "ref_src", "ref_url", "share_id", "sharer_id", "__twitter_impression"}
)
PREFIXES = ("utm_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_", "__cft__", "__tn__")
# Short names mean other things elsewhere, so they are dropped only where they are known to say who shared the link.
AT_SITES = {
    "x.com": frozenset({"s", "t", "ref"}),
    "twitter.com": frozenset({"s", "t", "ref"}),
    "youtube.com": frozenset({"si", "feature", "pp", "ab_channel"}),
    "youtu.be": frozenset({"si", "feature"}),
    "facebook.com": frozenset({"rdid", "share_url", "eav", "paipv", "_rdr", "sfnsn", "locale"}),
    "instagram.com": frozenset({"hl", "xmt"}),
    "threads.net": frozenset({"xmt", "slof"}),
    "threads.com": frozenset({"xmt", "slof"}),
    "tiktok.com": frozenset(
        {"_r", "_t", "is_from_webapp", "sender_device", "sender_web_id", "web_id", "is_copy_url", "u_code", "tt_from"}
    ),
    "reddit.com": frozenset({"rdt", "ref", "ref_source"}),
    "linkedin.com": frozenset({"trk", "rcm", "trackingid", "lipi"}),
    "pinterest.com": frozenset({"invite_code", "sender", "sfo"}),
    "open.spotify.com": frozenset({"si"}),
}


def is_tracking(name: str, *, site: str) -> bool:
    """Whether a parameter of this name on this site (www and m folded) can go."""
    small = name.lower()
    return small in ANYWHERE or small.startswith(PREFIXES) or small in AT_SITES.get(site, frozenset())
