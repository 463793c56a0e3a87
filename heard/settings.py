"""The one settings file. Everything an operator may set is read from the environment, here."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from heard.environment import Environment

BASE = Path(__file__).resolve().parent.parent
env = Environment()

# --- what an operator sets ----------------------------------------------------------------------
HEARD_DATA = env.folder("HEARD_DATA", BASE / "data")
HEARD_URL = env.url("HEARD_URL", "http://127.0.0.1:8000", {"http", "https"})
DEBUG = env.flag("HEARD_DEBUG")
SECRET_KEY = env.secret("HEARD_SECRET_KEY", HEARD_DATA / "secret_key")
SECRET_KEY_FALLBACKS = [k for k in env.text("HEARD_OLD_SECRET_KEYS").split(",") if k]
EMAIL_URL = env.text("HEARD_EMAIL_URL")  # smtp://user:password@host:587?tls=1 ; empty: outbox only
HEARD_EMAIL_FROM = env.text("HEARD_EMAIL_FROM", "Heard <no-reply@localhost>")
HEARD_MAIL_IN_URL = env.text("HEARD_MAIL_IN_URL")  # imaps://user:password@host/INBOX?done=Done
HEARD_MAIL_ADDRESS = env.text(
    "HEARD_MAIL_ADDRESS", f"case@{HEARD_EMAIL_FROM.rpartition('@')[2].rstrip('> ') or 'localhost'}"
)
HEARD_MAIL_SERVICE = env.text("HEARD_MAIL_SERVICE", "general")
HEARD_MAIL_TRUSTS = env.text("HEARD_MAIL_TRUSTS")  # whose Authentication-Results are believed
HEARD_SMS_URL = env.text("HEARD_SMS_URL")  # https://ACCOUNT:TOKEN@api.twilio.com?from=+13035550100
HEARD_SMS_CENTS = env.number("HEARD_SMS_CENTS", 0, lambda n: 0 <= n <= 1000)
HEARD_MASTODON_URL = env.text("HEARD_MASTODON_URL")
HEARD_MASTODON_TOKEN = env.text("HEARD_MASTODON_TOKEN")
HEARD_STEP_LEASE_SECONDS = env.number("HEARD_STEP_LEASE_SECONDS", 30, lambda n: 0 < n <= 3600)
HEARD_FACTS_SECONDS = env.number("HEARD_FACTS_SECONDS", 10, lambda n: 0 < n <= 3600)
HEARD_FACTS_ENGINE = env.text("HEARD_FACTS_ENGINE", "duckdb")  # or a Spark master
HEARD_TRUST_PROXY = env.flag("HEARD_TRUST_PROXY")
HEARD_WIDGET_SITES = [s.rstrip("/") for s in env.text("HEARD_WIDGET_SITES").split(",") if s]
HEARD_MAP_TILES = env.text("HEARD_MAP_TILES")  # https://tiles.city.example/{z}/{x}/{y}.png
HEARD_MAP_PMTILES = env.text("HEARD_MAP_PMTILES")  # https://files.city.example/city.pmtiles
HEARD_MAP_CREDIT = env.text("HEARD_MAP_CREDIT")
_parts = ("https://", "{z}", "{x}", "{y}")
if HEARD_MAP_TILES and not all(part in HEARD_MAP_TILES for part in _parts):
    env.faults.append(
        f"HEARD_MAP_TILES={HEARD_MAP_TILES!r}: say https://host/{{z}}/{{x}}/{{y}}.png"
    )
if HEARD_MAP_PMTILES and not HEARD_MAP_PMTILES.startswith("https://"):
    env.faults.append(f"HEARD_MAP_PMTILES={HEARD_MAP_PMTILES!r}: say https://host/name.pmtiles")
HEARD_JURISDICTION = env.text("HEARD_JURISDICTION")  # of Open311; empty: the host of HEARD_URL
HEARD_WEBHOOKS_PRIVATE = env.flag("HEARD_WEBHOOKS_PRIVATE")  # may go to addresses inside
HEARD_FILE_BYTES = int(env.number("HEARD_FILE_MEGABYTES", 20, lambda n: 1 <= n <= 100) * 1_000_000)
HEARD_PHOTO_PIXELS = int(
    env.number("HEARD_PHOTO_MEGAPIXELS", 50, lambda n: 1 <= n <= 200) * 1_000_000
)

DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{HEARD_DATA / 'heard.sqlite3'}")
if urlsplit(DATABASE_URL).scheme not in {"sqlite", "postgres", "postgresql"}:
    env.faults.append(f"DATABASE_URL={DATABASE_URL!r}: say sqlite:///… or postgresql://…")
    DATABASE_URL = "sqlite://:memory:"

LANGUAGES = [("en", "English"), ("es", "Español")]
_mail = urlsplit(EMAIL_URL)
if EMAIL_URL and (_mail.scheme != "smtp" or not _mail.hostname):
    env.faults.append(f"HEARD_EMAIL_URL={EMAIL_URL!r}: say smtp://host:port, or leave it unset")
for _name, _url, _schemes in (
    ("HEARD_MAIL_IN_URL", HEARD_MAIL_IN_URL, {"imap", "imaps"}),
    ("HEARD_SMS_URL", HEARD_SMS_URL, {"http", "https"}),
    ("HEARD_MASTODON_URL", HEARD_MASTODON_URL, {"http", "https"}),
):
    if _url and (urlsplit(_url).scheme not in _schemes or not urlsplit(_url).hostname):
        env.faults.append(f"{_name}: say {sorted(_schemes)[-1]}://…, or leave it unset")
env.finish()

# --- what follows from it -----------------------------------------------------------------------
HTTPS = HEARD_URL.startswith("https://")
ALLOWED_HOSTS = [urlsplit(HEARD_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [HEARD_URL]

DATABASES = {"default": dj_database_url.parse(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"] |= {
        "ENGINE": "heard.core.sqlite",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456",
        },
    }
else:
    DATABASES["default"]["OPTIONS"] = DATABASES["default"].get("OPTIONS", {}) | {
        "pool": {"min_size": 1, "max_size": 8, "timeout": 20}
    }

INSTALLED_APPS = [
    "demo",
    "heard.flows",
    "heard.doors.web",
    "heard.doors.widget",
    "heard.doors.desk",
    "heard.doors.operate",
    "heard.doors.mail",
    "heard.doors.sms",
    "heard.doors.social",
    "heard.doors.open311",
    "heard.doors.api",
    "heard.public",
    "heard.boards",
    "heard.targets",
    "heard.measures",
    "heard.forecast",
    "heard.microdata",
    "heard.facts",
    "heard.contacts",
    "heard.routing",
    "heard.joining",
    "heard.remedies",
    "heard.cases",
    "heard.voice",
    "heard.mentions",
    "heard.answers",
    "heard.catalogue",
    "heard.places",
    "heard.webhooks",
    "heard.post",
    "heard.keys",
    "heard.attachments",
    "heard.people",
    "heard.ui",
    "heard.core",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "heard.ui.middleware.SecureHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "heard.ui.middleware.CityTime",
]

ROOT_URLCONF = "heard.urls"
WSGI_APPLICATION = "heard.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Staff"
FORM_RENDERER = "heard.ui.forms.Renderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "heard.ui.context.city",
            ],
            "builtins": ["django.templatetags.i18n", "heard.ui.templatetags.heard"],
        },
    }
]

# --- language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE / "heard" / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# --- files --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = HEARD_DATA / "static"
STATIC_ROOT.mkdir(exist_ok=True)
NODE_MODULES = BASE / "node_modules"
USWDS = NODE_MODULES / "@uswds" / "uswds" / "dist"
STATICFILES_FINDERS = [
    "heard.ui.files.DesignFinder",
    "heard.doors.web.files.MapFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "heard.ui.files.Collected"},
}
# Until files are collected (tests, development) they are served from where they lie.
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["woff2", "png", "jpg", "webp", "svg", "gz", "br"]
MEDIA_ROOT = HEARD_DATA / "media"
FILE_UPLOAD_HANDLERS = [
    "heard.attachments.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
LAKE = HEARD_DATA / "lake"

# --- sign-in ------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["heard.people.backend.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "heard.post.accounts.StaffAccounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,20/15m/ip", "login": "60/m/ip"}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Heard"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
SESSION_COOKIE_AGE = 12 * 3600
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
}

# --- mail ---------------------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if EMAIL_URL:
    EMAIL_HOST = _mail.hostname or ""
    EMAIL_PORT = _mail.port or 25
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_TLS = "tls=1" in _mail.query
    EMAIL_USE_SSL = "ssl=1" in _mail.query
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = HEARD_EMAIL_FROM

# --- tasks --------------------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}


def _hosts(address: str) -> list[str]:
    """The origin of an address as the content policy names it; none where it is unset."""
    parts = urlsplit(address.replace("{s}.", "*."))
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


# --- security -----------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *_hosts(HEARD_MAP_TILES)],
        "font-src": [SELF],
        "connect-src": [SELF, *_hosts(HEARD_MAP_PMTILES)],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_SSL_REDIRECT = False  # the proxy in front does this
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HEARD_TRUST_PROXY else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"heard": {"level": "INFO"}},
}
