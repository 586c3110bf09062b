# The reference node, run from source by type stripping. The lab sends only node/ and its production dependencies as the build context
# (lab/cluster/docker/images/node-image.ts), so there is nothing to install here, and a base without a shell or npm will do.
ARG BASE=node:24-bookworm-slim
FROM ${BASE}
WORKDIR /app
COPY --chown=1000:1000 node_modules ./node_modules
COPY --chown=1000:1000 node ./node
ENV NODE_ENV=production
USER 1000:1000
ENTRYPOINT []
CMD ["node", "--conditions=raft-lab:source", "node/main.ts"]
