"""What background refreshing remembers of its own."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import Base


class SymbolCheckRow(Base):
    """When a symbol was last asked for in the background, whatever the answer was."""

    __tablename__ = "symbol_checks"

    symbol: Mapped[str] = mapped_column(String(32), primary_key=True)
    asked_at: Mapped[datetime]
