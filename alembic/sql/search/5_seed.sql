insert into search.venues (suffix, country, tier, words)
select trim(split_part(line, '|', 1)), trim(split_part(line, '|', 2)), split_part(line, '|', 3)::int, trim(split_part(line, '|', 4))
from string_to_table($venues$ | United States | 20 | usa us new york nyse nasdaq american
L | United Kingdom | 18 | london uk lse britain british
IL | United Kingdom | 0 | london
AQ | United Kingdom | 3 | aquis
XC | United Kingdom | 0 | cboe
DE | Germany | 18 | xetra german
F | Germany | 4 | frankfurt
SG | Germany | 1 | stuttgart
BE | Germany | 1 | berlin
MU | Germany | 1 | munich
DU | Germany | 1 | dusseldorf
HM | Germany | 1 | hamburg
HA | Germany | 1 | hannover hanover
PA | France | 18 | paris french
AS | Netherlands | 18 | amsterdam dutch holland
BR | Belgium | 16 | brussels belgian
LS | Portugal | 16 | lisbon
IR | Ireland | 16 | dublin irish
NX | Netherlands | 1 | euronext
MI | Italy | 18 | milan italian
TI | Italy | 0 | milan
MC | Spain | 18 | madrid spanish
SW | Switzerland | 18 | zurich swiss six
VX | Switzerland | 10 | zurich swiss
Z | Switzerland | 2 | zurich
VI | Austria | 8 | vienna austrian
AT | Greece | 15 | athens greek
ST | Sweden | 17 | stockholm swedish
CO | Denmark | 17 | copenhagen danish
HE | Finland | 17 | helsinki finnish
OL | Norway | 17 | oslo norwegian
IC | Iceland | 14 | reykjavik
WA | Poland | 16 | warsaw polish
PR | Czech Republic | 12 | prague czech
BD | Hungary | 14 | budapest
RO | Romania | 12 | bucharest
IS | Turkey | 15 | istanbul turkish
ME | Russia | 14 | moscow russian
TA | Israel | 14 | tel aviv israeli
JO | South Africa | 16 | johannesburg
SR | Saudi Arabia | 16 | riyadh tadawul saudi
QA | Qatar | 14 | doha
CA | Egypt | 14 | cairo
TO | Canada | 18 | toronto tsx canadian
V | Canada | 12 | venture vancouver tsxv
CN | Canada | 10 | cse canadian
NE | Canada | 8 | neo cboe
SA | Brazil | 14 | sao paulo brazilian bovespa
MX | Mexico | 8 | mexican bmv
BA | Argentina | 8 | buenos aires
SN | Chile | 12 | santiago
CL | Colombia | 10 | bogota
CR | Venezuela | 10 | caracas
T | Japan | 18 | tokyo japanese tse
OS | Japan | 4 | osaka
S | Japan | 4 | sapporo
HK | Hong Kong | 18 | hongkong hkex
SS | China | 16 | shanghai chinese
SZ | China | 16 | shenzhen chinese
KS | South Korea | 16 | seoul korean kospi
KQ | South Korea | 14 | seoul korean kosdaq
TW | Taiwan | 16 | taipei taiwanese
TWO | Taiwan | 12 | taipei
SI | Singapore | 16 | sgx
KL | Malaysia | 16 | kuala lumpur malaysian
JK | Indonesia | 16 | jakarta indonesian
BK | Thailand | 16 | bangkok thai
PS | Philippines | 14 | manila
NS | India | 17 | mumbai nse indian
BO | India | 12 | mumbai bombay bse
AX | Australia | 18 | sydney asx australian
XA | Australia | 0 | cboe
NZ | New Zealand | 16 | wellington nzx
CM | Sri Lanka | 14 | colombo
TL | Estonia | 12 | tallinn
RG | Latvia | 12 | riga
VS | Lithuania | 12 | vilnius$venues$, E'\n') line;

