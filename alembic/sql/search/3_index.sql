-- What the index holds, as views: a refresh writes them for some groups, a rebuild for all.

create view search.listing_source as
select a.id as asset_id, a.symbol, a.isin,
    case when a.name <> a.symbol then search.id_of(t.folded) end as name_id,
    case when a.name = a.symbol then search.id_of('symbol:' || a.symbol)
         when a.asset_class = 'equity' then search.id_of('equity:' || search.plain_umlauts(search.core(t.folded)))
         else search.id_of(a.asset_class || ':' || replace(t.folded, ' ', '')) end as own_group,
    a.rank as own_rank, search.size_points(a.market_cap_bucket) as size,
    search.id_of(concat_ws('|', a.asset_class, coalesce(a.country, ''), coalesce(a.sector, ''), coalesce(a.industry, ''))) as facet_id,
    search.id_of(concat_ws('|', coalesce(a.exchange, ''), coalesce(a.currency, ''), search.suffix_of(a.symbol))) as place_id
from public.assets a
cross join lateral (
    select search.fold(search.name_text(a.name, a.asset_class, a.symbol)) as folded offset 0
) t;

-- One issuer's listings: all of one ISIN go where the best of them goes by its name.
create view search.grouped_by_isin as
select *, first_value(own_group) over (partition by isin order by own_rank desc, symbol) as group_id
from search.listing_source where isin is not null;

create view search.grouped_by_name as
select *, own_group as group_id from search.listing_source where isin is null;

-- All listings of an issuer have its size; they differ in where they are listed.
create view search.rank_source as
select l.asset_id, l.group_id,
    a.rank - search.size_points(a.market_cap_bucket) + max(search.size_points(a.market_cap_bucket)) over (partition by l.group_id) as rank,
    row_number() over (partition by l.group_id order by a.rank - search.size_points(a.market_cap_bucket) desc, length(a.symbol), a.symbol) = 1
        as is_primary
from search.listings l join public.assets a on a.id = l.asset_id;

-- Names of the listings, and what assets are or were called besides.
-- `kernel` is what the name is without words that all of its class have.
create view search.called as
select l.group_id, search.name_text(a.name, a.asset_class, a.symbol) as name, l.rank, a.asset_class = 'equity' as is_company,
    case a.asset_class
        when 'crypto' then left(a.name, -length(split_part(a.symbol, '-', 2)) - 1)
        when 'index' then regexp_replace(a.name, '\m(the|index)\M', '', 'gi')
        when 'currency' then a.name end as kernel
from search.listings l join public.assets a on a.id = l.asset_id
where l.name_id is not null
union all
select l.group_id, s.name, l.rank, true, null
from public.asset_symbols s
cross join lateral string_to_table(s.successor, ' ') t(symbol)
join public.assets a on a.symbol = t.symbol
join search.listings l on l.asset_id = a.id
where s.name is not null
    and (s.notation = 'name' or (s.notation = 'yahoo' and s.kind in ('renamed', 'merged', 'acquired')));

create view search.name_source as
select search.id_of(folded) as name_id, group_id, folded, search.id_of(core) as core_id, length(core) as letters,
    search.words_of(name, folded) as spelled, rank
from (
    select group_id, folded, min(name) as name, max(rank) as rank,
        case when bool_or(is_company) then search.core(folded)
            else replace(coalesce(nullif(search.fold(min(kernel)), ''), folded), ' ', '') end as core
    from (
        select group_id, name, search.fold(name) as folded, rank, is_company, kernel
        from (
            select group_id, name, max(rank) as rank, bool_or(is_company) as is_company, min(kernel) as kernel
            from search.called group by group_id, name
        ) once
    ) t
    where folded <> '' group by group_id, folded
) n;

create function search.ids_of(words text[]) returns bigint[]
language plpgsql immutable strict parallel safe as $$
declare
    ids bigint[] := '{}';
    word text;
begin
    foreach word in array words loop
        ids := ids || hashtextextended(word, 0);
    end loop;
    return ids;
end $$;

-- Ranks as words of a name that nobody can type: common words are looked for among the best first.
create function search.marks(rank int) returns bigint[]
language sql immutable parallel safe as $$
    select case when rank >= 340 then '{1,2,3}'::bigint[] when rank >= 280 then '{2,3}'::bigint[]
        when rank >= 220 then '{3}'::bigint[] else '{}'::bigint[] end
