#!/bin/sh
# Builds one Go program as a static binary, from the module proxy that Go is set up with.
#
#   docker/offline/build-go-binary.sh github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0 .cache/bin/toxiproxy-server
#
# The optional third argument is given to the linker (-ldflags), for instance to set a version.
set -eu
package=${1:?usage: build-go-binary.sh PACKAGE@VERSION OUTPUT [LINKER-FLAGS]}
output=${2:?usage: build-go-binary.sh PACKAGE@VERSION OUTPUT [LINKER-FLAGS]}

if ! command -v go >/dev/null; then
  echo "build-go-binary.sh: Go is not installed; Go 1.23 or newer is needed to build $package" >&2
  exit 69
fi
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
CGO_ENABLED=0 GOBIN="$directory" go install -trimpath -ldflags "-s -w ${3:-}" "$package"

# Moved into place in one step, so that two builds at the same time never show half a file.
mkdir -p "$(dirname "$output")"
built="$output.$$"
cp "$directory"/* "$built"
chmod 0755 "$built"
mv "$built" "$output"
