-- Text as search compares it: pure functions of their arguments, the same for index and query.

-- Lower case without diacritics; "S&P" is one word, so are "E.ON" and "J.P.", apostrophes vanish.
create function search.fold(given text) returns text
language plpgsql immutable strict parallel safe as $$
declare
    plain text := lower(search.unaccent('search.unaccent', translate(given, '''’`´‘', '')));
begin
    if plain like '%&%' then plain := regexp_replace(plain, '\m(\w{1,2})&(\w{1,2})\M', '\1\2', 'g'); end if;
    if plain like '%.%' then plain := regexp_replace(plain, '\m(\w)\.(?=\w)', '\1', 'g'); end if;
    return btrim(regexp_replace(plain, '[^[:alnum:]]+', ' ', 'g'));
end $$;

-- A word's id is its hash: no lexicon is needed to index a name, and an id never depends on history.
create function search.id_of(given text) returns bigint
language sql immutable strict parallel safe as $$ select hashtextextended(given, 0) $$;

create function search.legal_forms() returns text[] language sql immutable parallel safe as $$
    select string_to_array('inc incorporated corp corporation ltd limited plc sa ag se nv co company the and of'
        ' spa ab asa oyj as kgaa gmbh bhd berhad tbk pt pcl sab cv de adr ads class common stock ordinary shares'
        ' share ord shs llc lp holdings holding group trust reg na on inh cdr depositary receipt unsponsored'
        ' american units publ public kk aktiengesellschaft societe anonyme a b c d e i k l n o p s v ii acc dist ucits hold hldg hldgs', ' ')
$$;

-- What a match of this word says: much where few names have it, little where it is a legal form.
create function search.weight(word text, names int) returns real
language sql immutable parallel safe as $$
    select case when word = any(search.legal_forms()) then 0.3 else ln(1 + 200000.0 / (5 + names)) end::real
$$;

-- A folded name without legal forms and blanks; one of nothing but those stands for itself.
create function search.core(folded text) returns text
language plpgsql immutable strict parallel safe as $$
declare
    forms constant text[] := search.legal_forms();
    word text;
    core text := '';
begin
    foreach word in array string_to_array(folded, ' ') loop
        if word <> all(forms) then core := core || word; end if;
    end loop;
    return case when core = '' then replace(folded, ' ', '') else core end;
end $$;

-- The words a name is found by: its own, "coca-cola" in one, a short first word with the second.
create function search.words_of(given text, folded text) returns text[]
language plpgsql immutable strict parallel safe as $$
declare
    typed text[] := string_to_array(folded, ' ');
    words text[] := '{}';
    word text;
begin
    if given like '%-%' then
        typed := typed || array(
            select replace(search.fold(m[1]), ' ', '') from regexp_matches(given, '\m(\w{2,}-\w{2,})\M', 'g') m);
    end if;
    if length(typed[1]) <= 3 and length(typed[2]) >= 3 then typed := typed || (typed[1] || typed[2]); end if;
    foreach word in array typed loop
        if word <> '' and array_position(words, word) is null then words := words || word; end if;
    end loop;
    return words;
end $$;

-- Money in words, for pairs: people say "euro dollar" for EUR/USD.
create function search.money_words(code text) returns text
language sql immutable strict parallel safe as $$
    select case code
        when 'EUR' then 'euro' when 'USD' then 'us dollar' when 'JPY' then 'japanese yen'
        when 'GBP' then 'british pound sterling' when 'CHF' then 'swiss franc'
        when 'CAD' then 'canadian dollar' when 'AUD' then 'australian dollar aussie'
        when 'NZD' then 'new zealand dollar kiwi' when 'CNY' then 'chinese yuan renminbi'
        when 'CNH' then 'offshore yuan' when 'HKD' then 'hong kong dollar' when 'SGD' then 'singapore dollar'
        when 'INR' then 'indian rupee' when 'BRL' then 'brazilian real' when 'MXN' then 'mexican peso'
        when 'SEK' then 'swedish krona' when 'NOK' then 'norwegian krone' when 'DKK' then 'danish krone'
        when 'PLN' then 'polish zloty' when 'CZK' then 'czech koruna' when 'HUF' then 'hungarian forint'
        when 'TRY' then 'turkish lira' when 'ZAR' then 'south african rand' when 'KRW' then 'korean won'
        when 'RUB' then 'russian ruble' when 'THB' then 'thai baht' when 'IDR' then 'indonesian rupiah'
        when 'MYR' then 'malaysian ringgit' when 'PHP' then 'philippine peso' when 'TWD' then 'taiwan dollar'
        when 'ILS' then 'israeli shekel' when 'SAR' then 'saudi riyal' when 'AED' then 'emirati dirham'
        when 'ARS' then 'argentine peso' when 'CLP' then 'chilean peso' when 'COP' then 'colombian peso'
        when 'XAU' then 'gold' when 'XAG' then 'silver' else '' end
$$;

-- The text an asset is found by.
create function search.name_text(name text, asset_class text, symbol text) returns text
language sql immutable strict parallel safe as $$
    select case
        when asset_class = 'currency' and name ~ '^[A-Z]{3}/[A-Z]{3}$' then
            name || ' ' || replace(name, '/', '') || ' ' || search.money_words(left(name, 3)) || ' ' || search.money_words(right(name, 3))
        when asset_class = 'crypto' then
            name || ' ' || split_part(symbol, '-', 1) || ' ' || search.money_words(split_part(symbol, '-', 2))
        else name end
$$;

create function search.suffix_of(symbol text) returns text
language sql immutable strict parallel safe as $$ select case when symbol like '%.%' then split_part(symbol, '.', -1) else '' end $$;

create function search.size_points(bucket text) returns int
language sql immutable parallel safe as $$
    select case bucket when 'Mega Cap' then 160 when 'Large Cap' then 120 when 'Mid Cap' then 80
        when 'Small Cap' then 48 when 'Micro Cap' then 24 when 'Nano Cap' then 12 else 0 end
$$;

-- Words with one letter left out: two words that differ by one error share such a neighbour.
create function search.without_one(word text) returns text[]
language sql immutable strict parallel safe as $$
    select array_agg(distinct substr(word, 1, i - 1) || substr(word, i + 1)) from generate_series(1, length(word)) i
$$;

-- As hashes, to look for; what shares one by accident is told apart by its distance.
create function search.neighbours(word text) returns int[]
language plpgsql immutable strict parallel safe as $$
declare
    ids int[] := '{}';
begin
    if length(word) not between 3 and 24 or word ~ '[0-9]' then return ids; end if;
    for i in 1 .. length(word) loop
        -- of two equal letters either may go
        if substr(word, i, 1) is distinct from substr(word, i + 1, 1) then
            ids := ids || hashtext(left(word, i - 1) || substr(word, i + 1));
        end if;
    end loop;
    return ids;
end $$;

-- German spelling of an umlaut made plain: muenchener, munchener.
create function search.plain_umlauts(word text) returns text
language sql immutable strict parallel safe as $$
    select replace(replace(replace(word, 'ae', 'a'), 'oe', 'o'), 'ue', 'u')
$$;
