# For people who prefer containers: docs/how-to/set-up.md. The test run doesn't exercise this file.
FROM node:22-slim AS page
WORKDIR /page
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM python:3.12-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends gdal-bin gettext libharfbuzz-subset0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/thuy-lo
COPY requirements/base.txt requirements/
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/base.txt
COPY --from=page /page/node_modules node_modules
COPY . .
# The secret key, the accounts and the static files live in a volume: none of them is part of the image.
ENV THUYLO_RUN_DIR=/var/lib/thuy-lo
RUN useradd --system --create-home app && install -d -o app -m 0700 "$THUYLO_RUN_DIR" && chown -R app locale
USER app
VOLUME /var/lib/thuy-lo
EXPOSE 8000
CMD ["script/container"]
