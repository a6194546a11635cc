-- Constants.
create table search.venues (
    suffix text primary key,
    country text not null,
    tier int not null,
    words text not null
);
comment on table search.venues is 'What a suffix says: country, how main its market is, and words people type for it.';
create table search.synonyms (word text collate "C", canon text collate "C", primary key (word, canon));
comment on table search.synonyms is 'What people type for words of countries and sectors.';
create table search.place_names (id bigint primary key);
comment on table search.place_names is 'Words of countries and venues.';
create table search.well_known (symbol text collate "C" primary key, points int not null);
comment on table search.well_known is 'Lines everybody means first and no figure of the catalogue tells from the rest.';

create table search.revision (number bigint not null);
comment on table search.revision is 'One row, another number after each change of the index: what was found under it is found still.';
insert into search.revision values (1);

-- The index. Every row is a function of `assets` and `asset_symbols`: see search.rebuild().
create table search.listings (
    asset_id uuid primary key,
    group_id bigint not null,
    name_id bigint,
    facet_id bigint not null,
    place_id bigint not null,
    rank int not null,
    is_primary bool not null,
    isin text collate "C"
);
comment on table search.listings is 'One row an asset: its issuer''s group, its order in it, its facet and place.';
create index ix_listings_group on search.listings (group_id, rank desc);
create index ix_listings_facet on search.listings (facet_id, rank desc) where is_primary;

create table search.names (
    group_id bigint not null,
    name_id bigint not null,
    core_id bigint not null,
    rank int not null,
    letters int not null,
    folded text collate "C" not null,
    words bigint[] not null,
    primary key (group_id, name_id)
);
comment on table search.names is 'One row a name and group; other and former names are rows as well.';
create index ix_names_core on search.names (core_id, rank desc);
create index ix_names_words on search.names using gin (words) with (fastupdate = off);
create index ix_names_best on search.names (folded) where rank >= 340;

create table search.words (
    word text collate "C" primary key,
    id bigint not null,
    names int not null,
    best int not null
) with (fillfactor = 85);
comment on table search.words is 'The lexicon: in how many names a word is, and the best rank of these.';
create index ix_words_id on search.words (id);
create index ix_words_neighbours on search.words using gin (search.neighbours(word)) with (fastupdate = off);
create index ix_words_alike on search.words using gin (word gin_trgm_ops) with (fastupdate = off);

create table search.facets (
    id bigint primary key,
    asset_class text not null,
    country text,
    sector text,
    industry text,
    words bigint[] not null,
    assets int not null,
    best int not null
);
comment on table search.facets is 'Class, country, sector and industry that occur together, with how many assets have them.';
create index ix_facets_words on search.facets using gin (words) with (fastupdate = off);

create index ix_facets_country on search.facets (country);
create index ix_facets_asset_class on search.facets (asset_class);

create table search.places (
    id bigint primary key,
    exchange text,
    currency text,
    suffix text not null,
    words bigint[] not null,
    assets int not null
);
comment on table search.places is 'Exchange, currency and suffix that occur together, with how many assets have them.';

create table search.labels (
    kind text collate "C" not null,
    value text collate "C" not null,
    folded text collate "C" not null,
    assets int not null,
    primary key (kind, value)
);
comment on table search.labels is 'The distinct values of the columns that are filtered by equality.';
create index ix_labels_folded on search.labels (kind, folded);

-- Where people look first. Venue and fame are looked up by whoever asks; membership of indices is
-- the catalogue's to add. One expression, so that a statement over many rows takes it in.
create function app.listing_rank(
    symbol text, name text, asset_class text, exchange text, currency text, country text, isin text, bucket text,
    venue_country text, venue_tier int, fame int
) returns int language sql immutable parallel safe as $$
    select
        case asset_class when 'equity' then 120 when 'etf' then 104 when 'crypto' then 88 when 'currency' then 88
            when 'future' then 80 when 'index' then 72 when 'fund' then 40 else 24 end
        + case bucket when 'Mega Cap' then 160 when 'Large Cap' then 120 when 'Mid Cap' then 80
            when 'Small Cap' then 48 when 'Micro Cap' then 24 when 'Nano Cap' then 12 else 0 end
        + coalesce(venue_tier, 2) * 4
        + case when asset_class in ('equity', 'etf') and (venue_country = country or (country is null and venue_tier >= 10))
            then 80 else 0 end
        + case when isin is not null then 8 else 0 end
        + coalesce(fame, 0)
        + case
            when asset_class = 'crypto' then case currency when 'USD' then 96 when 'EUR' then 32 else 0 end
            when asset_class = 'currency' then
                case when left(name, 3) = any('{EUR,USD,GBP,JPY,CHF,AUD,CAD}') then 24 else 0 end
                + case when right(name, 3) = any('{EUR,USD,GBP,JPY,CHF,AUD,CAD}') then 24 else 0 end
            when name = symbol then -160
            when asset_class = 'index' then case
                when symbol ~ '-(IV|NV|EU|TC|SO|DP)$' or symbol ~ '^[^^].*\.(Z|DE)$' then -180
                when length(symbol) > 7 then -40 when symbol !~ '^\^' then -32 else 0 end
            when asset_class = 'equity' and (
                name ~ '(TL\.Z|TS\.Z|%|\mBSA\M|\mUnits?\M|\mWarrants?\M|\mRights?\M|\mPreferred\M|\mNotes\M|\mPfd\M|\mDepositary Sh)'
                or symbol ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]\.' or symbol ~ '(-(W|WT|U|UN|R|RI|P[A-Z]?)(\.|$)|.\^)') then -100
            when asset_class = 'equity' and symbol ~ '^[A-Z]{4}[FY]$' and exchange ~* 'otc|pink|PNK' then -40
            else 0 end
        - least(length(split_part(symbol, '.', 1)), 12) * 4 / 3
$$;
