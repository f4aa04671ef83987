# One image for every role; the role is the first argument of the entry script.
FROM python:3.12-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends nginx tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /var/lib/giamngheo --create-home giamngheo \
    && install -d -o giamngheo -g giamngheo -m 0700 /var/lib/giamngheo/issuer \
    && install -d -o giamngheo -g giamngheo -m 0755 /var/lib/giamngheo/public

WORKDIR /app
# the packages first: they change seldom
COPY requirements.lock ./
COPY deploy/bootstrap.py deploy/bootstrap.py
RUN python deploy/bootstrap.py --requirements base >/tmp/base.txt \
    && pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r /tmp/base.txt \
    && rm /tmp/base.txt

COPY pyproject.toml LICENSE ./
COPY shared shared
COPY cli cli
COPY simulation simulation
COPY services services
COPY deploy deploy
COPY audit audit
RUN python -m compileall -q shared services deploy cli simulation

ENV PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0
USER giamngheo
ENTRYPOINT ["/app/deploy/container/entry.sh"]
CMD ["help"]
