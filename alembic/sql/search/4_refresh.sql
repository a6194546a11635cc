-- Bring the index up to date with some assets. The result is what a rebuild makes, row by row.
create function search.refresh(ids uuid[]) returns void
language plpgsql set search_path = search, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    isins text[];
    affected uuid[];
    gone listings[];
    fresh listings[];
    groups bigint[];
    touched_facets bigint[];
begin
    select array_agg(distinct isin) into isins from (
        select isin from listings where asset_id = any(ids) union all select isin from assets where id = any(ids)
    ) t where isin is not null;
    select array_agg(distinct id) into affected from (
        select unnest(ids) as id union all select id from assets where isin = any(isins) and isin is not null) t;

    with d as (delete from listings l where asset_id = any(affected) returning l as gone)
    select coalesce(array_agg(d.gone), '{}') into gone from d;
    with i as (
        insert into listings as l (asset_id, group_id, name_id, facet_id, place_id, rank, is_primary, isin)
        select asset_id, group_id, name_id, facet_id, place_id, own_rank, false, isin
        from grouped_by_isin where isin = any(isins)
        union all
        select asset_id, group_id, name_id, facet_id, place_id, own_rank, false, isin
        from grouped_by_name where asset_id = any(ids)
        returning l as fresh
    )
    select coalesce(array_agg(i.fresh), '{}') into fresh from i;
    select array_agg(distinct group_id) into groups from unnest(gone || fresh) t;
    with r as (
        update listings l set rank = s.rank, is_primary = s.is_primary
        from (select * from rank_source where group_id = any(groups)) s
        where s.asset_id = l.asset_id and (l.rank, l.is_primary) is distinct from (s.rank, s.is_primary)
        returning l.facet_id
    )
    select array_agg(distinct facet_id) into touched_facets
    from (select facet_id from r union all select facet_id from unnest(gone || fresh)) t;
    perform count_labels(gone, fresh);
    perform rate_facets(touched_facets);
    delete from facets where id = any(touched_facets) and assets = 0;
    delete from places where id = any(array(select place_id from unnest(gone))) and assets = 0;
    perform refresh_names(groups);
end $$;

create type search.spelled_name as (
    name_id bigint, group_id bigint, folded text, core_id bigint, letters int, spelled text[], rank int
);

create function search.refresh_names(groups bigint[]) returns void
language plpgsql set search_path = search, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    wanted spelled_name[];
    added spelled_name[];
    removed names[];
begin
    select array_agg(row(s.name_id, s.group_id, s.folded, s.core_id, s.letters, s.spelled, s.rank)::spelled_name) into wanted
    from name_source s where group_id = any(groups);
    with d as (
        delete from names n where group_id = any(groups) and not exists (
            select from unnest(wanted) w where w.name_id = n.name_id and w.group_id = n.group_id
                and (w.rank, w.core_id, ids_of(w.spelled) || marks(w.rank)) = (n.rank, n.core_id, n.words))
        returning n as gone
    )
    select coalesce(array_agg(d.gone), '{}') into removed from d;
    with i as (
        insert into names (group_id, name_id, core_id, rank, letters, folded, words)
        select group_id, name_id, core_id, w.rank, letters, folded, ids_of(spelled) || marks(w.rank) from unnest(wanted) w
        on conflict do nothing
        returning name_id, group_id
    )
    select coalesce(array_agg(w), '{}') into added
    from unnest(wanted) w join i on i.name_id = w.name_id and i.group_id = w.group_id;
    perform count_words(removed, added);
end $$;