insert into search.synonyms (word, canon)
select split_part(pair, '>', 1), split_part(pair, '>', 2)
from string_to_table(translate($pairs$german>germany french>france swiss>switzerland british>kingdom uk>kingdom
english>kingdom us>states usa>states american>states america>states japanese>japan chinese>china indian>india
canadian>canada australian>australia brazilian>brazil dutch>netherlands holland>netherlands swedish>sweden
norwegian>norway danish>denmark finnish>finland spanish>spain italian>italy korean>korea taiwanese>taiwan
belgian>belgium austrian>austria irish>ireland israeli>israel mexican>mexico russian>russia turkish>turkey
polish>poland greek>greece portuguese>portugal indonesian>indonesia thai>thailand malaysian>malaysia
argentine>argentina argentinian>argentina chilean>chile egyptian>egypt saudi>arabia deutschland>germany
tech>technology chip>semiconductors chips>semiconductors chipmaker>semiconductors chipmakers>semiconductors
chip>semiconductor chips>semiconductor chipmakers>semiconductor semis>semiconductors semi>semiconductor
car>automobiles cars>automobiles auto>automobiles autos>automobiles carmaker>automobiles carmakers>automobiles
automakers>automobiles automotive>automobiles car>auto cars>auto carmaker>auto carmakers>auto automobiles>auto automotive>auto automakers>auto
pharmaceuticals>drug pharma>drug drugmakers>drug semiconductors>semiconductor automobile>automobiles
miner>mining miners>mining mines>mining insurer>insurance insurers>insurance lender>banks lenders>banks
banking>banks bank>banks retailer>retail retailers>retail retail>retailing brewer>beverages brewers>beverages
brewery>beverages breweries>beverages drug>pharmaceuticals drugs>pharmaceuticals drugmaker>pharmaceuticals
drugmakers>pharmaceuticals pharma>pharmaceuticals defence>defense healthcare>health property>estate
utility>utilities shipping>marine rail>railroads railroad>railroads railways>railroads railway>railroads
telecom>telecommunication telecoms>telecommunication telco>telecommunication telcos>telecommunication
telecom>telecom airline>airlines homebuilder>household homebuilders>household builders>construction reit>reits
medtech>equipment electronics>electronic petroleum>oil chemical>chemicals restaurant>restaurants
hotel>hotels casino>casinos bio>biotechnology biotech>biotechnology biotechs>biotechnology steelmaker>steel
steelmakers>steel broker>brokerage brokers>brokerage software>software games>gaming$pairs$, E'\n', ' '), ' ') pair
where pair like '%>%'
on conflict do nothing;

-- Indices, currencies and coins that have the name; trackers that stand for their index.
insert into search.well_known (symbol, points)
select symbol, points from (values
    (200, '^GSPC ^DJI ^IXIC ^NDX ^RUT ^GDAXI ^FTSE ^FCHI ^STOXX50E ^STOXX ^N225 ^HSI ^AXJO ^GSPTSE ^SSMI ^AEX ^IBEX'
        ' FTSEMIB.MI ^BVSP ^MXX ^KS11 ^TWII ^BSESN ^NSEI ^VIX ^TNX ^OMX ^MDAXI ^TECDAX ^SDAXI ^ATX ^BFX 000001.SS'
        ' 399001.SZ 000300.SS ^FTMC ^SOX ^OMXC25 ^OMXH25 PSI20.LS ^TYX ^FVX ^HSCE ^NYA'),
    (120, 'EURUSD=X GBPUSD=X JPY=X CHF=X CAD=X AUDUSD=X NZDUSD=X EURGBP=X EURCHF=X EURJPY=X CNY=X INR=X BTC-USD ETH-USD'
        ' XRP-USD SOL-USD ADA-USD DOGE-USD LTC-USD DOT-USD BNB-USD LINK-USD'),
    (100, 'SPY QQQ VOO IVV VTI DIA IWM GLD SLV TLT AGG BND EFA EEM VEA VWO VT VXUS XLF XLK XLE XLV XLI XLP XLU XLY XLB'
        ' XLRE XLC ARKK SCHD VIG VYM HYG LQD IWDA.AS VWCE.DE EUNL.DE CSPX.L VUSA.L VWRL.L EXS1.DE ISF.L SMH SOXX'
        ' GDX IEF SHY TIP JEPI RSP MDY VNQ IBIT EWJ FXI VGK ACWI CL=F GC=F SI=F NG=F HG=F ES=F NQ=F BZ=F ZC=F ZW=F')
) k(points, symbols), string_to_table(symbols, ' ') symbol where symbol <> '';

-- Words that say where rather than what: they weigh less beside others.
insert into search.place_names (id)
select distinct search.id_of(w) from search.venues,
    string_to_table(words || ' ' || search.fold(country), ' ') w
where w <> '' and w <> all('{new,six,neo,tse,cse,south,kong,tel,north}');
