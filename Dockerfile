# Klyngebot: docker build -t klyngebot . && docker run -e TELEGRAM_BOT_TOKEN=... -v klyngebot:/data klyngebot
# For PostgreSQL: docker build --build-arg REQUIREMENTS=postgres ...

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
ARG REQUIREMENTS=run
WORKDIR /src
RUN python -m venv --without-pip /venv
COPY requirements/build.txt requirements/${REQUIREMENTS}.txt requirements/
RUN pip install --quiet --require-hashes --only-binary :all: -r requirements/build.txt \
 && pip --python /venv/bin/python install --quiet --require-hashes --only-binary :all: -r requirements/${REQUIREMENTS}.txt \
 && find /venv -type d -name tests -prune -exec rm -r {} +
COPY pyproject.toml README.md ./
COPY bot bot
RUN pip wheel --quiet --no-index --no-deps --no-build-isolation --wheel-dir /wheel . \
 && pip --python /venv/bin/python install --quiet --no-index --no-deps /wheel/*.whl

FROM python:3.13-slim
RUN useradd --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin klyngebot \
 && install -d -o klyngebot -g klyngebot /data
COPY --from=build /venv /venv
COPY knowledge /app/knowledge
COPY examples /app/examples
WORKDIR /app

# Nothing is written outside /data, so the root may be read-only (docker run --read-only).
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 TMPDIR=/data \
    KNOWLEDGE_DIR=/app/knowledge DATABASE_URL=sqlite:////data/klyngebot.sqlite3 LISTEN=127.0.0.1:8080
# What is learnt from the knowledge base as shipped; a new volume starts with it, so the first start takes seconds.
USER 10001:10001
RUN klyngebot ask hei >/dev/null
VOLUME /data
STOPSIGNAL SIGTERM

# 503 is an error to urlopen. On the container's own loopback, whichever addresses LISTEN opens; only its port counts.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-Ic", \
    "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['LISTEN'].rpartition(':')[2] + '/ready', timeout=4)"]

# The preview from outside: docker run -p 127.0.0.1:8080:8080 -e LISTEN=0.0.0.0:8080 klyngebot preview
ENTRYPOINT ["klyngebot"]
CMD ["run"]
