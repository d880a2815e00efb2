#!/bin/sh
# Starts nginx in the foreground. A master killed with -9 leaves its workers behind, and they keep
# the port: a new master could never bind it. They are found by the old master's process group, and
# are ours only if they work in our directory.
set -eu
nginx=$1
config=$2
if group=$(cat nginx.pid 2>/dev/null) && [ -n "$group" ]; then
    for process in $(pgrep -g "$group" nginx || true); do
        if [ "$(readlink "/proc/$process/cwd")" = "$PWD" ]; then
            kill -9 "$process" 2>/dev/null || true
        fi
    done
fi
exec "$nginx" -p "$PWD/" -c "$config" -e stderr -g 'daemon off;'
