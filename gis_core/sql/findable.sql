-- How names and addresses are compared: without diacritics, capitals or punctuation. Immutable, so that keys may be
-- indexed; {unaccent} is the schema of the extension, named so that no search_path decides what a key is.

-- "Ngõ 29/70 Phố Khương Hạ" → "ngo 29/70 pho khuong ha"; composed and decomposed letters give one key.
CREATE FUNCTION thuylo_key(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT btrim(regexp_replace(lower({unaccent}.unaccent('{unaccent}.unaccent'::regdictionary,
        replace(replace(normalize(words, NFKC), 'đ', 'd'), 'Đ', 'D'))), '[^a-z0-9/]+', ' ', 'g'))
$$;

-- The key of a street: "Phố Huế" and "Huế" are one, "Dương Quảng Hàm" keeps its first word.
CREATE FUNCTION thuylo_street(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT thuylo_key(regexp_replace(lower(normalize(words, NFKC)), '^\s*(?:(?:phố|đường)\s+|đ\.\s*)', ''))
$$;

-- The numbers of a chain of lanes from the street inwards: "29/70".
CREATE FUNCTION thuylo_chain(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT regexp_replace(btrim(regexp_replace(replace(thuylo_key(words), ' ', ''), '[^0-9/]*([0-9]+[a-z]{0,2})', '\1', 'g'), '/'), '/+', '/', 'g')
$$;

-- A house number: "12 A" → "12a", "12 - 14" → "12-14".
CREATE FUNCTION thuylo_house(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT replace(btrim(regexp_replace(regexp_replace(regexp_replace(lower(normalize(words, NFKC)), '[–—]', '-', 'g'),
        '^\s*(?:số|nhà|so|nha)\s+', ''), '[^a-z0-9/-]+', '', 'g'), '-'), 'đ', 'd')
$$;

-- The street and the chain that the name of a lane says: "Ngách 2 Ngõ 343 Đội Cấn" → doi can, 343/2; "Ngách 95/2 Hoàng
-- Cầu" → hoang cau, 95/2. "Ngõ Trạm" is a street by its own name, and so is "Ngõ 290", which names none.
CREATE FUNCTION thuylo_lane(name text, OUT street text, OUT chain text) LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    rest text := lower(normalize(name, NFKC));
    piece text[];
BEGIN
    chain := '';
    LOOP
        piece := regexp_match(rest, '^[\s,]*(?:ngõ|ngách|hẻm|kiệt|ngo|ngach|hem|kiet)\s+(?:(?:số|so)\s+)?'
            '([0-9]+[a-zđ]{0,2}(?:\s*/\s*[0-9]+[a-zđ]{0,2})*)(?:[\s,]+(.*))?$');
        EXIT WHEN piece IS NULL;
        chain := CASE WHEN chain = '' THEN thuylo_chain(piece[1])
                      WHEN chain LIKE thuylo_chain(piece[1]) || '/%' THEN chain
                      ELSE thuylo_chain(piece[1]) || '/' || chain END;
        rest := coalesce(piece[2], '');
    END LOOP;
    street := thuylo_street(rest);
    IF street = '' THEN
        street := thuylo_key(name);
        chain := '';
    END IF;
END $$;

-- The name of an administrative unit without its kind: "Phường Khương Hạ" → "khuong ha".
CREATE FUNCTION thuylo_unit(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT thuylo_key(regexp_replace(lower(normalize(name, NFKC)),
        '^\s*(?:phường|quận|huyện|xã|thị xã|thị trấn|thành phố)\s+(?=\S*[^0-9\s])', ''))
$$;

-- An address as it is told: as recorded, else of its parts.
CREATE FUNCTION thuylo_address(address text, house text, chain text, street text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(address, ''), concat_ws(' ', nullif(house, ''),
        CASE WHEN chain <> '' THEN 'ngõ ' || chain END, nullif(street, '')))
$$;

-- One place for a feature: the middle of a line, a point inside an area.
CREATE FUNCTION thuylo_point(geom geometry) RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT CASE GeometryType(geom) WHEN 'POINT' THEN geom WHEN 'LINESTRING' THEN ST_LineInterpolatePoint(geom, 0.5)
        ELSE ST_PointOnSurface(geom) END
$$;
