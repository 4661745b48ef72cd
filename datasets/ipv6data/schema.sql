-- The one database of the course: what each table holds, in which unit, and where it is from.
--
-- Dates are ISO 8601 text (2018-10-13). `cc` is a country code as ISO 3166-1 writes it in two
-- letters; the registries also write EU, AP and ZZ, which are no countries and have no row in
-- `country`. NULL means that the source says nothing. Sizes of IPv6 blocks are prefix lengths.

-- Where facts are from. Every other table but `country` names its source by number.
CREATE TABLE source (
    source_id INTEGER PRIMARY KEY,
    name      TEXT NOT NULL UNIQUE,  -- a short name for code, such as 'afrinic-extended-2018-10'
    title     TEXT NOT NULL,         -- for people
    publisher TEXT NOT NULL,
    as_of     TEXT NOT NULL,         -- the date that the facts are of
    terms     TEXT NOT NULL,
    note      TEXT NOT NULL DEFAULT ''
) STRICT;

-- One file of one registry: its header, and what its own summary lines say.
CREATE TABLE snapshot (
    snapshot_id  INTEGER PRIMARY KEY,
    source_id    INTEGER NOT NULL REFERENCES source,
    registry     TEXT NOT NULL,      -- afrinic, apnic, arin, lacnic, ripencc
    format       TEXT NOT NULL CHECK (format IN ('classic', 'extended')),
    version      TEXT NOT NULL,      -- '2' or '2.3'
    serial       TEXT NOT NULL,      -- each registry counts in its own way
    start_date   TEXT,
    end_date     TEXT NOT NULL,      -- the snapshot's date
    utc_offset   TEXT NOT NULL,      -- as in the file: '+0200'
    detail       TEXT NOT NULL CHECK (detail IN ('records', 'tally')),
                                     -- whether `delegation` or only `tally` has its records
    asn_records  INTEGER NOT NULL,   -- the file's summary lines
    ipv4_records INTEGER NOT NULL,
    ipv6_records INTEGER NOT NULL
) STRICT;

-- The records of the snapshots that are kept in full, as the registries wrote them.
CREATE TABLE delegation (
    snapshot_id INTEGER NOT NULL REFERENCES snapshot,
    registry    TEXT NOT NULL,
    cc          TEXT,                -- where the holder registered; not where the block is used
    type        TEXT NOT NULL CHECK (type IN ('asn', 'ipv4', 'ipv6')),
    start       TEXT NOT NULL,       -- the first number or address, as text
    first       INTEGER NOT NULL,    -- the same as a number; of IPv6 the upper 64 bits
    value       INTEGER NOT NULL,    -- asn: numbers; ipv4: addresses; ipv6: THE PREFIX LENGTH
    date        TEXT,                -- of the delegation; NULL where the file has none
    status      TEXT NOT NULL CHECK (status IN ('allocated', 'assigned', 'available', 'reserved')),
    holder      INTEGER              -- one number a holder and snapshot, from the opaque id
) STRICT;

-- The same of every snapshot, kept in full or not, counted: one row for equal records.
CREATE TABLE tally (
    snapshot_id INTEGER NOT NULL REFERENCES snapshot,
    registry    TEXT NOT NULL,
    cc          TEXT,
    type        TEXT NOT NULL,
    month       TEXT,                -- of the delegation: '2018-10'; NULL where there is no date
    status      TEXT NOT NULL,
    value       INTEGER NOT NULL,    -- as in `delegation`
    records     INTEGER NOT NULL
) STRICT;

-- What each registry has of each status, month by month (AFRINIC and LACNIC).
CREATE TABLE pool (
    source_id INTEGER NOT NULL REFERENCES source,
    registry  TEXT NOT NULL,
    date      TEXT NOT NULL,
    type      TEXT NOT NULL,
    status    TEXT NOT NULL,
    records   INTEGER NOT NULL,
    size      INTEGER NOT NULL       -- asn: numbers; ipv4: addresses; ipv6: /48s
) STRICT;

-- What each country holds at the end of each quarter; neighbouring blocks are merged.
CREATE TABLE country_quarter (
    source_id      INTEGER NOT NULL REFERENCES source,
    cc             TEXT NOT NULL,
    date           TEXT NOT NULL,
    ipv6_prefixes  INTEGER NOT NULL,
    ipv6_48s       INTEGER NOT NULL,
    ipv4_prefixes  INTEGER NOT NULL,
    ipv4_addresses INTEGER NOT NULL
) STRICT;

