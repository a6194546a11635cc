# The files are checked against the hashes of the lock; then pip, offline, takes of them what the
# service itself needs. The tools of the lock stay behind in the first stage.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m pip download --quiet --disable-pip-version-check --require-hashes --no-deps \
      --only-binary :all: --dest /wheels --requirement requirements.lock
COPY . .
RUN python -m venv /opt/universe \
 && /opt/universe/bin/python -m pip install --quiet --disable-pip-version-check \
      --no-index --find-links /wheels .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/universe --shell /usr/sbin/nologin universe \
 && install --directory --owner universe --group universe --mode 0700 /var/lib/universe
COPY --from=build /opt/universe /opt/universe
ENV PATH=/opt/universe/bin:$PATH UNIVERSE_DATA_DIR=/var/lib/universe PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /var/lib/universe
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=12 \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["universe"]
CMD ["serve"]
