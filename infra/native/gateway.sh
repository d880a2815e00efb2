#!/bin/sh
# Starts nginx in the foreground. A master killed with -9 leaves its workers behind, and they keep
# the port: a new master could never bind it. Workers are known by their directory, which is ours.
set -eu
nginx=$1
config=$2
for process in /proc/[0-9]*; do
    pid=${process#/proc/}
    [ "$pid" != "$$" ] || continue
    [ "$(readlink "$process/cwd" 2>/dev/null)" = "$PWD" ] || continue
    case $(readlink "$process/exe" 2>/dev/null) in
        */nginx | */nginx\ \(deleted\)) kill -9 "$pid" 2>/dev/null || true ;;
    esac
done
exec "$nginx" -p "$PWD/" -c "$config" -e stderr -g 'daemon off;'
