grant usage on schema search to universe_app, universe_catalog, universe_worker;
grant select on all tables in schema search to universe_app, universe_catalog, universe_worker;
