# A node in a container. The data directory is a volume: whoever has it has the node, keys included.
FROM node:24-bookworm AS build
WORKDIR /hcfs
# Enough to install what the lock file names, so that a change of the sources does not install it anew.
COPY package.json package-lock.json .npmrc ./
COPY packages/core/package.json packages/core/
COPY packages/crdt/package.json packages/crdt/
COPY packages/vector/package.json packages/vector/
COPY packages/node/package.json packages/node/
COPY packages/sdk/package.json packages/sdk/
COPY packages/server/package.json packages/server/
COPY packages/mcp/package.json packages/mcp/
COPY packages/cli/package.json packages/cli/
RUN npm ci --no-audit --no-fund
COPY . .
RUN npx tsc -b && npm prune --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
COPY --from=build /hcfs /hcfs
RUN ln -s /hcfs/bin/hcfs /usr/local/bin/hcfs && mkdir /data && chown node:node /data
USER node
ENV HCFS_DIR=/data
VOLUME /data
EXPOSE 4001
ENTRYPOINT ["hcfs"]
CMD ["start", "--listen", "/ip4/0.0.0.0/tcp/4001"]
