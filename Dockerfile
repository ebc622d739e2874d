# syntax=docker/dockerfile:1
# One image for web, worker, beat and migrations; docker-compose.yml says which is which.

FROM node:24-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 UV_LINK_MODE=copy
WORKDIR /app
COPY requirements/tools.txt requirements/tools.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/tools.txt
COPY requirements.txt ./
RUN python -m venv --without-pip /opt/venv \
 && uv pip sync --no-cache --compile-bytecode --require-hashes --python /opt/venv/bin/python requirements.txt
COPY . .
COPY --from=assets /app/node_modules node_modules
# The settings insist on their secrets; these stand in while files are collected and are not kept.
RUN python bin/vendor && rm -rf node_modules \
 && PYTHON=/opt/venv/bin/python bin/compile-messages \
 && SECRET_KEY=build ALLOWED_HOSTS=build DATABASE_URL=postgres:///build \
    DJANGO_SETTINGS_MODULE=helpdesk.settings.production /opt/venv/bin/python manage.py collectstatic --noinput -v 0

FROM python:3.12-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=helpdesk.settings.production VAR_DIR=/data
RUN useradd --system --uid 10001 --home-dir /data tuntas && install -d -o tuntas -g tuntas -m 700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER tuntas
VOLUME /data
EXPOSE 8000
CMD ["uvicorn", "helpdesk.server:application", "--host", "0.0.0.0", "--port", "8000", "--lifespan", "off", \
     "--timeout-graceful-shutdown", "3", "--no-access-log", "--no-server-header"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
