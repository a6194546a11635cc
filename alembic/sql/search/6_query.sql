-- One typed word read as words of the lexicon, each with a quality of at most 1.
create type search.reading as (
    token int, id bigint, quality real, names int, best int, weight real, letters int
);

-- Whether two words of one length differ by two neighbouring letters in the other order.
create function search.is_swap(a text, b text) returns bool
language sql immutable strict parallel safe as $$
    select exists (
        select from generate_series(1, length(a) - 1) i
        where substr(a, i, 1) = substr(b, i + 1, 1) and substr(a, i + 1, 1) = substr(b, i, 1)
            and left(a, i - 1) = left(b, i - 1) and substr(a, i + 2) = substr(b, i + 2))
$$;

-- The slips that may be in one word. `effort` 2: several errors in it as well.
create function search.read_slips(typed text, token int, effort int) returns setof search.reading
language plpgsql stable rows 30 as $$
#variable_conflict use_column
declare
    size constant int := length(typed);
    plain constant text := plain_umlauts(typed);
    near int[];
begin
    if size >= 3 and typed !~ '[0-9]' then
        near := neighbours(typed) || hashtext(typed);
        return query select token, s.id,
            case when plain_umlauts(s.word) = plain then 0.98
                 when size = 3 or s.distance > 1 then 0.62
                 when left(s.word, 1) = left(typed, 1) then 0.72 else 0.64 end::real,
            s.names, s.best, weight(s.word, s.names), s.letters
        from (
            select w.id, w.word, w.names, w.best, length(w.word) as letters,
                case when length(w.word) = size and is_swap(typed, w.word) then 1 else levenshtein_less_equal(w.word, typed, 2) end as distance
            from words w
            where (neighbours(w.word) && near or w.word = any(without_one(typed)))
                and w.word <> typed and length(w.word) between size - 1 and size + 1
            order by w.best desc limit 40
        ) s
        where s.distance <= case when s.letters = size then 2 else 1 end;
    end if;
    if effort > 1 and size >= 5 then
        return query select token, s.id, (0.79 - 0.11 * s.distance)::real, s.names, s.best, weight(s.word, s.names), length(s.word)
        from (
            select w.id, w.word, w.names, w.best, levenshtein_less_equal(w.word, typed, 3) as distance from words w
            where w.word >= left(typed, 1) and w.word < left(typed, 1) || '~' and length(w.word) between size - 2 and size + 2
                and levenshtein_less_equal(w.word, typed, 3) <= case when size < 7 then 2 else 3 end
            order by 5, w.best desc limit 16
        ) s where s.distance > 1;
        return query select token, w.id, (0.30 + 0.4 * similarity(w.word, typed))::real, w.names, w.best, weight(w.word, w.names), length(w.word)
        from words w
        where w.word % typed and length(w.word) < 60
            and levenshtein_less_equal(w.word, left(typed, 60), 3) <= case when size < 7 then 2 else 3 end
        order by 3 desc, w.best desc limit 12;
    end if;
end $$;

-- Each typed word as words of the lexicon: itself, what it begins, other spellings. `known` are the places of those that are
-- in it themselves. Slips are read with an `effort` of 0 in words nobody has, with 1 in all, with 2 several in one word.
create function search.read_words(tokens text[], effort int, out readings search.reading[], out known int[])
language plpgsql stable as $$
#variable_conflict use_column
declare
    n constant int := cardinality(tokens);
