#!/bin/sh
# Runs once, when the container makes its cluster: the database, its owner for migrations, and the
# login of the service, which by itself may read nothing (`universe db upgrade` lets it in).
set -eu
: "${UNIVERSE_OWNER_PASSWORD:?}" "${UNIVERSE_SERVICE_PASSWORD:?}"

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv owner_password UNIVERSE_OWNER_PASSWORD
\getenv service_password UNIVERSE_SERVICE_PASSWORD
create role universe_owner_login login createrole password :'owner_password';
create role universe_service login password :'service_password';
create database universe owner universe_owner_login;
revoke connect on database universe from public;
grant connect on database universe to universe_service;
SQL
