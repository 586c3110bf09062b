# The reference node, run from source by type stripping. The lab sends only node/ and its production dependencies as the build context
# (lab/cluster/docker/images/node-image.ts), so there is nothing to install here, and a base without a shell or npm will do.
ARG BASE=node:24-bookworm-slim
FROM ${BASE}
WORKDIR /app
COPY --chown=1000:1000 node_modules ./node_modules
COPY --chown=1000:1000 node ./node
USER 1000:1000
ENV NODE_ENV=production NODE_COMPILE_CACHE=/app/node/.compile-cache
# Loads every module once, so that a node starts, and starts again after each kill, with its types stripped and its code compiled.
RUN ["node", "--conditions=raft-lab:source", "--input-type=module", "--eval", "await import('/app/node/index.ts')"]
ENTRYPOINT []
CMD ["node", "--conditions=raft-lab:source", "node/main.ts"]
