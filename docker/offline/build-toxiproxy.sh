#!/bin/sh
# Builds the Toxiproxy server of the version whose API our own proxy speaks, for the conformance tests.
#
#   docker/offline/build-toxiproxy.sh .cache/bin        makes .cache/bin/toxiproxy-server, where the tests look for it
set -eu
directory=${1:?usage: build-toxiproxy.sh DIRECTORY}
version=2.12.0
"$(dirname "$0")/build-go-binary.sh" \
  "github.com/Shopify/toxiproxy/v2/cmd/server@v$version" \
  "$directory/toxiproxy-server" \
  "-X github.com/Shopify/toxiproxy/v2.Version=$version"
echo "built $directory/toxiproxy-server; another place is named to the tests by RAFT_LAB_TOXIPROXY"
