#!/bin/sh
# Starts one role of the image; what it is given beyond the role is passed on.
set -eu
role=${1:-help}
[ $# -eq 0 ] || shift
case "$role" in
  init) exec python -m deploy.container.init "$@" ;;
  households | loans | sponsorship | reporting) exec python -m "services.$role" web "$@" ;;
  mover | consume) exec python -m services "$role" "$@" ;;
  project) exec python -m services.reporting project "$@" ;;
  gateway) exec nginx -c /app/deploy/container/nginx.conf "$@" ;;
  healthy) exec python -m deploy.container.healthy "$@" ;;
  token) exec python -m cli token --data /var/lib/giamngheo "$@" ;;
  rebuild | recover) exec python -m cli "$role" "$@" ;;
  *)
    echo "roles: init households loans sponsorship reporting gateway mover consume project" >&2
    echo "tools: healthy token rebuild recover" >&2
    exit 2
    ;;
esac
