# shellcheck shell=bash
# What script/bootstrap does, one function a step. Sourced after lib.sh and pg.sh.
# Each step looks first whether there is anything to do, so that a second run is quick.

# ---- Python ----------------------------------------------------------------------------------------------------------
PYTHON_MIN="3, 11"

# Prints the first interpreter that is new enough. The project's own .venv, if activated, isn't what makes .venv, and
# isn't remade by another Python for being activated.
find_python() {
	local name PATH=${PATH//"$PROJECT/.venv/bin:"/}
	for name in python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
		have "$name" && "$name" -c "import sys; sys.exit(sys.version_info < ($PYTHON_MIN) or sys.prefix != sys.base_prefix)" 2>/dev/null &&
			command -v "$name" && return
	done
	return 1
}

# pip_install PYTHON ARGUMENT…: locked packages with their hashes. Wheels only: nothing is compiled, no build script runs.
pip_install() {
	logged pip "behind a proxy or mirror, set pip's own settings (pip config); then run this again" \
		"$1" -m pip install --disable-pip-version-check --no-input --require-hashes --only-binary :all: "${@:2}"
}

# install_python PYTHON base|dev: .venv with the locked packages.
install_python() {
	local -a files=(requirements/base.txt) args=()
	local want python=$1 file
	[[ $2 == dev ]] && files+=(requirements/dev.txt)
	want=$("$python" -V)
	# A moved project needs a new .venv too: its commands hold the old path.
	if [[ $("$PYTHON" -V 2>/dev/null) != "$want" ]] || ! head -n 3 "${PYTHON%/*}/pip" 2>/dev/null | grep -qF "$PYTHON"; then
		step "creating .venv with $want"
		"$python" -m venv --clear "$PROJECT/.venv" || die "$python can't create .venv" "see above; on Debian: apt-get install python3-venv"
		rm -f "$RUN/stamps/python-"*
	fi
	want=$(fingerprint "${files[@]}")
	stamped "python-$2" "$want" && return
	for file in "${files[@]}"; do args+=(-r "$PROJECT/$file"); done
	step "installing Python packages from ${files[*]} (hashes checked)"
	pip_install "$PYTHON" "${args[@]}"
	stamp "python-$2" "$want"
}

# ---- system packages -------------------------------------------------------------------------------------------------
# Prints what is missing, one a line: "role<tab>apt package". What PostgreSQL's packages are called is known after update.
missing_packages() {
	local python=$1 browser=$2
	[[ -n ${DATABASE_URL:-} ]] || pg_bindir >/dev/null || printf 'PostgreSQL with PostGIS 3 and pgRouting\tpostgresql\n'
	have ogr2ogr || printf 'GDAL (brings GEOS and PROJ)\tgdal-bin\n'
	have msgfmt || printf 'gettext\tgettext\n'
	# WeasyPrint sets the texts of PDF files with it.
	has_library 'libpangoft2-1\.0\.so\.0' || printf 'Pango (sets the text of PDF files)\tlibpangoft2-1.0-0\n'
	has_library 'libharfbuzz-subset\.so\.0' || printf 'HarfBuzz (puts fonts into PDF files)\tlibharfbuzz-subset0\n'
	[[ -e /etc/ssl/certs/ca-certificates.crt || -d /etc/pki/tls ]] || printf 'CA certificates\tca-certificates\n'
	"$python" -c 'import ensurepip, venv' 2>/dev/null ||
		printf 'venv and pip for Python\t%s\n' "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
	[[ -z $browser ]] || find_chromium >/dev/null || printf 'Chromium (for the browser tests)\tchromium\n'
	# Playwright's driver is a Node of its own that is linked to it, and nothing else here brings it.
	[[ -z $browser ]] || has_library 'libatomic\.so\.1' || printf 'libatomic (for the browser tests)\tlibatomic1\n'
}

# Not through a pipe: grep is done before ldconfig is, and a pipe that breaks counts as a failure here.
has_library() { grep -q "$1" <<<"$(/sbin/ldconfig -p)"; }

find_chromium() { command -v chromium || command -v google-chrome; }

# Ubuntu's archive has Chromium only as a snap, which the tests can't drive: Playwright brings its own there.
install_browser() {
	find_chromium >/dev/null && return
	stamped browser "$("$PYTHON" -m playwright --version)" && return
	step "installing Playwright's Chromium, for the browser tests"
	"$PYTHON" -m playwright install --with-deps chromium || die "Playwright could not install Chromium" "see above, or install a package that gives the command chromium"
	stamp browser "$("$PYTHON" -m playwright --version)"
}

as_root() {
	if is_root; then "$@"; else sudo -- "$@"; fi
}

# The PostgreSQL for which the distribution has both extensions; the newest if it has several.
apt_postgresql() {
	local n
	n=$(apt-cache pkgnames postgresql- | sed -nE 's/^postgresql-([0-9]+)-pgrouting$/\1/p' | sort -rn | while read -r n; do
		apt-cache show "postgresql-$n-postgis-3" >/dev/null 2>&1 && echo "$n" && break
	done)
	[[ -n $n ]] || die "no PostgreSQL with PostGIS 3 and pgRouting is in this system's package lists" \
		"enable the distribution's full archive (on Ubuntu: universe), or set DATABASE_URL to a PostGIS elsewhere"
	printf 'postgresql-%s\npostgresql-%s-postgis-3\npostgresql-%s-pgrouting\n' "$n" "$n" "$n"
}

# apt_names: what is missing, under the names this distribution gives it.
apt_names() {
	local package
	while read -r package; do
		case $package in
		postgresql) apt_postgresql ;;
		chromium) ! apt-cache show chromium >/dev/null 2>&1 || echo chromium ;; # install_browser knows another way
		*) echo "$package" ;;
		esac
	done
}

