"""Machine code of an older source is never run: what is compiled lies in a directory of its source."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from routes.engine.compiled import source_mark

ENGINE = Path(source_mark.__code__.co_filename).parent
ROOT = ENGINE.parents[1]


@pytest.mark.parametrize("change", ["edited", "added", "renamed"])
def test_every_change_of_the_source_has_another_mark(tmp_path, change):
    engine = shutil.copytree(ENGINE, tmp_path / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    assert source_mark(engine) == source_mark()
    if change == "edited":
        (engine / "passing.py").write_text((engine / "passing.py").read_text() + "\n")
    elif change == "added":
        (engine / "more.py").write_text("")
    else:
        (engine / "passing.py").rename(engine / "passed.py")
    assert source_mark(engine) != source_mark()


def test_a_kernel_compiled_into_another_one_is_compiled_anew_when_its_file_changes(tmp_path):
    project = tmp_path / "project"
    (project / "routes").mkdir(parents=True)
    (project / "routes" / "__init__.py").touch()
    engine = project / "routes" / "engine"
    engine.mkdir()
    for name in ("__init__.py", "compiled.py"):
        shutil.copy(ENGINE / name, engine)
    (engine / "outer.py").write_text(
        "from routes.engine.compiled import kernel\nfrom routes.engine.inner import inner\n"
        "@kernel\ndef outer(x: int) -> int:\n    return inner(x)\n"
    )
    assert [_answer(project, tmp_path, step) for step in (1, 2)] == ["11", "12"]


def _answer(project, tmp_path, step):
    """What the outer kernel says in a process of its own when the inner one adds `step`."""
    inner = project / "routes" / "engine" / "inner.py"
    inner.write_text(
        f"from routes.engine.compiled import kernel\n@kernel\ndef inner(x: int) -> int:\n    return x + {step}\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", "from routes.engine.outer import outer; print(outer(10))"],
        cwd=project,
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "numba"), "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
