#!/bin/sh
# Sees to it that a container engine answers, installing and starting one where that is allowed: on Debian, as root. Ends with 0 when
# `docker info` works, and otherwise says why not and ends with 1; whether to go on without containers is the caller's decision.
set -eu
start_limit_seconds=60

say() { echo "engine.sh: $*" >&2; }
answers() { docker info >/dev/null 2>&1; }

if answers; then
  say "a container engine answers already"
  exit 0
fi
if [ -n "${DOCKER_HOST:-}" ]; then
  say "DOCKER_HOST is $DOCKER_HOST, and no engine answers there; start it, or unset DOCKER_HOST to have one installed here"
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  say "no container engine answers, and only root may install and start one; run this as root, or start docker yourself"
  exit 1
fi

if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null || ! command -v iptables >/dev/null; then
  if ! command -v apt-get >/dev/null; then
    say "no container engine is installed, and this is not Debian; install docker yourself"
    exit 1
  fi
  say "installing docker.io and iptables"
  export DEBIAN_FRONTEND=noninteractive
  if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends docker.io iptables; } >/dev/null; then
    say "apt-get could not install docker.io and iptables"
    exit 1
  fi
fi

log=$(mktemp "${TMPDIR:-/tmp}/dockerd.XXXXXX.log")
say "starting dockerd, whose log is $log"
# In a session of its own, so that it outlives this script and its terminal.
setsid dockerd >"$log" 2>&1 </dev/null &
daemon=$!

waited=0
while [ "$waited" -lt "$start_limit_seconds" ]; do
  if answers; then
    say "the container engine answers"
    exit 0
  fi
  # It ends at once when the package's own service has started another, which then has a few seconds to answer.
  if ! kill -0 "$daemon" 2>/dev/null && [ "$start_limit_seconds" -gt $((waited + 10)) ]; then
    start_limit_seconds=$((waited + 10))
  fi
  sleep 1
  waited=$((waited + 1))
done
say "dockerd did not answer within $waited s; it last said:"
tail -n 20 "$log" >&2
exit 1
