"""Static files out of node_modules: the files listed in settings.NPM_STATIC, nothing else of a package."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

NODE_MODULES = settings.BASE_DIR / "node_modules"


class NpmFinder(BaseFinder):
    """Publish ``node_modules/<package>/<file>`` as ``npm/<package>/<file>``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=NODE_MODULES)
        self.storage.prefix = "npm"  # type: ignore[attr-defined]  # collectstatic reads it
        self.files = frozenset(f"{package}/{name}" for package, names in settings.NPM_STATIC.items() for name in names)

    def check(self, **kwargs: Any) -> list[Any]:
        """There is nothing to misconfigure: a listed file that is missing fails `collectstatic`."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Return the file behind a published path, in Django's odd shape: a path, or a list when `find_all`."""
        name = path.removeprefix("npm/")
        found = str(NODE_MODULES / name) if path.startswith("npm/") and name in self.files else None
        return ([found] if found else []) if find_all else (found or [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield every published file."""
        for name in sorted(self.files):
            yield name, self.storage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content, also inside JavaScript imports, so that a browser may keep them for ever."""

    support_js_module_import_aggregation = True