begin
    select array_agg(row(token, id, quality, names, best, weight(word, names), length(word))::reading),
        coalesce(array_agg(token) filter (where quality = 1), '{}') into readings, known
    from (
        select t.i::int as token, w.id, w.word, w.names, w.best,
            (case w.word when t.typed then 1 when plain_umlauts(t.typed) then 0.99 when t.singular then 0.93 else 0.82 end)::real as quality
        from (
            select *, case when length(typed) >= 4 and right(typed, 1) = 's' then left(typed, -1) else typed end as singular
            from unnest(tokens) with ordinality t(typed, i)
        ) t
        join words w on w.word = any(array(select canon from synonyms where word = t.typed) || array[t.typed, plain_umlauts(t.typed), t.singular])
        union all
        select t.i::int, w.id, w.word, w.names, w.best, (case when t.i = n then 0.82 else 0.70 end + 0.12 * length(t.typed) / length(w.word))::real
        from unnest(tokens) with ordinality t(typed, i)
        cross join lateral (
            select * from words w where w.word > t.typed and w.word < t.typed || '~'
            order by w.best desc, w.names desc, w.word limit case when t.i = n then 20 else 6 end
        ) w
        -- a legal form that ends a name begins nothing
        where length(t.typed) >= 2
            and not (t.i > 1 and t.typed = any(legal_forms()) and exists (select from words w where w.word = t.typed))
        union all
        -- two words typed apart that a name has as one
        select x.i, w.id, w.word, w.names, w.best, 0.95
        from generate_series(1, n - 1) i
        join words w on w.word = tokens[i] || tokens[i + 1]
        cross join lateral (values (i), (i + 1)) x(i)
    ) r;
    for i in 1 .. n loop
        if effort > 0 or effort = 0 and i <> all(known) then
            -- several slips are in a word that nobody has, if there is one
            readings := readings || array(
                select r from read_slips(tokens[i], i, case when i = any(known) and cardinality(known) < n then 1 else effort end) r);
        end if;
    end loop;
    -- of one word the best reading
    select array_agg(row(token, id, quality, names, best, weight, letters)::reading) into readings
    from (
        select token, id, max(quality) as quality, names, best, weight, letters from unnest(readings)
        group by token, id, names, best, weight, letters
    ) r;
end $$;

create type search.found as (
    group_id bigint, name_id bigint, score real, coverage real, matched int, fit real, is_cut bool
);

-- How well each name covers the words typed, best name of a group first.
create function search.score_names(
    candidates search.names[], readings search.reading[], weights real[], spots int, cores bigint[], typed text
) returns table (group_id bigint, name_id bigint, score real, coverage real, matched int, fit real)
language plpgsql stable rows 50 as $$
#variable_conflict use_column
declare
    n constant int := cardinality(weights);
    whole constant real := (select sum(w) from unnest(weights) w);
begin
    return query
    with scored as (
        select m.group_id, m.name_id, c.coverage, c.matched, m.rank,
            (100 * c.coverage + 10 * least(1, c.letters::real / m.letters) + 5 * c.first + 4 * c.is_ordered::int + 0.0625 * m.rank
             + case when m.core_id = any(cores) then 10 when starts_with(m.folded, typed) then 5 else 0 end)::real as score
        from (select distinct on (group_id, name_id) * from unnest(candidates)) m cross join lateral (
            select (sum(quality * weights[token]) / whole)::real as coverage, sum(letters) as letters,
                max(first) as first, sum(1 << token)::int as matched,
                n > 1 and array_agg(place order by token) = array_agg(place order by place) as is_ordered
            from (
                select r.token, max(r.quality) as quality,
                    max(case when r.id = m.words[1] then r.quality else 0 end) as first,
                    max(case when r.weight > 0.3 then r.letters else 0 end) as letters, min(array_position(m.words, r.id)) as place
                from unnest(readings) r where r.id = any(m.words) group by r.token order by r.token
            ) t
        ) c where c.matched is not null
    )
    select distinct on (group_id) group_id, name_id, max(score) over (partition by group_id), coverage, matched,
        case when spots & ~matched = 0 then coverage else (coverage + (
            select sum(w) from unnest(weights) with ordinality t(w, i) where spots & ~matched & (1 << i::int) <> 0) / whole)::real end
    from scored order by group_id, score - 0.0625 * rank desc, rank desc, name_id;
end $$;

