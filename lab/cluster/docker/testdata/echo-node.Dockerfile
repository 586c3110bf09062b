# The node of the clusters' tests. It runs as nobody in particular, as a student's may.
ARG BASE=node:24-bookworm-slim
FROM ${BASE}
COPY lab/cluster/testdata/echo-node.mjs /echo-node.mjs
USER 12345:12345
ENTRYPOINT []
CMD ["node", "/echo-node.mjs"]
