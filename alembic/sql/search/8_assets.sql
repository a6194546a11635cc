-- Lists without words are read in order of rank; the trigrams of names are no longer looked at.
drop index public.ix_assets_name_words;
create index ix_assets_rank on public.assets (rank desc, symbol);
create index ix_assets_asset_class_rank on public.assets (asset_class, rank desc);
create index ix_assets_exchange_rank on public.assets (exchange, rank desc);
create index ix_assets_country on public.assets (country);
create index ix_assets_currency on public.assets (currency);
