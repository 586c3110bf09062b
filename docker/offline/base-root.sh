#!/bin/sh
# Writes the root file system of a base image as a tar to standard output: the host's Node, the libraries it needs, and a static busybox
# as the shell where the host has one (Debian: apt-get install busybox-static). Without one the image has no shell, and needs none.
#
#   docker/offline/base-root.sh "$(command -v node)" | docker import - my-base
set -eu
node=$(readlink -f "${1:?usage: base-root.sh PATH-OF-NODE}")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

install -D -m 0755 "$node" "$root/usr/local/bin/node"
ldd "$node" | grep -o '/[^ ]*' | while read -r library; do
  install -D -m 0755 "$library" "$root$library"
done

busybox=$(command -v busybox || true)
if [ -n "$busybox" ] && ! ldd "$busybox" >/dev/null 2>&1; then
  install -D -m 0755 "$busybox" "$root/bin/busybox"
  for applet in $("$busybox" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
  done
fi

mkdir -p "$root/etc" "$root/tmp"
chmod 1777 "$root/tmp"
printf 'root:x:0:0:root:/:/bin/sh\nnode:x:1000:1000::/:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\nnode:x:1000:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
chmod 0755 "$root" "$root/etc"
tar --create --numeric-owner --owner=0 --group=0 --directory "$root" .
