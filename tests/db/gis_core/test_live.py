"""`GET /live`: whoever edits, each reader hears of it once, in its words, and of nothing that is not for it."""

import pytest
from django.db import transaction

from hydrants.models import Hydrant
from routes.models import Road
from tests.live_pages import Page, in_thread, other_connection, sql

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_edit_in_sql_is_told_in_the_language_of_each_page(live, pillar):
    async def story():
        english, hello = await live.opened(Page("/live?lang=en"))
        vietnamese, _ = await live.opened(Page("/live?lang=vi"))
        await in_thread(sql, "UPDATE hydrants_hydrant SET status = 'faulty'")
        told = await english.event("change")
        (change,) = told["changes"]
        assert change == {
            "layer": "hydrants", "id": pillar.pk, "ref": "H-012", "action": "update",
            "sentence": "Hydrant H-012: faulty (before: working)",
        }  # fmt: skip
        assert (told["layers"], told["more"], hello["missed"]) == (["hydrants"], 0, False)
        assert told["data_version"] != hello["data_version"]
        (change,) = (await vietnamese.event("change"))["changes"]
        assert change["sentence"] == "Trụ nước chữa cháy H-012: hỏng (trước: hoạt động)"

    live.run(story())


def test_what_was_rolled_back_is_never_told(live, pillar):
    def rolled_back():
        with transaction.atomic():
            Hydrant.objects.update(status="missing")
            transaction.set_rollback(True)

    async def story():
        page, _ = await live.opened(Page())
        await in_thread(rolled_back)
        await in_thread(sql, "UPDATE hydrants_hydrant SET status = 'faulty'")
        (change,) = (await page.event("change"))["changes"]
        assert change["sentence"].endswith("faulty (before: working)")
        assert b"missing" not in page.bytes

    live.run(story())


def test_nothing_sensitive_is_told(live, pillar):
    async def story():
        page, _ = await live.opened(Page())
        await in_thread(sql, "UPDATE hydrants_hydrant SET contact_phone = '0912345678', contact_name = 'Bà Sáu'")
        told = await page.event("change")
        assert (told["layers"], told["changes"], told["more"]) == (["hydrants"], [], 0)
        await in_thread(sql, "UPDATE hydrants_hydrant SET contact_phone = '0998765432', status = 'faulty'")
        assert len((await page.event("change"))["changes"]) == 1
        for told_to_nobody in ("0912345678", "0998765432", "Sáu"):
            assert told_to_nobody.encode() not in page.bytes

    live.run(story())


def test_new_removed_moved_and_emptied_are_told_each_in_its_words(live, pillar):
    async def said(page):
        return [change["sentence"] for change in (await page.event("change"))["changes"]]

    async def story():
        page, _ = await live.opened(Page())
        await in_thread(sql, "UPDATE hydrants_hydrant SET geom = ST_MakePoint(105.86, 21.03)")
        assert await said(page) == ["Hydrant H-012: moved"]
        await in_thread(
            sql, "UPDATE hydrants_hydrant SET flow_lps = 12.5, diameter_mm = 100, owner = 'X', status = 'unknown'"
        )
        assert await said(page) == [
            "Hydrant H-012: unknown (before: working); flow 12.5 L/s (before: not noted); 2 more differences"
        ]
        await in_thread(sql, "DELETE FROM hydrants_hydrant")
        assert await said(page) == ["Hydrant H-012: removed"]
        await in_thread(sql, "INSERT INTO hydrants_hydrant (ref, geom) VALUES ('H-1', ST_MakePoint(105.86, 21.03))")
        assert await said(page) == ["Hydrant H-1: new"]
        await in_thread(sql, "TRUNCATE hydrants_watertank CASCADE")
        assert "water-tanks" in (await page.event("change"))["layers"]

    live.run(story())


def test_thousands_of_rows_are_counted_and_not_named(live):
    place = "ST_MakePoint(105.8, 21)"
    rows = f"INSERT INTO hydrants_hydrant (ref, geom) SELECT 'n' || n, {place} FROM generate_series(1, %s) n"

    async def story():
        page, _ = await live.opened(Page())
        await in_thread(sql, rows, 30)
        told = await page.event("change")
        assert (len(told["changes"]), told["more"]) == (20, 10)
        await in_thread(sql, rows.replace("'n'", "'m'"), 2500)
        told = await page.event("change")
        assert (told["changes"], told["more"]) == ([], 2500)
        await in_thread(sql, "UPDATE hydrants_hydrant SET status = 'faulty' WHERE ref = 'n1'")
        assert [change["ref"] for change in (await page.event("change"))["changes"]] == ["n1"]

    live.run(story())


def test_an_entry_that_becomes_visible_behind_a_later_one_is_told(live, pillar):
    """A sequence gives its numbers when an edit is made, not when it is committed."""

    async def story():
        page, _ = await live.opened(Page())
        with other_connection() as slow:
            slow.execute("SELECT nextval(pg_get_serial_sequence('hydrants_hydrantevent', 'pgh_id'))")
            (number,) = slow.execute("SELECT last_value FROM hydrants_hydrantevent_pgh_id_seq").fetchone()
            slow.execute("SELECT pg_current_xact_id()")
            await in_thread(sql, "UPDATE hydrants_hydrant SET status = 'faulty'")
            assert len((await page.event("change"))["changes"]) == 1
            await in_thread(sql, "UPDATE hydrants_hydrant SET status = 'missing'")
            assert len((await page.event("change"))["changes"]) == 1
            columns = slow.execute(
                "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
                " WHERE table_name = 'hydrants_hydrantevent' AND column_name NOT IN ('pgh_id', 'status')"
            ).fetchone()[0]
            slow.execute(
                f"INSERT INTO hydrants_hydrantevent (pgh_id, status, {columns})"
                f" SELECT %s, 'blocked', {columns} FROM hydrants_hydrantevent ORDER BY pgh_id LIMIT 1",
                [number],
            )
            slow.execute("UPDATE gis_core_dataversion SET version = version + 1 WHERE table_name = 'hydrants_hydrant'")
            slow.commit()
        assert len((await page.event("change"))["changes"]) == 1
        assert live.streams()._follower.reader._heard["hydrants_hydrant"].open == {}

    live.run(story())


def test_a_road_s_edit_moves_the_version_of_the_network(live):
    line = "SRID=4326;LINESTRING(105.8 21, 105.81 21)"
    Road.objects.create(ref="r", geom=line, start_node=1, end_node=2, highway="residential", name="Ngõ 5")

    async def story():
        page, hello = await live.opened(Page())
        await in_thread(sql, "UPDATE routes_road SET clear_width_m = 3.25")
        told = await page.event("change")
        assert told["network_version"] == hello["network_version"] + 1
        assert told["changes"][0]["sentence"] == "Road Ngõ 5: clear width 3.25 m (before: not noted)"
        await in_thread(sql, "UPDATE routes_roadclassassumption SET speed_kmh = speed_kmh + 1")
        told = await page.event("change")
        assert told["layers"] == []  # no layer, and yet answers differ
        assert told["network_version"] == hello["network_version"] + 2

    live.run(story())
