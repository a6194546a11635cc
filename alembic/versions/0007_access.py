"""Finding out whose a token is, before there is a tenant.

The function sees tokens by their digest alone, so that it cannot be used to list them; its owner may
read tokens and users and touch nothing but the time of last use.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UP = (
    "set local role universe_owner",
    "create policy lookup on api_tokens to universe_helper using (true) with check (true)",
    "grant select on api_tokens to universe_helper",
    "grant update (last_used_at) on api_tokens to universe_helper",
    """
    create function app.find_token(digest bytea)
    returns table (owner_id uuid, name text, scopes text[])
    language sql volatile security definer set search_path = '' as $$
        update public.api_tokens t set last_used_at = now()
        where t.digest = find_token.digest and t.revoked_at is null
          and (t.expires_at is null or t.expires_at > now())
          and (t.last_used_at is null or t.last_used_at < now() - interval '1 minute');
        select u.id, u.name, t.scopes
        from public.api_tokens t join public.users u on u.id = t.owner_id
        where t.digest = find_token.digest and t.revoked_at is null
          and (t.expires_at is null or t.expires_at > now())
    $$
    """,
    "revoke execute on function app.find_token from public",
    "grant execute on function app.find_token to universe_app",
    "grant create on schema app to universe_helper",
    "alter function app.find_token owner to universe_helper",
    "revoke create on schema app from universe_helper",
    "reset role",
)

DOWN = (
    "drop function app.find_token",
    "drop policy lookup on api_tokens",
    "revoke all on api_tokens from universe_helper",
)


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
