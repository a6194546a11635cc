-- What a few typed letters may become. `kind`: symbol, name, or a column filtered by equality.
create function app.complete_assets(typed text, kind text, size int)
returns table (value text, label text)
language plpgsql stable rows 10
set search_path = search, public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    folded_text constant text := fold(typed);
    last_word constant text := substring(folded_text from '[^ ]*$');
    words_typed constant text[] := string_to_array(folded_text, ' ');
    n constant int := cardinality(words_typed);
    stem constant text := upper(btrim(typed));
    begun bigint[];
    whole bigint[];
    first bigint[];
    second bigint[];
    crowd int;
    groups bigint[];
begin
    if kind = 'symbol' then
        -- the best ranked come first, however many begin so; of the others a bounded number is looked at
        return query
        select c.symbol::text, c.name
        from (
            (select a.symbol, a.name, a.rank from assets a
             where a.symbol >= stem and a.symbol < stem || '~' and a.rank > 300 order by a.rank + 0 desc, a.symbol limit size)
            union
            (select a.symbol, a.name, a.rank from assets a
             where a.symbol >= stem and a.symbol < stem || '~' order by a.symbol limit 500)
        ) c
        order by c.rank desc, c.symbol limit size;
    elsif kind = 'name' then
        -- names of the best ranked are few; of the rest those that have the words: first where the mark says rank 220,
        -- then all, unless thousands have these words
        groups := array(
            select group_id from names where rank >= 340 and folded >= folded_text and folded < folded_text || '~'
            group by group_id order by max(rank) desc, group_id limit size);
        if cardinality(groups) < size and length(folded_text) >= 3 then
            if n = 1 or length(last_word) > 1 then
                select array_agg(id), sum(names) into begun, crowd from (
                    select w.id, w.names from words w where w.word >= last_word and w.word < last_word || '~' order by w.best desc, w.word limit 20
                ) w;
            end if;
            if n > 1 then
                select array_agg(id), least(crowd, min(names)) into whole, crowd from words where word = any(words_typed[:n - 1]);
            end if;
            first := coalesce(whole[1:1], begun);
            second := coalesce(whole[2:2], first);
            begun := coalesce(begun, first);
            groups := array(
                select group_id from names
                where words && begun and words && first and words && second and words && '{3}' and starts_with(folded, folded_text)
                group by group_id order by max(rank) desc, group_id limit size);
            if cardinality(groups) < size and (crowd < 2000 or groups = '{}') then
                groups := array(
                    select group_id from (
                        select group_id, rank from names
                        where words && begun and words && first and words && second and starts_with(folded, folded_text) limit 1000
                    ) n
                    group by group_id order by max(rank) desc, group_id limit size);
            end if;
        end if;
        return query
        select a.name, a.symbol::text
        from unnest(groups) g(id) join listings l on l.group_id = g.id and l.is_primary join assets a on a.id = l.asset_id
        order by l.rank desc, a.symbol;
    else
        return query
        select l.value, l.assets::text from labels l
        where l.kind = complete_assets.kind and l.folded >= folded_text and l.folded < folded_text || '~'
        order by l.assets desc, l.value limit size;
    end if;
end $$;
