# shellcheck shell=bash
# The private PostGIS cluster in .run/pg. Sourced after lib.sh by script/db and by whoever needs a database.
#
# .run/pg/           belongs to the caller: port, password, log, locks, the `keep` mark
# .run/pg/cluster/   belongs to the user PostgreSQL runs as (it refuses to be root): data
# SOCKET_DIR         short, because a socket's path holds 107 bytes and a project's path may hold more
PG=$RUN/pg
CLUSTER=$PG/cluster
DATA=$CLUSTER/data
ROLE=thuylo
DATABASE=thuylo
SOCKET_DIR=${THUYLO_SOCKET_DIR:-/tmp/thuy-lo-$(printf %s "$PROJECT" | sha256sum | cut -c1-12)}
START_LIMIT_S=60

# ---- which PostgreSQL ------------------------------------------------------------------------------------------------
# A bin directory is fit when the server is there and both extensions can be created. Debian keeps share apart from
# lib, and pg_config may be missing.
pg_fit() {
	local share home=${1%/bin}
	[[ -x $1/postgres && -x $1/initdb ]] || return 1
	for share in "${home/#\/usr\/lib/\/usr\/share}" "$home/share" "$("$1/pg_config" --sharedir 2>/dev/null)"; do
		[[ -e $share/extension/postgis.control && -e $share/extension/pgrouting.control ]] && return
	done
	return 1
}

# Prints " 15" when the data was made by PostgreSQL 15, nothing when there is no data yet.
pg_version() { [[ ! -e $PG/version ]] || printf ' %s' "$(<"$PG/version")"; }

# Prints the bin directory: of the version the data was made with, else the newest that is fit.
pg_bindir() {
	local dir version
	version=$(pg_version)
	while read -r dir; do
		[[ -z $version || $("$dir/postgres" --version 2>/dev/null) == *"$version".* ]] || continue
		pg_fit "$dir" && printf '%s\n' "$dir" && return
	done < <(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -Vr; pg_config --bindir 2>/dev/null || true)
	return 1
}

pg_need_bindir() {
	BINDIR=$(pg_bindir) || die "no PostgreSQL$(pg_version) with PostGIS and pgRouting was found" "$(
		[[ -n $(pg_version) ]] && echo "the data in .run/pg needs that version: install it, or move .run/pg away" || echo "script/bootstrap installs it"
	)"
}

# ---- who runs it -----------------------------------------------------------------------------------------------------
# PostgreSQL refuses to be root, so root lends it to the data's owner, or to the `postgres` user that the package makes.
pg_user() {
	if [[ -d $CLUSTER ]] && [[ $(stat -c %u "$CLUSTER") -ne 0 ]]; then
		stat -c %U "$CLUSTER"
	elif is_root; then
		echo postgres
	else
		id -un
	fi
}

# The server's user may not be able to walk to a clone in root's home. Root can: it opens the directory, and the path
# /proc/self/fd/9 leads there without the walk. HERE is how the server calls $CLUSTER.
HERE=/proc/self/fd/9

# as_pg COMMAND…: runs it as the server's user, with descriptor 9 on the cluster directory and a plain environment.
as_pg() {
	local -a who=()
	is_root && who=(setpriv --reuid "$PG_USER" --regid "$(id -gn "$PG_USER")" --init-groups)
	cd / && exec env -i PATH="$BINDIR:/usr/bin:/bin" LANG=C.UTF-8 "${who[@]}" "$@" 9<"$CLUSTER"
}

# ---- state -----------------------------------------------------------------------------------------------------------
pg_port() { [[ -e $PG/port ]] && cat "$PG/port"; }
pg_url() { printf 'postgis://%s@/%s?host=%s&port=%s\n' "$ROLE" "$DATABASE" "$SOCKET_DIR" "$(pg_port)"; }
pg_psql() { "$BINDIR/psql" -X -q -h "$SOCKET_DIR" -p "$(pg_port)" -U "$ROLE" "$@"; }

# Prints the pid of the running postmaster. A number left in postmaster.pid by a crash may belong to another process now,
# so the process has to stand in our data directory.
pg_pid() {
	local pid
	[[ -r $DATA/postmaster.pid ]] || return 1
	read -r pid <"$DATA/postmaster.pid" || return 1
	[[ $pid =~ ^[0-9]+$ && /proc/$pid/cwd -ef $DATA ]] && printf '%s\n' "$pid"
}

# Any process at all in the data directory: also backends that outlived a killed postmaster.
pg_in_use() {
	local cwd
	for cwd in /proc/[0-9]*/cwd; do
		[[ $cwd -ef $DATA ]] && return 0
	done
	return 1
}

pg_answers() { pg_pid >/dev/null && "$BINDIR/pg_isready" -q -h "$SOCKET_DIR" -p "$(pg_port)" -U "$ROLE" -d postgres; }

# ---- init ------------------------------------------------------------------------------------------------------------
pg_init() {
	[[ -d $DATA ]] && return
	step "making a private PostgreSQL cluster in .run/pg, run by the user $PG_USER"
	id -u "$PG_USER" >/dev/null 2>&1 || die "PostgreSQL can't run as root and there is no user '$PG_USER'" "run as an ordinary user, or: useradd --system $PG_USER"
	(umask 077 && mkdir -p "$CLUSTER")
	rm -rf "$DATA.new" # an initdb that was interrupted
	(umask 077; random_hex 24 >"$PG/password"; cp "$PG/password" "$CLUSTER/password")
	is_root && chown -R "$PG_USER:" "$CLUSTER"
	(as_pg initdb -D "$HERE/data.new" -U "$ROLE" --encoding=UTF8 --locale=C.UTF-8 \
		--auth-local=trust --auth-host=scram-sha-256 --pwfile="$HERE/password") >"$PG/log" 2>&1 ||
		{ tail -n 5 "$PG/log" >&2; die "initdb failed, its last lines are above" "see $PG/log"; }
	rm -f "$CLUSTER/password"
	cp "$DATA.new/PG_VERSION" "$PG/version"
	mv "$DATA.new" "$DATA"
}

