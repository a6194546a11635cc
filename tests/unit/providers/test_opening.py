"""Which providers there are, and what importing them costs."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.adapters.providers import ProviderConfig, open_providers
from core.adapters.providers.alpha_vantage_client import AlphaVantageClient
from core.adapters.providers.yahoo import ASKABLE, session_opener
from core.adapters.providers.yahoo_session import redirected
from core.domain.errors import InvalidInputError


def test_importing_the_providers_imports_neither_yfinance_nor_pandas() -> None:
    program = (
        "import sys, core.adapters.providers, core.adapters.valkey_cache\n"
        "heavy = {'yfinance', 'pandas', 'numpy', 'curl_cffi'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    root = Path(__file__).parents[3]

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_without_a_key_alpha_vantage_is_off(tmp_path: Path) -> None:
    config = ProviderConfig(data_dir=tmp_path)

    assert [p.name for p in open_providers(["yahoo", "alpha_vantage"], config)] == ["yahoo"]


def test_providers_come_in_the_order_of_the_setting(tmp_path: Path) -> None:
    config = ProviderConfig(data_dir=tmp_path, alpha_vantage_api_key="k")

    opened = open_providers(["alpha_vantage", "yahoo"], config)

    assert [provider.name for provider in opened] == ["alpha_vantage", "yahoo"]


def test_an_unknown_provider_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"'bloomberg'.*yahoo"):
        open_providers(["bloomberg"], ProviderConfig(data_dir=tmp_path))


@pytest.mark.parametrize(
    "base", ["https://query1.finance.yahoo.com", "http://10.0.0.1:80", "http://[::2]:1", "x"]
)
def test_yahoo_moves_only_to_a_loopback_address(base: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="loopback"):
        session_opener(tmp_path, base_url=base)


def test_the_key_never_travels_in_the_open() -> None:
    with pytest.raises(ValueError, match="https"):
        AlphaVantageClient("k", base_url="http://example.com")


def test_an_address_moves_with_its_name_path_and_query() -> None:
    url = "https://query1.finance.yahoo.com/v7/finance/quote?symbols=A%2CB"

    assert redirected(url, None) == url
    assert (
        redirected(url, "http://127.0.0.1:8765")
        == "http://query1.finance.yahoo.com:8765/v7/finance/quote?symbols=A%2CB"
    )


@pytest.mark.parametrize("symbol", ["AAPL,MSFT", "AAPL?x=1", " AAPL", "../..", "aapl", "", "A#b"])
def test_what_would_answer_for_another_symbol_is_never_asked(symbol: str) -> None:
    assert not ASKABLE.fullmatch(symbol)
    assert ASKABLE.fullmatch("M&M.NS")
    assert ASKABLE.fullmatch("NIFTY_FIN_SERVICE.NS")
