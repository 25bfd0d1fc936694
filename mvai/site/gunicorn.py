"""gunicorn's settings. The address comes from HOST and PORT."""

import gc
import os

wsgi_app = "mvai.wsgi"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 30
graceful_timeout = 10
keepalive = 5
max_requests = 20_000  # a slow leak never grows old
max_requests_jitter = 2_000
control_socket_disable = True
accesslog = None  # addresses of pages may hold tokens; what was read is in the audit log
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")


def post_worker_init(worker):
    """What was loaded at the start stays: the collector need not look at it at every turn.

    Nor every 700 new objects, Python's own measure: a page makes many times that.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)
