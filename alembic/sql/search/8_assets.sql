-- Lists without words are read in order of rank. The trigrams of names are no longer looked at, and
-- the symbols of one root lie together in the index of symbols.
drop index public.ix_assets_name_words, public.ix_assets_root;
create index ix_assets_rank on public.assets (rank desc, symbol);
create index ix_assets_asset_class_rank on public.assets (asset_class, rank desc);
create index ix_assets_exchange_rank on public.assets (exchange, rank desc);
create index ix_assets_country on public.assets (country);
create index ix_assets_currency on public.assets (currency);
