"""Django's settings, the same for demonstration, tests and production; only the environment differs."""

import os
from pathlib import Path

import dj_database_url
from django.conf.locale import LANG_INFO
from django.utils.csp import CSP

from leeward.config.environment import read_environment
from leeward.config.files import PrivateConnection
from leeward.foundation.languages import (
    offered_everywhere,
    offered_to_her,
    read_counts,
    read_languages,
    unknown_to_django,
)
from leeward.foundation.web.nation import LINES
from leeward.victim.locker.rules.keeping import MIB, Limits

ENVIRONMENT = read_environment(os.environ)

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key
SECRET_KEY_FALLBACKS = list(ENVIRONMENT.secret_key_fallbacks)
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
ROOT_URLCONF = "leeward.config.urls"
WSGI_APPLICATION = "leeward.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

# The made-up nation stands beside `leeward` in a checkout; no package holds it.
DEMONSTRATION = ["demo"] if (Path(__file__).parents[2] / "demo" / "troupe.py").is_file() else []

INSTALLED_APPS = [
    *DEMONSTRATION,
    "leeward.config.apps.ConfigConfig",
    "leeward.policy.strategy.apps.StrategyConfig",
    "leeward.policy.assessment.apps.AssessmentConfig",
    "leeward.policy.statistics.apps.StatisticsConfig",
    "leeward.justice.outcomes.apps.OutcomesConfig",
    "leeward.justice.training.apps.TrainingConfig",
    "leeward.justice.courts.apps.CourtsConfig",
    "leeward.justice.perpetrators.apps.PerpetratorsConfig",
    "leeward.justice.register.apps.RegisterConfig",
    "leeward.victim.portal.apps.PortalConfig",
    "leeward.victim.file.apps.FileConfig",
    "leeward.victim.locker.apps.LockerConfig",
    "leeward.victim.removals.apps.RemovalsConfig",
    "leeward.victim.network.apps.NetworkConfig",
    "leeward.victim.helpline.apps.HelplineConfig",
    "leeward.society.directory.apps.DirectoryConfig",
    "leeward.industry.declarations.apps.DeclarationsConfig",
    "leeward.industry.exchange.apps.ExchangeConfig",
    "leeward.industry.bank.apps.BankConfig",
    "leeward.industry.duties.apps.DutiesConfig",
    "leeward.industry.platforms.apps.PlatformsConfig",
    "leeward.foundation.lessons.apps.LessonsConfig",
    "leeward.foundation.checking.apps.CheckingConfig",
    "leeward.foundation.surveys.apps.SurveysConfig",
    "leeward.foundation.people.apps.PeopleConfig",
    "leeward.foundation.pages.apps.PagesConfig",
    "leeward.foundation.editions.apps.EditionsConfig",
    "leeward.foundation.holds.apps.HoldsConfig",
    "leeward.foundation.work.apps.WorkConfig",
    "leeward.foundation.editing.apps.EditingConfig",
    "leeward.foundation.accounts.apps.AccountsConfig",
    "leeward.foundation.web.apps.WebConfig",
    "leeward.foundation.outbox.apps.OutboxConfig",
    "leeward.foundation.reach.apps.ReachConfig",
    "leeward.foundation.stamps.apps.StampsConfig",
    "leeward.foundation.vault.apps.VaultConfig",
    "leeward.foundation.notary.apps.NotaryConfig",
    "leeward.foundation.signing.apps.SigningConfig",
    "leeward.foundation.clock.apps.ClockConfig",
    "leeward.foundation.counters.apps.CountersConfig",
    "leeward.foundation.audit.apps.AuditConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "leeward.foundation.web.middleware.TurnsMiddleware",
    "leeward.foundation.web.middleware.LinesMiddleware",
    "leeward.foundation.web.middleware.RequestRecordMiddleware",
    "leeward.society.directory.middleware.OpenDataMiddleware",
    "leeward.foundation.web.middleware.SafetyHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "leeward.foundation.web.middleware.SwitchMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "leeward.foundation.web.middleware.LanguageMiddleware",
    "leeward.foundation.web.easy.EasyMiddleware",
    "leeward.foundation.web.leaving.ShutDoorMiddleware",
    "leeward.foundation.web.uploads.UploadMiddleware",  # before the next one, which reads the form
    "leeward.foundation.web.middleware.SameSiteCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "leeward.foundation.web.middleware.OnlyByButtonMiddleware",
    "leeward.foundation.editing.middleware.EntryUnknownMiddleware",
    "leeward.foundation.work.middleware.KeepListMiddleware",
    "leeward.foundation.accounts.middleware.KeepTypedMiddleware",
    "leeward.foundation.editing.middleware.SentOnceMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "leeward.foundation.web.jinja.environment",
            "context_processors": [
                "leeward.foundation.web.jinja.page_context",
                "leeward.foundation.pages.drawing.page_texts",
                "leeward.victim.network.views.reviews.read_by",
                "leeward.foundation.work.way.keep_list",
                "leeward.foundation.work.doors.tell_pages",
                "leeward.foundation.work.header.staff_header",
            ],
        },
    },
]