$$;

create function search.facet_words(asset_class text, country text, sector text, industry text) returns text[]
language sql immutable parallel safe as $$
    select search.words_of('', search.fold(coalesce(country, '') || ' ' || coalesce(sector, '') || ' ' || coalesce(industry, '') || ' '
        || case asset_class when 'equity' then 'equity stock stocks shares' when 'etf' then 'etf etfs fund'
            when 'fund' then 'fund funds' when 'index' then 'index' when 'crypto' then 'crypto cryptocurrency coin'
            when 'currency' then 'currency fx forex' when 'future' then 'future futures' else 'money market' end))
$$;

create function search.place_words(exchange text, suffix text) returns text[]
language sql stable parallel safe as $$
    select coalesce(array_agg(distinct w), '{}') from string_to_table(concat_ws(' ', search.fold(exchange),
        (select v.words || ' ' || search.fold(v.country) from search.venues v where v.suffix = $2)), ' ') w
    where w <> ''
$$;

-- One writer at a time, until its transaction ends; what it writes comes with a revision of its own.
create function search.lock_index() returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock(7267041965423);
    update search.revision set number = number + 1;
end $$;

-- Facets, places and labels follow the listings that went and came.
create function search.count_labels(gone search.listings[], fresh search.listings[]) returns void
language plpgsql set search_path = search, public, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
    insert into facets (id, asset_class, country, sector, industry, words, assets, best)
    select distinct on (l.facet_id) l.facet_id, a.asset_class, a.country, a.sector, a.industry,
        ids_of(facet_words(a.asset_class, a.country, a.sector, a.industry)), 0, 0
    from unnest(fresh) l join assets a on a.id = l.asset_id
    where not exists (select from facets f where f.id = l.facet_id);
    insert into places (id, exchange, currency, suffix, words, assets)
    select distinct on (l.place_id) l.place_id, a.exchange, a.currency, suffix_of(a.symbol),
        ids_of(place_words(a.exchange, suffix_of(a.symbol))), 0
    from unnest(fresh) l join assets a on a.id = l.asset_id
    where not exists (select from places p where p.id = l.place_id);

    with delta as (
        select facet_id as id, sum(n) as n from (
            select facet_id, -1 as n from unnest(gone) union all select facet_id, 1 from unnest(fresh)) d
        group by 1 having sum(n) <> 0
    ), counted as (
        update facets f set assets = f.assets + d.n from delta d where d.id = f.id
        returning f.country, f.sector, f.industry, d.n
    )
    insert into labels as x (kind, value, folded, assets)
    select kind, value, fold(value), sum(n) from counted
    cross join lateral (values ('country', country), ('sector', sector), ('industry', industry)) v(kind, value)
    where value is not null group by kind, value having sum(n) <> 0
    on conflict (kind, value) do update set assets = x.assets + excluded.assets;

    with delta as (
        select place_id as id, sum(n) as n from (
            select place_id, -1 as n from unnest(gone) union all select place_id, 1 from unnest(fresh)) d
        group by 1 having sum(n) <> 0
    ), counted as (
        update places p set assets = p.assets + d.n from delta d where d.id = p.id
        returning p.exchange, p.currency, d.n
    )
    insert into labels as x (kind, value, folded, assets)
    select kind, value, fold(value), sum(n) from counted
    cross join lateral (values ('exchange', exchange), ('currency', currency)) v(kind, value)
    where value is not null group by kind, value having sum(n) <> 0
    on conflict (kind, value) do update set assets = x.assets + excluded.assets;
    delete from labels where assets = 0;
end $$;

-- Best of each touched facet, read off the index of listings.
create function search.rate_facets(touched bigint[]) returns void
language sql set search_path = search, public, pg_temp as $$
    update facets f set best = b.rank
    from (select id, coalesce((select l.rank from listings l where l.facet_id = t.id and l.is_primary
                               order by l.rank desc limit 1), 0) as rank
          from (select distinct unnest(touched) as id) t) b
    where b.id = f.id and f.best <> b.rank
$$;