-- Those of the names whose issuer has a listing in facets and places that pass the filters; what else is asked of a listing
-- is asked when it is picked. "is true" keeps the sets of ids as such: as joins they would be asked for each listing.
create function search.keep_filtered(candidates search.names[], filters jsonb) returns search.names[]
language plpgsql stable as $$
#variable_conflict use_column
declare
    of_facet constant bool := filters ?| '{asset_class,country,sector,industry}';
    of_place constant bool := filters ?| '{exchange,currency}';
    wanted record;
    kept names[];
begin
    if not (of_facet or of_place) then return candidates; end if;
    select * into wanted from jsonb_to_record(filters)
        as x(asset_class text, country text, sector text, industry text, exchange text, currency text);
    select array_agg(m) into kept from unnest(candidates) m where exists (
        select from listings l where l.group_id = m.group_id
            and (not of_facet or (l.facet_id in (
                select f.id from facets f
                where (wanted.asset_class is null or f.asset_class = wanted.asset_class) and (wanted.country is null or f.country = wanted.country)
                    and (wanted.sector is null or f.sector = wanted.sector) and (wanted.industry is null or f.industry = wanted.industry)
            )) is true)
            and (not of_place or (l.place_id in (
                select p.id from places p
                where (wanted.exchange is null or p.exchange = wanted.exchange) and (wanted.currency is null or p.currency = wanted.currency)
            )) is true));
    return kept;
end $$;

-- The names that fit the words best, by group. `most` bounds how many are looked at.
create function search.find_names(
    tokens text[], typed text, readings search.reading[], spots int, places int, is_name bool, most int, filters jsonb
)
returns setof search.found language plpgsql stable rows 50 as $$
#variable_conflict use_column
declare
    n constant int := cardinality(tokens);
    cores constant bigint[] := array[id_of(core(typed)), id_of(replace(typed, ' ', ''))];
    weights real[] := array_fill(7, array[n]);
    a bigint[]; b bigint[]; c bigint[]; d bigint[];
    alternatives record;
    rare bigint[];
    place bigint[];
    other_place bigint[];
    lightest bigint;
    few int;
    candidates names[];
    is_cut bool;
    ids bigint[];