-- How often each word occurs follows the names that went and came; a lost best is looked up anew.
create function search.count_words(removed search.names[], added search.spelled_name[]) returns void
language plpgsql set search_path = search, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    lost bigint[];
begin
    insert into words (word, id, names, best)
    select distinct w, id_of(w), 0, 0 from unnest(added) a, unnest(a.spelled) w
    on conflict do nothing;
    with delta as (
        select id, sum(n)::int as n, coalesce(max(rank) filter (where n > 0), 0) as best,
            coalesce(max(rank) filter (where n < 0), 0) as before
        from (
            select id, -1 as n, r.rank from unnest(removed) r, unnest(r.words) id where id > 9 or id < 0
            union all
            select id_of(w), 1, a.rank from unnest(added) a, unnest(a.spelled) w
        ) t group by id
    ), changed as (
        update words w set names = w.names + d.n, best = greatest(w.best, d.best)
        from delta d
        where d.id = w.id and (d.n <> 0 or d.best > w.best or (d.before = w.best and d.best < w.best))
        returning w.id, (d.before = old.best and d.best < old.best) or w.names = 0 as is_lost
    )
    select array_agg(id) filter (where is_lost) into lost from changed;
    if lost is not null then
        update words w set best = b.best
        from (
            select l.id, (select greatest(max(n.rank), 0) from names n where n.words @> array[l.id]) as best
            from unnest(lost) l(id)
        ) b where b.id = w.id and w.best <> b.best;
        delete from words where id = any(lost) and names = 0;
    end if;
end $$;

-- The whole index anew. What stays as it is is not written again: that keeps it small, and the
-- first start short. Listings come in the order of their key, which then takes a quarter less. Readers
-- see the old index until the transaction commits.
create function search.rebuild() returns void
language plpgsql set search_path = search, public, pg_temp set work_mem = '128MB' as $$
begin
    merge into listings l
    using (
        select asset_id, group_id, name_id, facet_id, place_id,
            own_rank - size + max(size) over (partition by group_id) as rank,
            row_number() over (partition by group_id order by own_rank - size desc, length(symbol), symbol) = 1 as is_primary, isin
        from (select * from grouped_by_isin union all select * from grouped_by_name) g order by asset_id
    ) s on s.asset_id = l.asset_id
    when matched and (l.group_id, l.name_id, l.facet_id, l.place_id, l.rank, l.is_primary, l.isin)
            is distinct from (s.group_id, s.name_id, s.facet_id, s.place_id, s.rank, s.is_primary, s.isin) then
        update set group_id = s.group_id, name_id = s.name_id, facet_id = s.facet_id, place_id = s.place_id,
            rank = s.rank, is_primary = s.is_primary, isin = s.isin
    when not matched then
        insert (asset_id, group_id, name_id, facet_id, place_id, rank, is_primary, isin)
        values (s.asset_id, s.group_id, s.name_id, s.facet_id, s.place_id, s.rank, s.is_primary, s.isin)
    when not matched by source then delete;
    analyze listings;

    with named as materialized (
        select *, ids_of(spelled) || marks(rank) as words from name_source
    ), put as (
        merge into names m using named s on s.group_id = m.group_id and s.name_id = m.name_id
        when matched and (m.core_id, m.rank, m.letters, m.words) is distinct from (s.core_id, s.rank, s.letters, s.words) then
            update set core_id = s.core_id, rank = s.rank, letters = s.letters, words = s.words
        when not matched then
            insert (group_id, name_id, core_id, rank, letters, folded, words)
            values (s.group_id, s.name_id, s.core_id, s.rank, s.letters, s.folded, s.words)
        when not matched by source then delete
        returning 1
    )
    merge into words w
    using (
        select word, count(*)::int as names, greatest(max(rank), 0) as best from named, unnest(spelled) word group by word
    ) s on s.word = w.word
    when matched and (w.names, w.best) <> (s.names, s.best) then update set names = s.names, best = s.best
    when not matched then insert (word, id, names, best) values (s.word, id_of(s.word), s.names, s.best)
    when not matched by source then delete;

    delete from facets; delete from places; delete from labels;
    insert into facets (id, asset_class, country, sector, industry, words, assets, best)
    select id, asset_class, country, sector, industry, ids_of(facet_words(asset_class, country, sector, industry)), assets, best
    from (
        select l.facet_id as id, min(a.asset_class) as asset_class, min(a.country) as country, min(a.sector) as sector,
            min(a.industry) as industry, count(*) as assets, coalesce(max(l.rank) filter (where l.is_primary), 0) as best
        from listings l join assets a on a.id = l.asset_id group by l.facet_id
    ) f;
    insert into places (id, exchange, currency, suffix, words, assets)
    select id, exchange, currency, suffix, ids_of(place_words(exchange, suffix)), assets
    from (
        select l.place_id as id, min(a.exchange) as exchange, min(a.currency) as currency, min(suffix_of(a.symbol)) as suffix,
            count(*) as assets
        from listings l join assets a on a.id = l.asset_id group by l.place_id
    ) p;
    insert into labels (kind, value, folded, assets)
    select kind, value, fold(value), sum(n) from (
        select kind, value, assets as n from facets
        cross join lateral (values ('country', country), ('sector', sector), ('industry', industry)) v(kind, value)
        union all
        select kind, value, assets from places
        cross join lateral (values ('exchange', exchange), ('currency', currency)) v(kind, value)
    ) t where value is not null group by kind, value;
    analyze names; analyze words; analyze facets; analyze places; analyze labels;
