-- Lists without words are read in order of rank. The trigrams of names are no longer looked at, and
-- the symbols of one root lie together in the index of symbols.
drop index public.ix_assets_name_words, public.ix_assets_root;
create index ix_assets_rank on public.assets (rank desc, symbol);
-- The planner takes rank for unrelated to class and venue and would walk the index above past a
-- hundred thousand rows to the first fund; an order of its own keeps it to these.
create index ix_assets_asset_class_rank on public.assets (asset_class, (- rank));
create index ix_assets_exchange_rank on public.assets (exchange, (- rank));
create index ix_assets_country on public.assets (country);
create index ix_assets_currency on public.assets (currency);