begin
    -- What each typed word weighs: as its exact reading, else as its best; a place says less. The readings of up to three
    -- words are taken, rarest first; legal forms only where there is nothing else.
    for alternatives in
        select *, case when count(*) over () < n then 7 else max(t.weight) over () end as heaviest from (
            select r.token, places & (1 << r.token) <> 0 as is_place,
                coalesce(max(r.weight) filter (where r.quality = 1), max(r.weight)) * case when places & (1 << r.token) <> 0 then 0.4 else 1 end as weight,
                array_agg(r.id order by r.quality desc, r.best desc) filter (where r.is_taken) as ids, sum(r.names) filter (where r.is_taken) as mass
            from (
                select *, row_number() over w <= 24 and (quality = 1 or names < 2500 or max(quality) over w < 1)
                    and coalesce(sum(names) over (w rows between unbounded preceding and 1 preceding), 0) < 1500 as is_taken
                from unnest(readings) window w as (partition by token order by quality desc, best desc)
            ) r
            group by r.token
        ) t order by t.is_place, t.mass
    loop
        weights[alternatives.token] := alternatives.weight;
        continue when alternatives.ids is null or alternatives.weight < 1 and alternatives.heaviest >= 1;
        if alternatives.is_place and a is not null then
            if place is null then place := alternatives.ids; else other_place := coalesce(other_place, alternatives.ids); end if;
            continue;
        end if;
        if a is null then a := alternatives.ids; lightest := alternatives.mass; rare := alternatives.ids;
        elsif b is null then b := alternatives.ids;
            if alternatives.mass < 400 then rare := rare || alternatives.ids; end if;
        elsif c is null then c := alternatives.ids;
        end if;
    end loop;
    if a is null then return; end if;
    b := coalesce(b, a); c := coalesce(c, a);
    -- words that thousands of names have are looked for among the best ranked first: the marks 1 and 3 are theirs
    if lightest > 4000 then
        foreach d slice 1 in array '{{1},{3}}'::bigint[] loop
            select array_agg(m) into candidates from (
                select m from names m where words && a and words && b and words && c and words && d
                order by rank + 0 desc, name_id limit most
            ) t(m);
            exit when cardinality(candidates) >= 40;
            candidates := null;
        end loop;
    end if;
    is_cut := candidates is not null;
    if candidates is null then
        select array_agg(m) into candidates from (
            select m from names m where words && a and words && b and words && c
            order by rank + 0 desc, name_id limit most
        ) t(m);
        is_cut := cardinality(candidates) >= most;
    end if;
    if filters is not null then candidates := keep_filtered(candidates, filters); end if;
    if place is not null then
        select candidates || array_agg(m) into candidates from (
            select m from names m where words && a and words && b and words && c and words && place and words && coalesce(other_place, place)
            order by rank + 0 desc, name_id limit most
        ) t(m);
    end if;
    -- some words may be of nothing in the name, a slip or one too many: two of three, then one
    few := case when n = (select count(distinct token) from unnest(readings) where quality = 1) then 1 else 8 end;
    if n > 1 and lightest <= 4000 and coalesce(cardinality(candidates), 0) < few and c <> b then
        select candidates || array_agg(m) into candidates from (
            select m from names m
            where (words && a and words && b) or (words && a and words && c) or (words && b and words && c and lightest < 500)
            order by rank + 0 desc, name_id limit 60
        ) t(m);
    end if;
    if n > 1 and lightest <= 4000 and coalesce(cardinality(candidates), 0) < few then
        ids := array(select id from unnest(readings));
        d := case when lightest > 800 then '{3}'::bigint[] else rare end;
        select candidates || array_agg(m) into candidates from (
            select m from names m where words && rare and words && d
            order by (select count(*) from unnest(words) w where w = any(ids)) * 80 + rank desc, name_id limit 60
        ) t(m);
    end if;
    if is_name then select candidates || array_agg(m) into candidates from (
        (select m from names m where core_id = cores[1] order by rank desc limit 10)
        union all
        (select m from names m where core_id = cores[2] and cores[2] <> cores[1] order by rank desc limit 10)
    ) t(m);
    end if;
    return query select s.group_id, s.name_id, s.score, s.coverage, s.matched, s.fit, is_cut
        from score_names(candidates, readings, weights, spots, cores, typed) s;
end $$;

-- Symbols, former symbols and symbols that begin so. Typed in capitals or with signs it is meant as one.
create function search.find_symbols(raw text, symbols text[], is_name bool)
returns table (asset_id uuid, group_id bigint, score real, is_exact bool)
language plpgsql stable rows 10 as $$
#variable_conflict use_column
declare
    typed constant text := upper(raw);
    stem constant text := case when raw ~ '^[A-Za-z0-9]{1,12}(\.[A-Za-z]{1,3})?$' then split_part(typed, '.', 1) else '' end;
    is_literal constant bool := raw ~ '[.=^:]' or not is_name and (raw = typed or length(raw) <= 2);
begin
    -- of an issuer's listings that only begin so, the one people mean first stands for all
    return query
    select distinct on (s.points >= 110, l.group_id, case when s.points >= 110 then l.asset_id end) l.asset_id, l.group_id,
        (max(s.points) over (partition by s.points >= 110, l.group_id) + case when is_literal then 30 else 0 end + 0.0625 * l.rank)::real,
        is_literal and s.points >= 110
    from (
        select a.id, 118 as points from assets a where a.symbol = any(symbols || typed || ('^' || typed))
        union all
        select a.id, 112 from asset_symbols f join assets a on a.symbol = f.successor
        where f.notation = 'yahoo' and f.kind = 'renamed' and f.symbol = any(symbols || typed)
        union all
        (select a.id, 100 from assets a
         where stem <> '' and a.symbol > stem || '.' and a.symbol < stem || '/' order by a.rank + 0 desc, a.symbol limit 12)
        union all
        select a.id, 100 from assets a where stem <> '' and a.symbol = any(array[stem, left(stem, -1) || '-' || right(stem, 1)])
        union all
        (select a.id, 60 from assets a
         where length(stem) >= 2 and a.symbol > stem and a.symbol < stem || '~' order by a.rank + 0 desc, a.symbol limit 8)
    ) s join listings l on l.asset_id = s.id
    order by s.points >= 110, l.group_id, case when s.points >= 110 then l.asset_id end, l.rank desc, l.asset_id;
