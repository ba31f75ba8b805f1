"""What the database holds of the states of an area, whoever writes: who decided when, and what stays as approved.

In the database, so that an edit from QGIS or psql is held to it as well; who may approve is asked in
`gis_core.policy` before (`Layer.reserved`).
"""

from typing import Final

import pgtrigger

COMPUTING: Final = "thuylo.computing"
"""A setting of the transaction: `yes` while proposals are computed; what is then written is nobody's edit."""

_BOOKKEEPING: Final = [
    "state",
    "version",
    "updated_at",
    "administrative_unit_id",
    "decision",
    "remarks",
    "tags",
    "verified_on",
    "succeeded_by",
    "edited_by",
    "edited_at",
    "approved_by",
    "approved_at",
    "withdrawn_by",
    "withdrawn_at",
]
"""Columns that may change without a change of what was decided on."""

_WHO: Final = """coalesce(
            (SELECT account.username FROM auth_user AS account WHERE account.id::text = said ->> 'user'),
            said ->> 'command', session_user)"""

GOVERN: Final = pgtrigger.Trigger(
    name="govern_states",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    declare=[("said", "jsonb"), ("who", "text"), ("computing", "boolean"), ("changed", "boolean"), ("before", "text")],
    func=f"""
        said := coalesce(nullif(current_setting('pghistory.context_metadata', true), ''), '{{}}')::jsonb;
        who := left({_WHO}, 150);
        computing := coalesce(current_setting('{COMPUTING}', true), '') = 'yes';
        before := '';
        IF TG_OP = 'UPDATE' THEN
            before := OLD.state;
            changed := to_jsonb(NEW) - ARRAY{_BOOKKEEPING} IS DISTINCT FROM to_jsonb(OLD) - ARRAY{_BOOKKEEPING};
            IF OLD.state = 'withdrawn' AND (changed OR NEW.state <> 'withdrawn') THEN
                RAISE check_violation USING CONSTRAINT = 'what_is_withdrawn_stays_withdrawn_make_a_new_area',
                    MESSAGE = 'A withdrawn area stays as it is: make a new one.';
            END IF;
            IF OLD.state = 'approved' AND (changed OR NEW.state NOT IN ('approved', 'withdrawn')) THEN
                RAISE check_violation USING CONSTRAINT = 'what_is_approved_is_not_edited_withdraw_it',
                    MESSAGE = 'An approved area stays as it was approved: withdraw it, or approve another version.';
            END IF;
        ELSE
            changed := true;
        END IF;
        IF NOT computing THEN
            IF changed THEN
                NEW.edited_by := who;
                NEW.edited_at := statement_timestamp();
            END IF;
            IF NEW.state = 'proposed' AND (changed OR before = 'edited') THEN
                NEW.state := 'edited';
            END IF;
        END IF;
        IF NEW.state = 'approved' AND before <> 'approved' THEN
            NEW.approved_by := who;
            NEW.approved_at := statement_timestamp();
            UPDATE routes_deficientarea SET state = 'withdrawn', succeeded_by = NEW.ref
            WHERE area_code = NEW.area_code AND area_code <> '' AND state = 'approved' AND id <> NEW.id;
        ELSIF NEW.state = 'withdrawn' AND before <> 'withdrawn' THEN
            NEW.withdrawn_by := who;
            NEW.withdrawn_at := statement_timestamp();
        END IF;
        RETURN NEW;
    """,  # noqa: S608 - our own names
)