-- The prefixes of each country on one day, counted by length; neighbouring blocks are merged.
CREATE TABLE country_prefixes (
    source_id INTEGER NOT NULL REFERENCES source,
    cc        TEXT NOT NULL,
    length    INTEGER NOT NULL,
    prefixes  INTEGER NOT NULL
) STRICT;

-- The IPv4 address space by /8 (IANA).
CREATE TABLE iana_ipv4 (
    source_id   INTEGER NOT NULL REFERENCES source,
    block       INTEGER NOT NULL,    -- the first octet
    designation TEXT NOT NULL,
    date        TEXT,                -- year and month
    registry    TEXT,                -- who answers for it: afrinic, …; NULL where no registry does
    status      TEXT NOT NULL CHECK (status IN ('ALLOCATED', 'LEGACY', 'RESERVED'))
) STRICT;

-- What IANA has given to the registries of global unicast space.
CREATE TABLE iana_ipv6 (
    source_id   INTEGER NOT NULL REFERENCES source,
    prefix      TEXT NOT NULL,
    designation TEXT NOT NULL,
    date        TEXT NOT NULL,
    registry    TEXT,
    status      TEXT NOT NULL
) STRICT;

-- The special-purpose blocks of both address families.
CREATE TABLE iana_special (
    source_id          INTEGER NOT NULL REFERENCES source,
    family             INTEGER NOT NULL CHECK (family IN (4, 6)),
    block              TEXT NOT NULL,
    name               TEXT NOT NULL,
    rfc                TEXT NOT NULL,
    allocated          TEXT NOT NULL,
    terminated         TEXT,
    globally_reachable INTEGER       -- 1, 0, or NULL where the registry says neither
) STRICT;

-- The 249 countries and territories of ISO 3166-1. Flags are 0 or 1.
CREATE TABLE country (
    cc         TEXT PRIMARY KEY,
    iso3       TEXT NOT NULL UNIQUE,
    m49        INTEGER NOT NULL UNIQUE,
    region     TEXT NOT NULL,        -- UN M49: Africa, Americas, Asia, Europe, Oceania; '' Antarctica
    subregion  TEXT NOT NULL,        -- UN M49: the finest of its levels, such as Western Africa
    ldc        INTEGER NOT NULL,     -- least developed (UN list of 2024)
    lldc       INTEGER NOT NULL,     -- landlocked developing
    sids       INTEGER NOT NULL,     -- small island developing
    transition INTEGER NOT NULL,     -- economy in transition (UN WESP)
    itu_region TEXT,                 -- Africa, Americas, Arab States, Asia & Pacific, CIS, Europe
    income     TEXT,                 -- World Bank: Low, Lower middle, Upper middle, High
    registry   TEXT,                 -- the regional registry whose service region it is in
    name_en    TEXT NOT NULL,
    name_fr    TEXT NOT NULL,
    name_es    TEXT NOT NULL,
    name_ar    TEXT NOT NULL,
    name_zh    TEXT NOT NULL,
    name_ru    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- People in a country, mid-year (World Bank).
CREATE TABLE population (
    source_id INTEGER NOT NULL REFERENCES source,
    cc        TEXT NOT NULL,
    year      INTEGER NOT NULL,
    people    INTEGER NOT NULL,
    PRIMARY KEY (cc, year)
) STRICT, WITHOUT ROWID;

-- How much IPv6 is used, by somebody's measure. `cc` is '' for the world.
CREATE TABLE adoption (
    source_id INTEGER NOT NULL REFERENCES source,
    series    TEXT NOT NULL,         -- google-users, google-users-native, ripencc-v6asn
    cc        TEXT NOT NULL,
    date      TEXT NOT NULL,
    percent   REAL NOT NULL,
    PRIMARY KEY (series, cc, date)
) STRICT, WITHOUT ROWID;

-- IPv4 blocks that changed their holder, by month.
CREATE TABLE transfer (
    source_id INTEGER NOT NULL REFERENCES source,
    registry  TEXT NOT NULL,
    series    TEXT NOT NULL,
    month     TEXT NOT NULL,
    value     INTEGER NOT NULL
) STRICT;

-- The indexes that the named queries use.
CREATE INDEX tally_by_country ON tally (type, status, cc);
CREATE INDEX tally_by_snapshot
    ON tally (snapshot_id, type, status, cc, registry, month, value, records);
CREATE INDEX delegation_by_holder ON delegation (snapshot_id, type, holder, value, status)
    WHERE status IN ('allocated', 'assigned');
CREATE INDEX delegation_by_country ON delegation (cc, type);
CREATE INDEX delegation_by_place ON delegation (type, first);
CREATE INDEX country_quarter_by_country ON country_quarter (cc, date);
CREATE INDEX pool_by_registry ON pool (registry, type, status, date);