end $$;

-- Companies of a sector, industry, country or class, where every word typed is of one.
create function search.find_labelled(tokens text[], readings search.reading[], filters jsonb)
returns table (asset_id uuid, group_id bigint, score real)
language plpgsql stable rows 10 as $$
#variable_conflict use_column
declare
    fillers constant text[] := '{companies,company,sector,industry,industries,makers,maker,producers,producer,firms,firm,in,from,the,of,and}';
    ids bigint[];
    a bigint[]; b bigint[]; c bigint[];
    more_ids bigint[] := '{}';
    more_tokens int[] := '{}';
    more int := 0;
begin
    for i in 1 .. cardinality(tokens) loop
        continue when tokens[i] = any(fillers);
        select array_agg(distinct r.id) into ids from (
            select id from unnest(readings) where token = i and quality >= 0.8
            union all select id_of(tokens[i])
            union all select id_of(canon) from synonyms where word = tokens[i]
        ) r where exists (select from facets f where f.words @> array[r.id]);
        if ids is null then return; end if;
        if a is null then a := ids; elsif b is null then b := ids; elsif c is null then c := ids;
        else
            more := more + 1;
            more_ids := more_ids || ids;
            more_tokens := more_tokens || array_fill(more, array[cardinality(ids)]);
        end if;
    end loop;
    if a is null then return; end if;
    return query
    select l.asset_id, l.group_id, (104 + 0.0625 * l.rank)::real
    from (
        select id from facets f where words && a and words && coalesce(b, a) and words && coalesce(c, a)
            and (more = 0 or more = (select count(distinct t) from unnest(more_ids, more_tokens) u(id, t) where u.id = any(f.words)))
            and (filters is null or coalesce(f.asset_class = filters ->> 'asset_class', not filters ? 'asset_class')
                and coalesce(f.country = filters ->> 'country', not filters ? 'country')
                and coalesce(f.sector = filters ->> 'sector', not filters ? 'sector')
                and coalesce(f.industry = filters ->> 'industry', not filters ? 'industry'))
        order by best desc, id limit 12
    ) f
    cross join lateral (
        select * from listings l where l.facet_id = f.id and l.is_primary order by l.rank desc, l.asset_id limit 10
    ) l;
end $$;

create function search.passes(a public.assets, filters jsonb) returns bool
language sql immutable parallel safe as $$
    select filters is null or (
        coalesce(a.asset_class = filters ->> 'asset_class', not filters ? 'asset_class')
        and coalesce(a.sector = filters ->> 'sector', not filters ? 'sector')
        and coalesce(a.industry = filters ->> 'industry', not filters ? 'industry')
        and coalesce(a.country = filters ->> 'country', not filters ? 'country')
        and coalesce(a.exchange = filters ->> 'exchange', not filters ? 'exchange')
        and coalesce(a.currency = filters ->> 'currency', not filters ? 'currency')
        and coalesce(a.market_cap_bucket = filters ->> 'market_cap_bucket', not filters ? 'market_cap_bucket')
        and coalesce(a.market_cap >= (filters ->> 'min_market_cap')::numeric and a.market_cap_currency = 'USD', not filters ? 'min_market_cap')
        and coalesce(a.market_cap <= (filters ->> 'max_market_cap')::numeric and a.market_cap_currency = 'USD', not filters ? 'max_market_cap')
        and coalesce(a.pe_ratio >= (filters ->> 'min_pe_ratio')::numeric, not filters ? 'min_pe_ratio')
        and coalesce(a.pe_ratio <= (filters ->> 'max_pe_ratio')::numeric, not filters ? 'max_pe_ratio')
        and coalesce(a.dividend_yield >= (filters ->> 'min_dividend_yield')::numeric, not filters ? 'min_dividend_yield')
        and (a.is_validated or not filters ? 'validated_only'))