end $$;

-- Statement triggers: whoever writes, the index follows in the same transaction. Many changes at
-- once are cheaper as a rebuild; which way was taken cannot be told from the result. An upsert
-- fires two triggers, and what one has rebuilt the other need not touch: they tell by the number
-- of the command that wrote the rows.
create function search.follow(ids uuid[]) returns void
language plpgsql set search_path = search, public, pg_temp as $$
declare
    command constant text := pg_current_xact_id() || ':' || (select cmin from assets where id = ids[1]);
begin
    if ids is null or current_setting('search.rebuilt_after', true) = command then return; end if;
    perform lock_index();
    if cardinality(ids) > 2000 and cardinality(ids) > (select count(*) from listings) / 8 then
        perform rebuild();
        perform set_config('search.rebuilt_after', command, true);
    else
        perform refresh(ids);
    end if;
end $$;

create function search.on_insert() returns trigger
language plpgsql security definer set search_path = search, public, pg_temp as $$
begin
    perform follow((select array_agg(id) from added));
    return null;
end $$;

create function search.on_update() returns trigger
language plpgsql security definer set search_path = search, public, pg_temp as $$
begin
    perform follow((
        select array_agg(n.id) from added n join removed o on o.id = n.id
        where (n.symbol, n.name, n.asset_class, n.exchange, n.currency, n.country, n.sector, n.industry, n.isin, n.market_cap_bucket, n.rank)
            is distinct from
            (o.symbol, o.name, o.asset_class, o.exchange, o.currency, o.country, o.sector, o.industry, o.isin, o.market_cap_bucket, o.rank)));
    return null;
end $$;

create function search.on_delete() returns trigger
language plpgsql security definer set search_path = search, public, pg_temp as $$
begin
    perform follow((select array_agg(id) from removed));
    return null;
end $$;

create trigger search_insert after insert on public.assets
    referencing new table as added for each statement execute function search.on_insert();
create trigger search_update after update on public.assets
    referencing old table as removed new table as added for each statement execute function search.on_update();
create trigger search_delete after delete on public.assets
    referencing old table as removed for each statement execute function search.on_delete();

-- Other names: the groups of the assets they belong to.
create function search.on_names() returns trigger
language plpgsql security definer set search_path = search, public, pg_temp as $$
declare
    groups bigint[];
begin
    if tg_op = 'INSERT' then
        select array_agg(distinct l.group_id) into groups
        from added s, string_to_table(s.successor, ' ') t(symbol) join assets a on a.symbol = t.symbol join listings l on l.asset_id = a.id;
    else
        select array_agg(distinct l.group_id) into groups
        from removed s, string_to_table(s.successor, ' ') t(symbol) join assets a on a.symbol = t.symbol join listings l on l.asset_id = a.id;
    end if;
    if groups is not null then
        perform lock_index();
        perform refresh_names(groups);
    end if;
    return null;
end $$;

create trigger search_insert after insert on public.asset_symbols
    referencing new table as added for each statement execute function search.on_names();
create trigger search_delete after delete on public.asset_symbols
    referencing old table as removed for each statement execute function search.on_names();