# --- data -----------------------------------------------------------------------------------------------------------
DATABASES = {"default": dj_database_url.parse(ENVIRONMENT.database_url, conn_max_age=60, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # FULL, not NORMAL: what we have acknowledged must survive the power going off.
        # secure_delete: what was erased is overwritten in the file, not just unlinked.
        # journal_size_limit: a log that begins anew keeps nothing of what it held before.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; "
        "PRAGMA journal_size_limit=0;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "factory": PrivateConnection,  # its files are for their owner alone
    }
    # A file, not memory: the tests' live server reads it from other threads, as the real one does.
    DATABASES["default"]["TEST"] = {"NAME": str(ENVIRONMENT.data / "test.sqlite3")}
# No cache: Django's own would read pickles, so whoever writes its rows would run code here. What is counted for all
# processes is whole numbers in a table (foundation.counters).
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

# --- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "work:home"
PASSWORD_HASHERS = ["leeward.foundation.accounts.hashers.Argon2idPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 14}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LEEWARD_STAFF_SIGN_IN = ENVIRONMENT.staff_sign_in  # "passkey" or "passphrase"
LEEWARD_OIDC_PROVIDERS = ENVIRONMENT.providers
# Secure cookies need https; the demonstration runs on plain http on this machine alone.
SESSION_COOKIE_NAME = "__Host-leeward-staff" if ENVIRONMENT.production else "leeward-staff"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = ENVIRONMENT.production
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Strict"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"  # never pickles
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 8 * 60 * 60
CSRF_COOKIE_NAME = "__Host-leeward-form" if ENVIRONMENT.production else "leeward-form"
CSRF_COOKIE_AGE = None  # until the browser closes: nothing of us is left on a shared device
CSRF_FAILURE_VIEW = "leeward.foundation.web.views.form_expired"
LANGUAGE_COOKIE_NAME = "leeward-language"

# What each room tells the home page and the search of everybody who works here; needs come in the order of the rooms.
# What each room keeps about people: everybody reads it under "What we keep", in this order.
LEEWARD_RETENTION = [
    "leeward.industry.bank.retention.RETENTION",
    "leeward.victim.removals.retention.RETENTION",
    "leeward.victim.helpline.retention.RETENTION",
    "leeward.victim.file.retention.RETENTION",
    "leeward.victim.network.retention.RETENTION",
    "leeward.victim.locker.retention.RETENTION",
    "leeward.justice.courts.retention.RETENTION",
    "leeward.foundation.surveys.retention.RETENTION",
    "leeward.foundation.vault.retention.RETENTION",
    "leeward.victim.portal.retention.RETENTION",
    "leeward.foundation.counters.retention.RETENTION",
    "leeward.foundation.outbox.retention.RETENTION",
    "leeward.foundation.audit.retention.RETENTION",
    "leeward.foundation.accounts.retention.RETENTION",
    "leeward.foundation.work.retention.RETENTION",
    "leeward.foundation.holds.retention.RETENTION",
    "leeward.justice.register.retention.RETENTION",
    "leeward.justice.perpetrators.retention.RETENTION",
    "leeward.justice.training.retention.RETENTION",
    "leeward.justice.outcomes.retention.RETENTION",
    "leeward.industry.declarations.retention.RETENTION",
]
LEEWARD_ROOMS = [
    "leeward.justice.outcomes.workplace.ROOM",
    "leeward.justice.training.workplace.ROOM",
    "leeward.justice.courts.workplace.ROOM",
    "leeward.justice.perpetrators.workplace.ROOM",
    "leeward.justice.register.workplace.ROOM",
    "leeward.justice.register.workplace.LAW",
    "leeward.victim.helpline.workplace.ROOM",
    "leeward.victim.helpline.workplace.LEADS",
    "leeward.victim.helpline.workplace.VOLUNTEERS",
    "leeward.victim.helpline.workplace.LIAISONS",
    "leeward.victim.network.workplace.ROOM",
    "leeward.victim.network.workplace.INBOX",
    "leeward.victim.removals.workplace.ROOM",
    "leeward.industry.platforms.workplace.ROOM",
    "leeward.industry.exchange.workplace.ROOM",
    "leeward.industry.declarations.workplace.ROOM",
    "leeward.industry.duties.workplace.ROOM",
    "leeward.society.directory.workplace.ROOM",
    "leeward.policy.strategy.workplace.ROOM",
    "leeward.policy.assessment.workplace.ROOM",
    "leeward.policy.statistics.workplace.ROOM",
    "leeward.foundation.checking.workplace.ROOM",
    "leeward.foundation.pages.workplace.ROOM",
    "leeward.foundation.surveys.workplace.ROOM",
    "leeward.foundation.people.workplace.ROOM",
    "leeward.foundation.editions.workplace.ROOM",
    "leeward.foundation.holds.workplace.ROOM",
    "leeward.foundation.work.workplace.ROOM",
]

# The kinds of records that two people can keep from being erased, each declared by its room.
LEEWARD_HOLDABLE = [
    "leeward.justice.courts.workplace.HOLDABLE",
    "leeward.justice.training.workplace.HOLDABLE",
    "leeward.justice.perpetrators.workplace.HOLDABLE",
    "leeward.justice.register.workplace.HOLDABLE",
]

# The shelves on which editions stand, each declared by its room.
LEEWARD_SHELVES = ["leeward.policy.statistics.published.SHELF", "leeward.victim.network.published.SHELF"]
# The kinds of publications that get a leaf in the public log, each declared by its room.
LEEWARD_PUBLISHED = [
    "leeward.foundation.editions.published.ERRATA",
    "leeward.foundation.editions.published.KEYS",
    "leeward.foundation.checking.published.STAMPS",
    "leeward.policy.statistics.published.RELEASES",
    "leeward.policy.assessment.published.ROUNDS",
    "leeward.victim.network.published.BULLETINS",
    "leeward.industry.declarations.published.VERSIONS",
    "leeward.industry.duties.published.VERSIONS",
    "leeward.foundation.pages.published.EDITIONS",
    "leeward.foundation.surveys.published.QUESTIONNAIRES",
    "leeward.foundation.surveys.published.PLANS",
    "leeward.foundation.surveys.published.OPENINGS",
    "leeward.foundation.surveys.published.MARGINS",
    "leeward.foundation.surveys.published.RESULTS",
    "leeward.foundation.surveys.published.ERRATA",
    *(f"{name}.published.MADE_UP_PAST" for name in DEMONSTRATION),
]

# What each room lets anybody check: the kinds of records that it has signed, and what it published.
LEEWARD_CHECKED = [
    "leeward.justice.courts.checked.CHECKED",
    "leeward.justice.training.checked.CHECKED",
    "leeward.industry.declarations.checked.CHECKED",
    "leeward.policy.statistics.checked.CHECKED",
    "leeward.victim.locker.checked.CHECKED",
]

# To whom the notifier writes, each room by its own rules.
LEEWARD_NOTIFIED = [
    "leeward.victim.file.operations.news.tell_due",
    "leeward.justice.training.operations.links.write_due",
]

# Who looks at a picture before pages may show it, and again whenever something came to its list.
LEEWARD_PICTURE_CHECKS = ["leeward.industry.bank.hooks.PICTURE_CHECK"]

# The guides for partners under docs/, in the order of their page, and the files they name by their address's name.
LEEWARD_GUIDES = ["requests", "webhooks", "exchange", "blind", "matching", "capacity", "declaration", "directory-data"]
LEEWARD_GUIDE_FILES = {
    "openapi.json": "exchange-openapi",
    "openapi-requests.json": "removals:door-openapi",
    "openapi-directory.json": "directory:api-openapi",
}

# Who says how a line of the nation's file is called, its numbers and its hours, where the line names its service.
LEEWARD_LINES_TOLD = "leeward.society.directory.living.tell_lines"

# Easier words for texts of the interface, which a person may choose.
LEEWARD_EASY_WORDS = Path(__file__).resolve().parent / "data" / "easy.yaml"

# Lessons that anybody may take.
LEEWARD_LESSONS = [
    Path(__file__).resolve().parents[1] / "foundation" / "lessons" / "shelf" / "check-a-record.yaml",
    *sorted((Path(__file__).resolve().parents[1] / "justice" / "training" / "shelf").glob("*.yaml")),
]
LEEWARD_TALKS = sorted((Path(__file__).resolve().parents[1] / "justice" / "training" / "talks").glob("*.yaml"))

# --- pages ----------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
_LANGUAGES = read_languages()
LANG_INFO.update(unknown_to_django(_LANGUAGES, LANG_INFO))
LANGUAGES_BIDI = [each.code for each in _LANGUAGES.values() if each.direction == "rtl"]
# The whole interface is in these; her pages are also in each other one that is whole there.
LANGUAGES = offered_everywhere(_LANGUAGES)
LEEWARD_HER_LANGUAGES = offered_to_her(_LANGUAGES, read_counts())
USE_I18N = True
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if ENVIRONMENT.production:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # load balancers ask by plain http, and nothing secret is in the answer
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
STATIC_URL = "static/"
STATIC_ROOT = ENVIRONMENT.data / "static" if ENVIRONMENT.production else None  # else they are found where they lie
WHITENOISE_USE_FINDERS = not ENVIRONMENT.production
WHITENOISE_MAX_AGE = 0 if not ENVIRONMENT.production else 3600
STORAGES = {
    "staticfiles": {
        "BACKEND": "leeward.config.packing.PackedOnce"
        if ENVIRONMENT.production
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- limits ---------------------------------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_HANDLERS: list[str] = []  # a form that takes a file says so (web.uploads); none is ever written to disk
DATA_UPLOAD_MAX_NUMBER_FIELDS = 700  # a box for each entry of a locker and for each file that a pack may hold

LEEWARD_LOCKER_PIECES = ENVIRONMENT.locker_pieces
LEEWARD_LOCKER_LIMITS = Limits(
    file_bytes=ENVIRONMENT.nation.locker.file_megabytes * MIB,
    locker_bytes=ENVIRONMENT.nation.locker.locker_megabytes * MIB,
    items=ENVIRONMENT.nation.locker.entries,
)

# --- records --------------------------------------------------------------------------------------------------------
# Django's own request log carries paths, which here can carry secrets: only our own line is written, which has none.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "leeward": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False},
        "django.security": {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False},
        "django.server": {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False},
    },
}

# --- the mission ----------------------------------------------------------------------------------------------------
LEEWARD_PAGES = Path(__file__).parent / "data" / "pages"  # texts for everybody, until the nation writes its own
LEEWARD_PAGE_END = "helpline/after_advice.jinja"  # how a reader goes on, where such a text leaves room for it
LEEWARD_PAGE_READERS = "network/reviewed.jinja"  # who of those whom such a text concerns has read it
LEEWARD_NATION = ENVIRONMENT.nation.name
LEEWARD_JURISDICTION = ENVIRONMENT.nation.jurisdiction
LEEWARD_LINES = {line: getattr(ENVIRONMENT.nation, line) for line in LINES}
LEEWARD_SERVICES = ENVIRONMENT.nation.services
LEEWARD_DESK = ENVIRONMENT.nation.desk
LEEWARD_TIME_ZONE = ENVIRONMENT.nation.zone
LEEWARD_NOT_IN_LAW = ENVIRONMENT.nation.not_in_law  # harms that no law of the nation covers
LEEWARD_MODEL_EXTENSION = ENVIRONMENT.model_extension
LEEWARD_INSTRUMENTS = ENVIRONMENT.instruments  # lists of questions about danger, besides those that ship
LEEWARD_OVERRIDES = ENVIRONMENT.overrides  # laws under which something may be passed on without a person's yes
LEEWARD_URL = ENVIRONMENT.url
LEEWARD_CLOCK_PACE = ENVIRONMENT.clock_pace
LEEWARD_EXIT_URL = ENVIRONMENT.exit_url
LEEWARD_CODE_PEPPER = ENVIRONMENT.code_pepper
LEEWARD_SIGNING_KEY = ENVIRONMENT.signing_key
LEEWARD_INDEX_KEY = ENVIRONMENT.index_key
LEEWARD_SERVICE_KEYS = ENVIRONMENT.service_keys
LEEWARD_FOUNDING_KEY = ENVIRONMENT.founding_key
LEEWARD_SLOW_PLACES = ENVIRONMENT.data / "slow-places"
LEEWARD_SLOW_HASHES = ENVIRONMENT.slow_hashes
LEEWARD_PRODUCTION = ENVIRONMENT.production
LEEWARD_PORT = ENVIRONMENT.port
LEEWARD_PROXIES = ENVIRONMENT.proxies
LEEWARD_DEMO_SITE_URL = ENVIRONMENT.demo_site_url
# Fetching what strangers wrote: this machine's own loopback is reachable in the demonstration alone.
LEEWARD_REACH_PRIVATE = not ENVIRONMENT.production
LEEWARD_USER_AGENT = ENVIRONMENT.user_agent
LEEWARD_STAMP_AUTHORITY = ENVIRONMENT.stamp_authority
LEEWARD_WITNESSES = ENVIRONMENT.witnesses
LEEWARD_MAIL_SERVER = ENVIRONMENT.mail_server
LEEWARD_MAIL_FROM = ENVIRONMENT.mail_from
LEEWARD_NEUTRAL_FROM = ENVIRONMENT.neutral_from
LEEWARD_OPEN_DATA_LICENCE = ENVIRONMENT.open_data_licence
# The package that everybody can download is kept here until an entry changes.
LEEWARD_OPEN_DATA = ENVIRONMENT.data / "open-data"