$$;

-- The words, as bits, that may be of a place or a sector: a name that lacks one may be listed there.
create function search.spots_of(tokens text[], out places int, out spots int)
language sql stable as $$
    select coalesce(sum(1 << i::int) filter (where is_place), 0)::int, coalesce(sum(1 << i::int) filter (where is_place or is_label), 0)::int
    from (
        select i, exists (select from place_names p where p.id = id_of(w) offset 0) as is_place,
            exists (select from facets f where f.words @> array[id_of(w)] offset 0) as is_label
        from unnest(tokens) with ordinality t(w, i) where cardinality(tokens) > 1 offset 0
    ) t
$$;

create type search.hit as (asset_id uuid, group_id bigint, tier int, score real);

-- The listing of each group that is shown: the first in order, or the one at the place typed.
create function search.pick_listings(groups search.found[], tokens text[], spots int, filters jsonb) returns setof search.hit
language plpgsql stable rows 50 as $$
#variable_conflict use_column
declare
    n constant int := cardinality(tokens);
    -- a class of shares is a listing's own name, not its place in order
    of_class constant bool := n > 1 and tokens && '{a,b,c,class,adr,pref,preferred,vz,vorzuge}'::text[];
    class_sign constant text := (select '-' || upper(w) || '(\.|$)' from unnest(tokens) w where of_class and w = any('{a,b,c,d}') limit 1);
begin
    if filters is null and not of_class then
        return query
        select l.asset_id, g.group_id, (g.coverage >= 0.68)::int, g.score
        from unnest(groups) g join listings l on l.group_id = g.group_id and l.is_primary
        where g.coverage >= 0.45 and spots & ~g.matched = 0;
    elsif filters is null then
        return query
        select l.asset_id, g.group_id, (g.coverage >= 0.68)::int, g.score
        from unnest(groups) g
        cross join lateral (
            select l.asset_id from listings l
            cross join lateral (
                select class_sign is not null and (select a.symbol ~ class_sign from assets a where a.id = l.asset_id) as is_marked offset 0
            ) s
            where l.group_id = g.group_id and (l.is_primary or is_marked or l.name_id = g.name_id)
            order by is_marked desc, l.name_id is not distinct from g.name_id desc, l.rank desc limit 1
        ) l
        where g.coverage >= 0.45 and spots & ~g.matched = 0;
    else
        return query
        select l.asset_id, g.group_id, (g.coverage >= 0.68)::int, g.score
        from unnest(groups) g
        cross join lateral (
            select l.asset_id from listings l join assets a on a.id = l.asset_id
            where l.group_id = g.group_id and (filters is null or passes(a, filters)) order by l.rank desc, a.symbol limit 1
        ) l where g.coverage >= 0.45 and spots & ~g.matched = 0;
    end if;
    if spots = 0 then return; end if;
    return query
    with asked as materialized (
        select i::int as token, array_agg(s.canon) || id_of(w) as ids from unnest(tokens) with ordinality t(w, i)
        left join lateral (select id_of(canon) as canon from synonyms where word = w) s on true
        where spots & (1 << i::int) <> 0 group by i, w
    )
    select l.asset_id, g.group_id, (g.coverage + l.share >= 0.68)::int, (g.score + 50 * l.share + l.extra)::real
    from (
        select * from unnest(groups) where coverage >= 0.25 and spots & ~matched <> 0 order by score desc, group_id limit 40
    ) g
    cross join lateral (
        select l.asset_id, coalesce(p.share, 0)::real as share, coalesce(p.extra, 0)::real as extra
        from (
            select l.*, a.symbol from listings l join assets a on a.id = l.asset_id
            where l.group_id = g.group_id and (filters is null or passes(a, filters)) order by l.rank desc, a.symbol limit 40
        ) l
        join places on places.id = l.place_id join facets on facets.id = l.facet_id
        cross join lateral (
            select (1 - g.coverage) * count(*) / (n - bit_count(g.matched::bit(32))) as share,
                case when bool_or(k.ids && places.words) then 3 else 0 end as extra
            from asked k where g.matched & (1 << token) = 0 and (k.ids && places.words or k.ids && facets.words)
        ) p
        order by p.share desc nulls last, p.extra desc, l.rank desc, l.symbol limit 1
    ) l
    where g.coverage + l.share >= 0.45;