install_system() {
	local missing names dropin=/etc/postgresql-common/createcluster.d/thuy-lo.conf
	local -a packages
	missing=$(missing_packages "$1" "$2")
	[[ -n $missing ]] || return 0
	have apt-get || die "missing, and this system has no apt: $(cut -f1 <<<"$missing" | paste -sd ';' | sed 's/;/; /g')" \
		"install these with your package manager, then run this again" 3
	is_root || have sudo || die "missing packages: $(cut -f2 <<<"$missing" | paste -sd ' ')" \
		"as root: apt-get install --no-install-recommends $(cut -f2 <<<"$missing" | sed 's/^postgresql$/postgresql postgresql-N-postgis-3 postgresql-N-pgrouting/' | paste -sd ' ')"
	step "reading the package lists (apt-get update)"
	logged apt-get "check the network and /etc/apt" as_root apt-get update
	names=$(cut -f2 <<<"$missing" | apt_names)
	[[ -n $names ]] || return 0
	mapfile -t packages <<<"$names"
	step "installing system packages: ${packages[*]}"
	# We make a cluster of our own: the package need not make and start one for the whole machine.
	if [[ ${packages[*]} == *postgresql* && ! -e $dropin ]]; then
		as_root sh -c "mkdir -p '${dropin%/*}' && echo 'create_main_cluster = false' >'$dropin'"
		trap 'as_root rm -f /etc/postgresql-common/createcluster.d/thuy-lo.conf' EXIT
	fi
	logged apt-get "run this again when it is mended" as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "${packages[@]}"
	as_root rm -f "$dropin"
	trap - EXIT
}

# ---- what the page loads ---------------------------------------------------------------------------------------------
good_npm() { have npm && [[ $(npm --version 2>/dev/null | cut -d. -f1) -ge 7 ]] 2>/dev/null; }

install_javascript() {
	local want npm=npm node_path=$PATH omit=--omit=dev
	want=$(fingerprint package.json package-lock.json)
	# axe, which the browser tests hold the page against; nobody is sent it. Where it is already, it stays.
	if [[ -n ${BROWSER:-} ]] || stamped javascript "$want--include=dev"; then omit=--include=dev; fi
	want+=$omit
	[[ -d $PROJECT/node_modules ]] && stamped javascript "$want" && return
	if ! good_npm; then
		step "no npm here: borrowing one from a Python package for this step"
		"$1" -m venv --clear "$RUN/node-venv"
		pip_install "$RUN/node-venv/bin/python" -r "$PROJECT/requirements/node.txt"
		npm=$RUN/node-venv/bin/npm node_path=$RUN/node-venv/bin:$PATH
	fi
	step "installing the page's libraries from package-lock.json (hashes checked, no install scripts)"
	(cd "$PROJECT" && PATH=$node_path logged npm "check npm's own settings (npm config list), then run this again" \
		"$npm" ci --ignore-scripts "$omit" --no-audit --no-fund --loglevel=error)
	rm -rf "$RUN/node-venv"
	stamp javascript "$want"
}

# ---- our own ---------------------------------------------------------------------------------------------------------
compile_messages() {
	local po
	for po in "$PROJECT"/locale/*/LC_MESSAGES/*.po; do
		[[ -e $po && $po -nt ${po%.po}.mo ]] || continue
		step "compiling ${po#"$PROJECT/"}"
		msgfmt --check-format -o "${po%.po}.mo" "$po" || die "$po has errors" "see above"
	done
}

# compile_engine: the searches of the road engine, once for each state of their source; else the first question waits.
compile_engine() {
	local want
	want=$(cd "$PROJECT" && fingerprint requirements/base.txt routes/engine/*.py)
	[[ -d $RUN/numba ]] && stamped engine "$want" && return
	step "compiling the road engine"
	rm -rf "$RUN/numba" # code of older sources, which nobody asks for again
	(cd "$PROJECT" && NUMBA_CACHE_DIR=$RUN/numba "$PYTHON" -c 'from routes.siting.warm import warm_up; warm_up()') ||
		die "the road engine could not be compiled" "see above"
	stamp engine "$want"
}

make_secret_key() {
	[[ -s $RUN/secret_key ]] && return
	step "making this machine's secret key in .run/secret_key"
	(umask 077 && random_hex 32 >"$RUN/secret_key")
}

# A database of somebody else's: nothing is started or changed there but our tables.
check_database_url() {
	step "using the database in DATABASE_URL"
	"$PYTHON" "$PROJECT/script/check_database.py" ||
		die "the database in DATABASE_URL can't be used" "see above and docs/how-to/set-up.md; unset DATABASE_URL for a private one"
}

# Points Django at the database that is in use.
export_database() {
	export DJANGO_SETTINGS_MODULE=gis_core.settings
	[[ -n ${DATABASE_URL:-} ]] || DATABASE_URL=$(pg_url)
	export DATABASE_URL
}
