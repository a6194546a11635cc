-- What a few typed letters may become. `kind`: symbol, name, or a column filtered by equality.
create function app.complete_assets(typed text, kind text, size int)
returns table (value text, label text)
language plpgsql stable rows 10
set search_path = search, public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    folded_text constant text := fold(typed);
    last_word constant text := substring(folded_text from '[^ ]*$');
    stem constant text := upper(btrim(typed));
    words_begun bigint[] := '{}';
begin
    if kind = 'symbol' then
        -- short stems begin thousands of symbols: those are looked for among the best ranked
        if length(stem) < 3 then
            return query
            select a.symbol::text, a.name from assets a
            where a.symbol >= stem and a.symbol < stem || '~' and a.rank > 300 order by a.rank + 0 desc, a.symbol limit size;
        else
            return query
            select a.symbol::text, a.name from assets a
            where a.symbol >= stem and a.symbol < stem || '~' order by a.rank + 0 desc, a.symbol limit size;
        end if;
    elsif kind = 'name' then
        -- names of the best ranked are few; of the rest those that have one of the words in the making
        if length(folded_text) >= 3 then
            words_begun := array(
                select w.id from words w where w.word >= last_word and w.word < last_word || '~' order by w.best desc, w.word limit 20);
        end if;
        return query
        select min(a.name), a.symbol::text
        from (
            select group_id, max(rank) as rank from (
                select group_id, rank from names
                where rank >= 340 and folded >= folded_text and folded < folded_text || '~'
                union all
                select group_id, rank from names where words && words_begun and starts_with(folded, folded_text)
            ) n
            group by group_id order by 2 desc, 1 limit size
        ) g
        join listings l on l.group_id = g.group_id and l.is_primary join assets a on a.id = l.asset_id
        group by a.symbol, g.rank order by g.rank desc, a.symbol;
    else
        return query
        select l.value, l.assets::text from labels l
        where l.kind = complete_assets.kind and l.folded >= folded_text and l.folded < folded_text || '~'
        order by l.assets desc, l.value limit size;
    end if;
end $$;
