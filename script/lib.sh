# shellcheck shell=bash
# What every script here shares: paths, messages, and the database cluster's life.
# Sourced, never run.
set -Eeuo pipefail
trap 'printf "✗ %s, line %s: failed: %s\n" "${BASH_SOURCE[0]-}" "$LINENO" "$BASH_COMMAND" >&2' ERR # nothing ends in silence

PROJECT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
RUN=${THUYLO_RUN_DIR:-$PROJECT/.run} # everything made on this machine; git ignores it
# shellcheck disable=SC2034  # used by those who source this
PYTHON=$PROJECT/.venv/bin/python

step() { printf '· %s\n' "$*"; }
warn() { printf '! %s\n' "$*" >&2; }
# die WHAT-WAS-WRONG WHAT-TO-DO [STATUS]
die() {
	printf '✗ %s\n  → %s\n' "$1" "$2" >&2
	exit "${3:-1}"
}

is_root() { [[ $EUID -eq 0 ]]; }
have() { command -v "$1" >/dev/null 2>&1; }
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

make_run_dir() {
	(umask 077 && mkdir -p "$RUN") 2>/dev/null || true
	[[ -w $RUN ]] && return
	die "$(id -un) can't write to $RUN" "run this as $(stat -c %U "$RUN" 2>/dev/null || stat -c %U "$PROJECT"), the owner"
}

# logged NAME WHAT-TO-DO COMMAND…: keeps what a talkative tool says in .run/NAME.log, and shows its end if it fails.
logged() {
	local log=$RUN/$1.log advice=$2
	shift 2
	"$@" </dev/null >"$log" 2>&1 && return
	tail -n 15 "$log" >&2
	die "$1 failed, the end of what it said is above" "$advice; all of it is in $log"
}

# random_hex BYTES
random_hex() { head -c "$1" /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

# fingerprint FILE…: what a stamp compares, so that a step runs again only when one of its inputs changed.
fingerprint() { (cd "$PROJECT" && { printf '%s\n' "$PROJECT" && cat -- "$@"; } | sha256sum | cut -c1-64); }
stamped() { [[ -e $RUN/stamps/$1 && $(<"$RUN/stamps/$1") == "$2" ]]; }
stamp() { (umask 077 && mkdir -p "$RUN/stamps" && printf '%s\n' "$2" >"$RUN/stamps/$1"); }
