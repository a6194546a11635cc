"""The scale of confidence: how much of the evidence there could be stands behind a verdict."""

PROVIDER_AND_CATALOG = 0.99
PROVIDER_ALONE = 0.97
FRESH_CATALOG = 0.95
CATALOG_OFFLINE = 0.8
CATALOG_IN_OUTAGE = 0.75
UNSEEN = 0.5

# A guess (BRKB for BRK-B) or a reading with a note never counts for more than this.
GUESS = 0.85
APPROXIMATION = 0.9

RECORD_CONFIRMED = 0.97
RECORD_ALONE = 0.75
PROVIDER_DENIES_CATALOG = 0.9
PROVIDER_DENIES = 0.9

AMBIGUOUS = 0.9
REFUSED = 0.99
WORDS = 0.9
NOTHING = 0.0
