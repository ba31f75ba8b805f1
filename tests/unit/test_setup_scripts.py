"""The parts of script/ that can be tried in milliseconds; script/test-fresh proves the whole."""

import fcntl
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(path for path in (ROOT / "script").iterdir() if path.suffix in {"", ".sh"} and path.is_file())
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("THUYLO_")}
SOCKET_PATH_LIMIT = 107  # bytes, sun_path of Linux without its closing zero


@pytest.fixture
def clone(tmp_path):
    """A bare copy of script/ under a long path with spaces and diacritics."""
    project = tmp_path / "bản đồ nước" / ("ngõ sâu " * 10) / "thủy lộ"
    shutil.copytree(ROOT / "script", project / "script")
    return project


def bash(project, code, **env):
    """Run `code` with the scripts' functions at hand."""
    lines = f'. "{project}/script/lib.sh"; . "{project}/script/pg.sh"; . "{project}/script/setup.sh"; {code}'
    return subprocess.run(
        ["bash", "-c", lines], capture_output=True, text=True, timeout=20, check=False, env={**CLEAN, **env}
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_script_is_valid_bash(script):
    done = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["bootstrap", "container", "db", "lock", "server", "test", "test-fresh"])
def test_command_can_be_run(name):
    assert os.access(ROOT / "script" / name, os.X_OK)


def test_an_activated_environment_is_made_by_the_same_python_as_before(clone, tmp_path):
    first = tmp_path / "bin"
    active = clone / ".venv/bin"
    for folder, program in ((first, sys._base_executable), (active, sys.executable)):
        folder.mkdir(parents=True)
        (folder / "python3").symlink_to(program)
    for path in (f"{first}:/usr/bin:/bin", f"{active}:{first}:/usr/bin:/bin"):
        assert bash(clone, "find_python", PATH=path).stdout.strip() == f"{first}/python3"


@pytest.mark.parametrize("lock", [*LOCKS, ROOT / "package-lock.json"], ids=lambda path: path.name)
def test_lock_file_names_no_registry(lock):
    assert not re.findall(r"\w+://\S+|--(?:extra-)?index-url|--find-links", lock.read_text())


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_python_package_has_a_hash(lock):
    entries = re.split(r"\n(?=[a-zA-Z0-9])", lock.read_text())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_every_locked_javascript_package_has_a_hash():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_javascript_lock_follows_package_json():
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert packages[""]["dependencies"] == wanted
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_socket_path_fits_however_long_the_project_path_is(clone):
    path = bash(clone, 'printf %s "$SOCKET_DIR/.s.PGSQL.29999.lock"').stdout
    assert len(str(clone)) > SOCKET_PATH_LIMIT
    assert len(path.encode()) <= SOCKET_PATH_LIMIT


def test_two_clones_have_two_socket_directories(clone):
    assert bash(clone, 'printf %s "$SOCKET_DIR"').stdout != bash(ROOT, 'printf %s "$SOCKET_DIR"').stdout


def test_socket_directory_that_others_can_enter_is_refused(clone, tmp_path):
    open_to_all = tmp_path / "s"
    open_to_all.mkdir(mode=0o755)
    done = bash(clone, "PG_USER=$(id -un); pg_socket_dir", THUYLO_SOCKET_DIR=str(open_to_all))
    assert done.returncode == 1
    assert "mode 700" in done.stderr


def test_socket_directory_that_is_a_link_is_refused(clone, tmp_path):
    (tmp_path / "private").mkdir(mode=0o700)
    (tmp_path / "s").symlink_to(tmp_path / "private")
    done = bash(clone, "PG_USER=$(id -un); pg_socket_dir", THUYLO_SOCKET_DIR=str(tmp_path / "s"))
    assert done.returncode == 1


@pytest.fixture
def data(clone):
    data = clone / ".run/pg/cluster/data"
    data.mkdir(parents=True)
    return data


def test_living_process_elsewhere_is_not_our_postmaster(clone, data):
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n")  # a number that was given out again after a reboot
    assert bash(clone, "pg_pid").stdout == ""


def test_process_in_the_data_directory_is_our_postmaster(clone, data):
    with subprocess.Popen([sys.executable, "-c", "input()"], cwd=data, stdin=subprocess.PIPE) as process:
        (data / "postmaster.pid").write_text(f"{process.pid}\n")
        assert bash(clone, "pg_pid").stdout == f"{process.pid}\n"
        process.communicate(b"\n")


LEAVE = "pg_stop() { echo stopped; }; pg_enter; pg_leave"


def test_last_one_out_stops_the_database(clone):
    assert bash(clone, LEAVE).stdout == "stopped\n"


def test_one_who_leaves_others_behind_does_not_stop_the_database(clone):
    lock = clone / ".run/pg/users.lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert bash(clone, LEAVE).stdout == ""


def test_database_started_by_name_is_left_running(clone):
    assert bash(clone, "pg_pid() { echo 42; }; pg_enter; pg_keep; pg_stop() { echo stopped; }; pg_leave").stdout == ""


def test_step_runs_again_when_an_input_changed(clone):
    (clone / "a.txt").write_text("1")
    stamp = 'stamp step "$(fingerprint a.txt)"'
    ask = 'if stamped step "$(fingerprint a.txt)"; then echo skip; else echo run; fi'
    assert bash(clone, ask).stdout == "run\n"
    assert bash(clone, f"{stamp}; {ask}").stdout == "skip\n"
    (clone / "a.txt").write_text("2")
    assert bash(clone, ask).stdout == "run\n"


def test_taken_port_is_told_before_anything_is_set_up(clone):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = subprocess.run(
            [clone / "script/server"], capture_output=True, text=True, check=False, env={**CLEAN, "PORT": port}
        )
    assert done.returncode == 1
    assert f"port {port} is taken" in done.stderr
    assert not (clone / ".run").exists()


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8000 "])
def test_nonsense_port_is_refused(clone, port):
    done = subprocess.run(
        [clone / "script/server"], capture_output=True, text=True, check=False, env={**CLEAN, "PORT": port}
    )
    assert done.returncode == 1
    assert "no port number" in done.stderr


def test_system_without_apt_is_told_what_it_needs(clone):
    missing = "missing_packages() { printf 'GDAL\\tgdal-bin\\ngettext\\tgettext\\n'; }"
    done = bash(clone, f"{missing}; have() {{ false; }}; install_system python3 ''")
    assert done.returncode == 3
    assert "GDAL; gettext" in done.stderr


def test_failure_nobody_foresaw_names_its_place(clone):
    done = bash(clone, "false")
    assert done.returncode == 1
    assert "failed: false" in done.stderr
