"""Reference data: read by tenants, written by the catalogue role alone.

No row-level security here: nothing in these tables belongs to anybody.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("assets", "asset_symbols", "index_memberships", "validations", "catalog_imports")

UP = (
    "set local role universe_owner",
    """
    CREATE TABLE assets (
        id UUID DEFAULT uuidv7() NOT NULL,
        symbol VARCHAR(32) COLLATE "C" NOT NULL,
        name TEXT NOT NULL,
        asset_class TEXT NOT NULL,
        exchange TEXT,
        mic VARCHAR(4),
        currency VARCHAR(8),
        country TEXT,
        sector TEXT,
        industry TEXT,
        isin VARCHAR(12),
        market_cap NUMERIC(24, 2),
        market_cap_currency VARCHAR(8),
        market_cap_bucket TEXT,
        pe_ratio NUMERIC(18, 6),
        dividend_yield NUMERIC(12, 8),
        status TEXT DEFAULT 'active' NOT NULL,
        is_validated BOOLEAN DEFAULT false NOT NULL,
        last_validated_at TIMESTAMP WITH TIME ZONE,
        rank INTEGER DEFAULT 0 NOT NULL,
        metadata JSONB DEFAULT '{}'::jsonb NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_assets PRIMARY KEY (id),
        CONSTRAINT ck_assets_asset_class CHECK (asset_class in ('equity', 'etf', 'fund', 'index', 'currency', 'crypto', 'future', 'moneymarket')),
        CONSTRAINT ck_assets_status CHECK (status in ('active', 'delisted', 'suspended', 'unknown')),
        CONSTRAINT ck_assets_money CHECK (market_cap is null or market_cap_currency is not null),
        CONSTRAINT uq_assets_symbol UNIQUE (symbol)
    )
    """,
    """
    CREATE INDEX ix_assets_is_validated ON assets (is_validated)
    """,
    """
    CREATE INDEX ix_assets_isin ON assets (isin) WHERE isin is not null
    """,
    """
    CREATE INDEX ix_assets_name_words ON assets USING gin (lower(name) gin_trgm_ops)
    """,
    """
    CREATE INDEX ix_assets_root ON assets (split_part(symbol, '.', 1)) WHERE symbol like '%.%'
    """,
    """
    CREATE INDEX ix_assets_sector_industry ON assets (sector, industry)
    """,
    """
    CREATE TABLE catalog_imports (
        id UUID DEFAULT uuidv7() NOT NULL,
        source TEXT NOT NULL,
        checksum TEXT NOT NULL,
        added INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        unchanged INTEGER NOT NULL,
        rejected INTEGER NOT NULL,
        imported_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_catalog_imports PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE periodic_runs (
        name TEXT NOT NULL,
        slot TIMESTAMP WITH TIME ZONE NOT NULL,
        started_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        finished_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_periodic_runs PRIMARY KEY (name, slot)
    )
    """,
    """
    CREATE TABLE validations (
        symbol VARCHAR(64) COLLATE "C" NOT NULL,
        source TEXT NOT NULL,
        known BOOLEAN NOT NULL,
        answer JSONB DEFAULT '{}'::jsonb NOT NULL,
        observed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_validations PRIMARY KEY (symbol, source)
    )
    """,
    """
    CREATE TABLE asset_symbols (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        asset_id UUID,
        notation TEXT NOT NULL,
        symbol VARCHAR(64) COLLATE "C" NOT NULL,
        valid_from DATE,
        valid_to DATE,
        kind TEXT NOT NULL,
        successor TEXT,
        name TEXT,
        source TEXT NOT NULL,
        CONSTRAINT pk_asset_symbols PRIMARY KEY (id),
        CONSTRAINT fk_asset_symbols_asset_id_assets FOREIGN KEY(asset_id) REFERENCES assets (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX ix_asset_symbols_asset_id ON asset_symbols (asset_id)
    """,
    """
    CREATE INDEX ix_asset_symbols_symbol ON asset_symbols (symbol)
    """,
    """
    CREATE UNIQUE INDEX uq_asset_symbols_identity ON asset_symbols (notation, symbol, valid_to, source) NULLS NOT DISTINCT
    """,
    """
    CREATE TABLE index_memberships (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        index_code TEXT NOT NULL,
        asset_id UUID NOT NULL,
        during DATERANGE NOT NULL,
        source TEXT NOT NULL,
        CONSTRAINT pk_index_memberships PRIMARY KEY (id),
        CONSTRAINT ex_index_memberships_overlap EXCLUDE USING gist (index_code WITH =, asset_id WITH =, during WITH &&),
        CONSTRAINT fk_index_memberships_asset_id_assets FOREIGN KEY(asset_id) REFERENCES assets (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX ix_index_memberships_asset_id ON index_memberships (asset_id)
    """,
    f"grant select on {', '.join(TABLES)} to universe_app, universe_worker",
    f"grant select, insert, update, delete, maintain on {', '.join(TABLES)} to universe_catalog",
    "grant select, insert, update, delete on periodic_runs to universe_worker",
    "reset role",
)

DOWN = (f"drop table periodic_runs, {', '.join(reversed(TABLES))}",)


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
