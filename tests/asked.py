"""What the service publishes about itself, and a way to ask it a thousand questions that leave nothing behind."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.utils import timezone

from gis_core.api_docs import describe
from gis_core.authentication import make_token
from gis_core.models import RoleGrant
from gis_core.registry import layer_registry
from gis_core.roles import Role
from layers.openapi import describe_api

SIGNALS = (request_started, request_finished)


def ogc_document():
    """Give the OGC document with every address from the root of the server."""
    document = json.loads(json.dumps(describe_api(layer_registry, server="/ogc"), default=str))
    document["servers"] = [{"url": "/"}]
    document["paths"] = {
        path if item.pop("servers", None) else f"/ogc{path}": item for path, item in document["paths"].items()
    }
    return document


def documents():
    """Give both published descriptions, by the names that their addresses have."""
    return {"ogc": ogc_document(), "api": describe()}


def rolled_back(application):
    """Undo whatever a request wrote: each finds the same data. It comes from loopback, where tokens are read."""

    def answer(environ, start_response):
        environ["REMOTE_ADDR"] = "127.0.0.1"
        with transaction.atomic():
            response = application(environ, start_response)
            try:
                content = b"".join(response)
            finally:
                response.close()
            transaction.set_rollback(True)
        return [content]

    return answer


@contextmanager
def served_demo() -> Iterator[object]:
    """Serve the demo data in this thread and this transaction."""
    call_command("load_demo", verbosity=0)
    # As Django's own test client does: the end of a request would close the connection that all of them share.
    for signal in SIGNALS:
        signal.disconnect(close_old_connections)
    try:
        yield rolled_back(get_wsgi_application())
    finally:
        for signal in SIGNALS:
            signal.connect(close_old_connections)


def token_of(role: Role) -> str:
    """Make somebody who holds a role everywhere, and give their token."""
    user = get_user_model().objects.create_user(f"asks-as-{role}")
    RoleGrant.objects.create(user=user, role=role)
    return make_token(user=user, name="asks", expires_at=timezone.now() + timedelta(hours=1))


def refusal_of(response, *, says: str = "") -> dict[str, object]:
    """Read a refusal, and make sure that it is one with a reason and nothing of our inside."""
    kind = response.headers["Content-Type"]
    assert kind == "application/problem+json", f"{response.status_code} {kind}"
    problem = json.loads(response.content if hasattr(response, "content") else response.data)
    assert problem["status"] == response.status_code
    assert problem["detail"], problem
    assert "Traceback" not in problem["detail"]
    assert says in problem["detail"]
    return problem