# Trust on the socket is safe only because nobody but the server's user (and root) can reach it: the directory is 0700,
# and one that somebody else made under our name is refused.
pg_socket_dir() {
	if mkdir -m 0700 "$SOCKET_DIR" 2>/dev/null; then
		is_root && chown "$PG_USER:" "$SOCKET_DIR"
	fi
	[[ -d $SOCKET_DIR && $(stat -c '%U %a' "$SOCKET_DIR") == "$PG_USER 700" ]] ||
		die "$SOCKET_DIR exists and isn't $PG_USER's own directory with mode 700" "remove it, or set THUYLO_SOCKET_DIR to another short path"
}

pg_choose_port() {
	local port
	port=$(pg_port || true)
	while [[ -z $port ]] || port_taken "$port"; do
		port=$((20000 + RANDOM % 10000)) # below the range that the kernel hands out to clients
	done
	printf '%s\n' "$port" >"$PG/port"
}

# ---- start and stop --------------------------------------------------------------------------------------------------
pg_launch() {
	local pid deadline=$((SECONDS + START_LIMIT_S))
	[[ -e $PG/log ]] && mv -f "$PG/log" "$PG/log.old"
	# setsid: a Ctrl-C for the script that started it isn't meant for the server. 6, 7 and 8 are our locks.
	(as_pg setsid postgres -D "$HERE/data" -p "$(pg_port)" -k "$SOCKET_DIR" -c listen_addresses=127.0.0.1 \
		-c unix_socket_permissions=0700 -c shared_buffers=256MB -c effective_cache_size=1GB -c work_mem=16MB \
		-c maintenance_work_mem=128MB -c max_wal_size=2GB -c random_page_cost=1.1 -c jit=off) \
		</dev/null >"$PG/log" 2>&1 6>&- 7>&- 8>&- &
	pid=$!
	until pg_answers; do
		kill -0 "$pid" 2>/dev/null || return 1
		((SECONDS < deadline)) || return 1
		sleep 0.05
	done
}

pg_start() {
	local try
	PG_USER=$(pg_user)
	[[ $PG_USER == "$(id -un)" ]] || is_root || die "the cluster in .run/pg belongs to $PG_USER" "run this as $PG_USER or root, or move .run/pg away"
	pg_need_bindir
	make_run_dir
	(umask 077 && mkdir -p "$PG")
	exec 8>"$PG/start.lock"
	flock -w "$START_LIMIT_S" 8 || die "another script has been starting or stopping the database for $START_LIMIT_S s" "see $PG/log"
	if ! pg_answers; then
		pg_init
		pg_socket_dir
		# Left behind by a crash or a reboot, and nobody lives here any more.
		pg_in_use || rm -f "$DATA/postmaster.pid" "$SOCKET_DIR"/.s.PGSQL.*
		for try in 1 2 3; do
			pg_choose_port
			step "starting PostgreSQL ($(basename "$(dirname "$BINDIR")")) on $SOCKET_DIR and 127.0.0.1:$(pg_port)"
			pg_launch && break
			if ((try == 3)) || ! grep -q 'could not bind' "$PG/log"; then
				tail -n 10 "$PG/log" >&2
				die "PostgreSQL did not start, its last lines are above" "see $PG/log; script/db stop, then try again"
			fi
			rm -f "$PG/port"
		done
	fi
	[[ -n $(pg_psql -d postgres -Atc "SELECT 1 FROM pg_database WHERE datname = '$DATABASE'") ]] ||
		pg_psql -d postgres -c "CREATE DATABASE $DATABASE"
	exec 8>&-
}

# pg_stop: a fast shutdown. Ends only the postmaster that stands in our data directory.
pg_stop() {
	local pid deadline=$((SECONDS + START_LIMIT_S))
	exec 8>"$PG/start.lock"
	flock -w "$START_LIMIT_S" 8 || die "another script has been starting or stopping the database for $START_LIMIT_S s" "see $PG/log"
	rm -f "$PG/keep"
	if pid=$(pg_pid); then
		step "stopping PostgreSQL"
		kill -INT "$pid"
		while [[ /proc/$pid/cwd -ef $DATA ]]; do
			((SECONDS < deadline)) || die "PostgreSQL (process $pid) has not stopped after $START_LIMIT_S s" "see $PG/log"
			sleep 0.05
		done
		rmdir "$SOCKET_DIR" 2>/dev/null || true
	fi
	exec 8>&-
}

# ---- last one out turns off the light --------------------------------------------------------------------------------
# `keep` holds the pid of a postmaster that somebody asked for by name; such a one is left running.
pg_keep() { pg_pid >"$PG/keep"; }
pg_kept() { [[ -e $PG/keep && $(<"$PG/keep") == "$(pg_pid)" ]]; }

# While a script uses the cluster it holds a shared lock on descriptor 7.
pg_enter() {
	make_run_dir
	(umask 077 && mkdir -p "$PG")
	exec 7>>"$PG/users.lock"
	flock -s -w "$START_LIMIT_S" 7 || die "the database has been stopping for $START_LIMIT_S s" "see $PG/log"
}

pg_leave() {
	pg_kept || ! flock -n -x 7 || pg_stop
	exec 7>&-
}
