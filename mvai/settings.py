"""Settings, from the environment. Production refuses to start when something is missing."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from mvai import env
from mvai.outbox.limits import paced

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.Environment()
VAR = Path(ENVIRONMENT.text("MVAI_VAR", str(ROOT / "var")))
DEMO = ENVIRONMENT.flag("MVAI_DEMO")
DEBUG = False  # error pages are ours in every environment: nobody ever sees a traceback

SECRET_KEY = ENVIRONMENT.required(
    "SECRET_KEY", "sessions and links are signed with it", default="development-only-" + "k" * 50
)
SECRET_KEY_FALLBACKS = ENVIRONMENT.names("SECRET_KEY_FALLBACKS")
MFA_KEY = ENVIRONMENT.required(
    "MFA_KEY",
    "second-factor secrets are encrypted with it (make one with `manage.py make_mfa_key`)",
    default="ZGV2ZWxvcG1lbnQtb25seS1rZXktb2YtMzItYnl0ZXM=",
)
AUDIT_KEYS = ENVIRONMENT.required(
    "AUDIT_KEYS",
    "the audit log is sealed with it (make one with `manage.py audit make_key`)",
    default="development-only-audit-key",
)
# Where entries go as lines once they are sealed: "stdout", or a file. Blank: nowhere.
AUDIT_STREAM = ENVIRONMENT.text("AUDIT_STREAM")
SITE_URL = ENVIRONMENT.required(
    "SITE_URL", "links in messages start with it", default="http://localhost:8000"
).rstrip("/")
ALLOWED_HOSTS = ENVIRONMENT.names("ALLOWED_HOSTS") or (
    [] if ENVIRONMENT.is_production else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
if ENVIRONMENT.is_production:
    ENVIRONMENT.required("ALLOWED_HOSTS", "the host names this site answers to")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https") else []

# What the pages say about the program. Blank means the line is left out.
PROGRAM_NUMBER = ENVIRONMENT.text("PROGRAM_NUMBER", "(800) 555-0100" if DEMO else "")
CALLS_COME_FROM = ENVIRONMENT.text("CALLS_COME_FROM", PROGRAM_NUMBER)
AWARD_NUMBER = ENVIRONMENT.text("AWARD_NUMBER")
AWARD_DISCLAIMER = ENVIRONMENT.text("AWARD_DISCLAIMER")  # counsel's own words, instead of ours
# Where counsel finds that the forms collect information under the Paperwork Reduction Act.
OMB_NUMBER = ENVIRONMENT.text("OMB_NUMBER")
OMB_EXPIRES = ENVIRONMENT.text("OMB_EXPIRES")  # as it is to be printed: "11/30/2028"
OMB_BURDEN = ENVIRONMENT.text("OMB_BURDEN")
# Whether community, faith and clinical people may offer to become advisors as well.
SECOND_WAVE = ENVIRONMENT.flag("SECOND_WAVE")
PROGRAM_PAGE = "https://www.theiacp.org/projects/mass-violence-advisory-initiative"
VERSION = "0.1.0"

INSTALLED_APPS = [
    "mvai.site",
    "mvai.dashboard",
    "requests",
    "advisors",
    "resources",
    "mvai.duty",
    "mvai.accounts",
    "mvai.outbox",
    "mvai.people",
    "mvai.agencies",
    "mvai.taxonomy",
    "mvai.audit",
    "mvai.web",
    "pgtrigger",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_filters",
    "csp",
    "phonenumber_field",
    "django.contrib.postgres",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "mvai.site.static_files.ServedFiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mvai.web.middleware.CompressMiddleware",
    "mvai.web.middleware.PlainRequestMiddleware",
    "mvai.audit.middleware.RememberWhere",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mvai.web.languages.LanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "mvai.accounts.lockout.middleware.LockoutMiddleware",
    "mvai.accounts.lock.middleware.LockMiddleware",
    "mvai.accounts.middleware.SecondFactorMiddleware",
    "mvai.web.middleware.LocalTimeMiddleware",
]

ROOT_URLCONF = "mvai.urls"
WSGI_APPLICATION = "mvai.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "mvai.site.context_processors.site",
            ],
            "builtins": ["django.templatetags.i18n", "mvai.web.templatetags.web"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# Database. The owner migrates; the application may not change or remove audit rows.
_DATABASE_URL = ENVIRONMENT.required(
    "DATABASE_URL",
    "the PostgreSQL database, as postgres://user:password@host:port/name",
    default="postgres://mvai@127.0.0.1:5432/mvai",
)
DATABASES = {
    "default": env.database(_DATABASE_URL)
    | {
        "CONN_MAX_AGE": ENVIRONMENT.number("CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": ENVIRONMENT.text("MVAI_TEST_DATABASE", "test_mvai")},
    }
}
DATABASES["default"]["OPTIONS"] |= {
    "connect_timeout": 5,
    "application_name": ENVIRONMENT.text("MVAI_PROCESS", "mvai"),
    "options": "-c statement_timeout=30s -c lock_timeout=5s"
    " -c idle_in_transaction_session_timeout=60s",
}
DATABASE_OWNER_URL = ENVIRONMENT.text("DATABASE_OWNER_URL", _DATABASE_URL)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis is the broker and nothing else: cache, sessions and rates live in PostgreSQL.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        # Rates live here. Django's own 300 would let anybody push out the count of their tries.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
SESSION_ENGINE = "mvai.accounts.sessions"
# A sign-in is over after 12 hours (mvai/accounts/lock/rules.py). Its cookie lasts a little longer,
# so that the next page says so and keeps what was being written.
SESSION_COOKIE_AGE = int(timedelta(hours=12, minutes=45).total_seconds())
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Celery. These are the patient settings of worker and beat; a web process rings the doorbell over
# a connection of its own, with short time-outs (mvai/outbox/doorbell.py).
CELERY_BROKER_URL = ENVIRONMENT.required(
    "REDIS_URL", "the Redis broker, as redis://host:port/0", default="redis://127.0.0.1:6379/0"
)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "queue_order_strategy": "priority",  # urgent before routine, always
    "socket_connect_timeout": 3,
    "socket_timeout": 10,  # longer than the worker's blocking read, which lasts 1 s
    "socket_keepalive": True,
    "health_check_interval": 5,
    "visibility_timeout": 600,
}
CELERY_TASK_QUEUES = [Queue("urgent"), Queue("routine")]  # in the order they are served
CELERY_TASK_DEFAULT_QUEUE = "routine"
CELERY_TASK_ROUTES = {"outbox.sweep": {"queue": "urgent"}}  # the rest is routine, or says so
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # a ring that was heard and lost is made good by a sweep
CELERY_TASK_TIME_LIMIT = 300  # seconds; a hand-over that hangs must not hold a worker for good
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_DB_REUSE_MAX = 2**31  # Celery would connect anew for each task; see mvai/celery.py
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "mvai.outbox.beat:HeardScheduler"
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "outbox.sweep", "schedule": 5.0, "options": {"expires": 10}},
    "sweep_routine": {"task": "outbox.sweep_routine", "schedule": 5.0, "options": {"expires": 10}},
}

# Messages
# Chat rooms' addresses may not lead inside; the demonstration's own sink is the exception.
WEBHOOKS_INSIDE = [] if ENVIRONMENT.is_production else ENVIRONMENT.names("WEBHOOKS_INSIDE")
# The library's addresses may not lead inside either, but in tests.
LINKS_INSIDE = [] if ENVIRONMENT.is_production else ENVIRONMENT.names("LINKS_INSIDE")
# How fast each channel may be used, by all processes together.
CHANNEL_LIMITS = {
    "sms": paced(ENVIRONMENT.number("SMS_PER_SECOND", 20), ENVIRONMENT.number("SMS_AT_ONCE", 8)),
    "voice": paced(ENVIRONMENT.number("CALLS_PER_SECOND", 5), at_once=6),
    "email": paced(
        ENVIRONMENT.number("EMAILS_PER_SECOND", 50), ENVIRONMENT.number("EMAILS_AT_ONCE", 8)
    ),
    "chat": paced(5, at_once=4),
}
globals().update(
    env.smtp(
        ENVIRONMENT.required(
            "EMAIL_URL",
            "the mail server, as smtp+tls://user:password@host:587",
            default="smtp://127.0.0.1:1025",
        )
    )
)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENVIRONMENT.required(
    "EMAIL_FROM", "messages come from this address", default="MVAI <portal@mvai.example>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The gateway for texts and calls; its token signs what it tells us as well.
GATEWAY_URL = ENVIRONMENT.required(
    "GATEWAY_URL", "texts and calls leave through this gateway", default="http://127.0.0.1:1026"
)
GATEWAY_ACCOUNT = ENVIRONMENT.required(
    "GATEWAY_ACCOUNT", "the account at the gateway", default="demonstration"
)
GATEWAY_TOKEN = ENVIRONMENT.required(
    "GATEWAY_TOKEN", "the gateway's token, for its signatures too", default="demonstration"
)
SMS_FROM = ENVIRONMENT.required(
    "SMS_FROM", "text messages come from this number", default="+18005550100"
)
VOICE_FROM = ENVIRONMENT.text("VOICE_FROM", SMS_FROM)
OPERATOR_WEBHOOK = ENVIRONMENT.text("OPERATOR_WEBHOOK")  # told like OPERATOR_EMAILS, by JSON
DEADMAN_URL = ENVIRONMENT.text("DEADMAN_URL")  # asked once a minute while all is well
METRICS_TOKEN = ENVIRONMENT.text("METRICS_TOKEN")
BACKUP_KEYS = ENVIRONMENT.names("BACKUP_KEYS")  # public keys; `manage.py make_backup_key`
# What people write to us: the mailbox that is looked into, and its address. Blank: none is.
INBOX_URL = ENVIRONMENT.text("INBOX_URL")
INBOX_ADDRESS = ENVIRONMENT.text(
    "INBOX_ADDRESS",
    env.mailbox_address(INBOX_URL, may_be_in_clear=not ENVIRONMENT.is_production),
)
# A test message goes to this address every few minutes; from our own mailbox it comes back.
CYCLE_ADDRESS = ENVIRONMENT.text("CYCLE_ADDRESS", INBOX_ADDRESS)
CYCLE_COMES_BACK = bool(INBOX_URL) and CYCLE_ADDRESS.lower() == INBOX_ADDRESS.lower()
OPERATOR_EMAILS = ENVIRONMENT.names("OPERATOR_EMAILS") or (
    [] if ENVIRONMENT.is_production else ["operator@mvai.example"]
)
if ENVIRONMENT.is_production:
    ENVIRONMENT.required("OPERATOR_EMAILS", "who is told when messages stop moving")

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["mvai.accounts.backends.AccountBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "mvai.accounts.passphrases.PassphraseValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard:home"
LOGOUT_REDIRECT_URL = "requests:landing"
ACCOUNT_ADAPTER = "mvai.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by invitation; there is no sign-up
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Wrong tries are counted by mvai/accounts/lockout instead: in a table, apart for known browsers.
ACCOUNT_RATE_LIMITS = {"login_failed": None}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE; the form asks nothing about it
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "mvai.accounts.password_links.PasswordLinks"  # noqa: S105 - a name
ACCOUNT_FORMS = {
    "login": "mvai.accounts.forms.LoginForm",
    "reauthenticate": "mvai.accounts.forms.ReauthenticateForm",
    "change_password": "mvai.accounts.forms.ChangePasswordForm",
    "set_password": "mvai.accounts.forms.SetPasswordForm",
    "reset_password": "mvai.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "mvai.accounts.forms.ResetPasswordKeyForm",
}
MFA_ADAPTER = "mvai.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Browsers take http://localhost for safe and nothing else without TLS; the library asks.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENVIRONMENT.is_production
MFA_ALLOW_UNVERIFIED_EMAIL = True  # whoever makes an account vouches for its address
MFA_FORMS = {
    "authenticate": "mvai.accounts.forms.AuthenticateForm",
    "reauthenticate": "mvai.accounts.forms.ReauthenticateMFAForm",
    "activate_totp": "mvai.accounts.forms.ActivateTOTPForm",
    "add_webauthn": "mvai.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "mvai.accounts.forms.RenamePasskeyForm",
    "authenticate_webauthn": "mvai.accounts.forms.AuthenticatePasskeyForm",
    "login_webauthn": "mvai.accounts.forms.LoginPasskeyForm",
    "reauthenticate_webauthn": "mvai.accounts.forms.ReauthenticatePasskeyForm",
}
MFA_TOTP_ISSUER = "MVAI Portal"
USERSESSIONS_TRACK_ACTIVITY = False

# Language and time. Times are shown in the reader's zone, named ("2:12 p.m. CT").
# The desk, advisors and staff read English. What leaders read speaks every language that has a
# catalog in locale/; one more language is one more catalog, and its name here (ADR 29).
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/New_York"  # the desk's
PHONENUMBER_DEFAULT_REGION = "US"
PHONENUMBER_DB_FORMAT = "E164"

# Static files: front-end packages come from npm at install time, never committed.
STATIC_URL = "/static/"
STATIC_ROOT = Path(ENVIRONMENT.text("MVAI_STATIC", str(ROOT / "staticfiles")))
STATICFILES_DIRS = [
    ROOT / "static",
    ("bootstrap", ROOT / "node_modules" / "bootstrap" / "dist"),
    ("htmx", ROOT / "node_modules" / "htmx.org" / "dist"),
]
FONTS = ROOT / "node_modules" / "dejavu-fonts-ttf" / "ttf"  # read for PDFs, never served
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "mvai.site.joined.JoinedFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR / "media"
# The scanner that files of the library are shown to: unix:/folder/clamd.sock, or host:port. Blank:
# none, and a second person lets a file through.
CLAMD = env.scanner(ENVIRONMENT.text("CLAMD"))
# Whether the library's addresses are tried each week by themselves; editors can at any time.
LINK_CHECK = ENVIRONMENT.text("LINK_CHECK", "on" if ENVIRONMENT.is_production else "off") == "on"
# Devices keep the way in for when there is no network; "off" makes them forget it again.
OFFLINE_COPY = ENVIRONMENT.text("OFFLINE_COPY", "on").lower() not in {"off", "0", "no", "false"}

# The browser's side of security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "report-uri": "/browser-reports/",
        "report-to": "portal",
    }
}
REPORTING_ENDPOINTS = 'portal="/browser-reports/"'
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = False  # but in production, below
ATTEMPT_COOKIE_NAME = "attempt"  # one call for help in several tabs is one request
DEVICE_COOKIE_NAME = "device"  # which accounts were signed in to here before
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "mvai.site.views.csrf_failure"
# From when a filing is marked "check first" (requests/rules/doubts.py, ADR 0024).
FILING_FASTEST_SECONDS = ENVIRONMENT.number("FILING_FASTEST_SECONDS", 2)
FILINGS_PER_PAGE = ENVIRONMENT.number("FILINGS_PER_PAGE", 3)
FILINGS_PER_NUMBER = ENVIRONMENT.number("FILINGS_PER_NUMBER", 3)
FILINGS_PER_ADDRESS = ENVIRONMENT.number("FILINGS_PER_ADDRESS", 8)
FILINGS_BUSY = ENVIRONMENT.number("FILINGS_BUSY", 20)
FILINGS_CEILING = ENVIRONMENT.number("FILINGS_CEILING", 25)
TRUSTED_PROXIES = ENVIRONMENT.number("TRUSTED_PROXIES", 0)
if ENVIRONMENT.is_production:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    ATTEMPT_COOKIE_NAME = "__Host-attempt"
    DEVICE_COOKIE_NAME = "__Host-device"
    CSRF_COOKIE_NAME = "__Host-csrf"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # two texts of the library of 100,000 characters, encoded
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
FILE_UPLOAD_HANDLERS = ["mvai.web.uploads.NoFiles"]

# Logs hold ids, never names, numbers or tokens.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "mvai.web.logs.ScrubbingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": ENVIRONMENT.text("LOG_LEVEL", "INFO")},
    "loggers": {"httpx": {"level": "WARNING"}, "mail.log": {"level": "ERROR"}},
}

ENVIRONMENT.refuse_if_incomplete()