end $$;

-- Best first, one listing an issuer. `tier` 2: typed as a symbol or ISIN; 1: named so; 0: only alike.
create function app.search_assets(query text, symbols text[], filters jsonb)
returns table (asset_id uuid, group_id bigint, tier int, score int, is_cut bool)
language plpgsql stable rows 50
set search_path = search, public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    raw constant text := left(btrim(query), 120);
    typed constant text := fold(raw);
    tokens constant text[] := (
        select array_agg(w order by o) from (
            select w, min(o) as o from string_to_table(nullif(typed, ''), ' ') with ordinality t(w, o) group by w order by 2 limit 8
        ) once);
    most constant int := case when filters is null then 60 else 1000 end;
    is_name constant bool := exists (select from names where core_id in (id_of(core(typed)), id_of(replace(typed, ' ', ''))));
    readings reading[];
    groups found[];
    named hit[];
    is_symbol bool := false;
    is_typed bool;
    known int[];
    places int;
    spots int;
    top real;
begin
    if raw ~ '^[A-Za-z]{2}[A-Za-z0-9]{9}[0-9]$' then
        return query
        select distinct on (l.group_id) l.asset_id, l.group_id, 2, 30000 + l.rank, false
        from assets a join listings l on l.asset_id = a.id
        where a.isin = upper(raw) and a.isin is not null and (filters is null or passes(a, filters)) order by l.group_id, l.rank desc, a.symbol;
        if found then return; end if;
    end if;
    if symbols <> '{}' or raw !~ ' ' then
        select array_agg(row(s.asset_id, s.group_id, case when s.is_exact then 2 else 1 end, s.score)::hit),
            coalesce(bool_or(s.score >= 118), false) into named, is_symbol
        from find_symbols(raw, symbols, is_name) s join assets a on a.id = s.asset_id where (filters is null or passes(a, filters));
    end if;
    -- with a sign of symbols in it, one that exists is nothing else
    is_typed := is_symbol and exists (select from unnest(named) h where h.tier = 2);
    if tokens is not null and not (is_typed and raw ~ '[-.=^:]') then
        select * into places, spots from spots_of(tokens);
        for effort in 0 .. 2 loop
            -- of words nobody has, slips were read at once
            continue when effort = 1 and known = '{}';
            -- beside the very symbol in capitals nothing is a slip
            select * into readings, known from read_words(tokens, case when is_typed then -1 else effort end);
            if effort = 0 then
                select named || array_agg(row(l.asset_id, l.group_id, 1, l.score)::hit), is_symbol or count(*) > 0 into named, is_symbol
                from find_labelled(tokens, readings, filters) l join assets a on a.id = l.asset_id where (filters is null or passes(a, filters));
            end if;
            select array_agg(f), max(f.fit) into groups, top from find_names(tokens, typed, readings, spots, places, is_name, most, filters) f;
            -- slips are looked for where neither a symbol, a sector nor a name is what was typed
            exit when is_symbol or top >= case when effort = 0 and known <> '{}' then 0.8 else 0.68 end;
        end loop;
    end if;
    return query
    with hits as (
        select * from pick_listings(groups, tokens, spots, filters)
        union all
        select * from unnest(named)
    ), best as (
        select distinct on (group_id) * from hits order by group_id, tier desc, score desc, asset_id
    )
    select b.asset_id, b.group_id, b.tier, (b.score * 100)::int, exists (select from unnest(groups) g where g.is_cut)
    from best b;
end $$;
