# Three stages: front-end packages, Python packages, and a small image that runs as nobody special.
FROM node:22-slim AS front-end
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.12-slim AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/pip install --require-hashes --no-deps -r requirements.lock

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/mvai --create-home --shell /usr/sbin/nologin mvai
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    MVAI_ENV=production \
    MVAI_VAR=/var/lib/mvai \
    MVAI_STATIC=/srv/mvai/staticfiles
WORKDIR /srv/mvai
COPY --from=packages /venv /venv
COPY --from=front-end /src/node_modules ./node_modules
COPY manage.py ./
COPY mvai ./mvai
COPY requests ./requests
COPY advisors ./advisors
COPY resources ./resources
COPY templates ./templates
COPY static ./static
COPY locale ./locale
# Collected with development's settings: no secret is needed to copy files.
RUN MVAI_ENV=development python manage.py catalogs && MVAI_ENV=development python manage.py collectstatic --noinput --verbosity=0 && find node_modules -mindepth 1 -maxdepth 1 ! -name dejavu-fonts-ttf -exec rm -rf {} +
USER mvai
VOLUME /var/lib/mvai
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "manage.py", "probe", "web"]
CMD ["python", "-m", "gunicorn", "mvai.wsgi", "--config", "python:mvai.site.gunicorn"]
