"""The instruments that every world lists: well-known codes, with fixed prices that are made up.

The shares with trading rules of their own are invented: no real company is given out as one that is delisted.
"""

from __future__ import annotations

from kiwoom_mockserver.exchange.instruments import Benchmark, Designation, Grade, Instrument, Market, ShareType

_KOSPI = (
    ("005930", "삼성전자", 269_000, 5_846_278_608, 100),
    ("000660", "SK하이닉스", 1_120_000, 728_002_365, 5_000),
    ("373220", "LG에너지솔루션", 412_000, 234_000_000, 500),
    ("207940", "삼성바이오로직스", 1_680_000, 46_290_951, 2_500),
    ("005380", "현대차", 498_000, 204_757_766, 5_000),
    ("000270", "기아", 158_900, 390_409_226, 5_000),
    ("068270", "셀트리온", 196_300, 230_927_283, 1_000),
    ("105560", "KB금융", 148_200, 381_462_103, 5_000),
    ("055550", "신한지주", 92_700, 485_494_934, 5_000),
    ("035420", "NAVER", 258_500, 156_852_638, 100),
    ("035720", "카카오", 61_200, 442_194_325, 100),
    ("012330", "현대모비스", 402_500, 91_795_094, 5_000),
    ("028260", "삼성물산", 296_500, 165_000_000, 100),
    ("012450", "한화에어로스페이스", 948_000, 51_563_401, 5_000),
    ("329180", "HD현대중공업", 586_000, 104_933_130, 5_000),
    ("034020", "두산에너빌리티", 84_300, 640_561_146, 5_000),
    ("005490", "POSCO홀딩스", 374_000, 80_932_952, 5_000),
    ("051910", "LG화학", 362_500, 70_592_343, 5_000),
    ("006400", "삼성SDI", 318_000, 80_584_000, 5_000),
    ("096770", "SK이노베이션", 118_700, 150_912_300, 5_000),
    ("066570", "LG전자", 97_400, 162_947_814, 5_000),
    ("003550", "LG", 82_600, 157_300_993, 5_000),
    ("017670", "SK텔레콤", 58_400, 214_790_053, 100),
    ("030200", "KT", 54_900, 252_021_685, 5_000),
    ("015760", "한국전력", 48_650, 641_964_077, 5_000),
    ("033780", "KT&G", 149_600, 119_263_466, 5_000),
    ("009150", "삼성전기", 274_500, 74_693_696, 5_000),
    ("010130", "고려아연", 1_034_000, 19_324_614, 5_000),
    ("011200", "HMM", 20_350, 1_025_038_885, 5_000),
    ("042660", "한화오션", 126_800, 306_416_648, 5_000),
    ("039490", "키움증권", 287_500, 26_121_914, 5_000),
    ("090430", "아모레퍼시픽", 124_300, 58_492_759, 500),
    ("018260", "삼성에스디에스", 176_400, 77_377_800, 500),
    ("032830", "삼성생명", 158_100, 200_000_000, 500),
    ("316140", "우리금융지주", 28_750, 734_076_320, 5_000),
)

_KOSDAQ = (
    ("247540", "에코프로비엠", 163_400, 97_801_344, 500),
    ("086520", "에코프로", 92_100, 135_767_560, 100),
    ("196170", "알테오젠", 468_500, 53_464_968, 500),
    ("112040", "위메이드", 31_650, 34_013_000, 500),
    ("277810", "레인보우로보틱스", 412_500, 19_399_858, 500),
    ("293490", "카카오게임즈", 16_120, 82_856_500, 100),
    ("263750", "펄어비스", 38_450, 64_247_855, 100),
    ("035900", "JYP Ent.", 78_200, 35_533_492, 500),
    ("041510", "에스엠", 121_600, 23_834_117, 500),
    ("222080", "씨아이에스", 8_960, 77_300_000, 100),
)

_ETF = (
    ("069500", "KODEX 200", 57_905, 128_350_000, 1, Benchmark.KOSPI_200),
    ("102110", "TIGER 200", 57_940, 41_900_000, 1, Benchmark.KOSPI_200),
    ("122630", "KODEX 레버리지", 46_330, 53_700_000, 2, Benchmark.KOSPI_200),
    ("114800", "KODEX 인버스", 2_540, 196_400_000, -1, Benchmark.KOSPI_200),
    ("252670", "KODEX 200선물인버스2X", 742, 1_520_300_000, -2, Benchmark.KOSPI_200),
    ("133690", "TIGER 미국나스닥100", 162_355, 33_140_000, 1, None),
)

_ETN = (
    ("520078", "미래에셋 인버스 2X 코스닥150 선물 ETN", 4_215, 3_000_000, -2),
    ("530031", "삼성 레버리지 WTI원유 선물 ETN", 1_885, 21_600_000, 2),
)

_ELW = (("57JBHH", "키움JBHH삼성전자콜", 450, 10_000_000),)

_INDICES = (
    ("001", "종합(KOSPI)", 412_355),
    ("002", "대형주", 438_210),
    ("101", "종합(KOSDAQ)", 93_842),
    ("201", "KOSPI200", 58_133),
)

_GOLD = (
    ("M04020000", "금 99.99_1Kg", 158_900),
    ("M04020100", "미니금 99.99_100g", 159_200),
)


_WITH_OWN_RULES = (
    Instrument("990010", "가상코넥스", Market.KONEX, 4_250, 3_200_000, 500),
    Instrument("990025", "가상전자우", Market.KOSPI, 61_300, 8_156_700, 100, share_type=ShareType.PREFERRED),
    Instrument("990035", "가상화학우", Market.KOSPI, 24_850, 312_000, 5_000, share_type=ShareType.PREFERRED),
    Instrument("990040", "가상리츠", Market.KOSPI, 4_865, 74_300_000, 1_000, share_type=ShareType.REIT),
    Instrument("990050", "가상관리", Market.KOSDAQ, 1_184, 41_200_000, 500, designation=Designation.ADMINISTRATIVE),
    Instrument(
        "990060", "가상경고", Market.KOSDAQ, 18_430, 22_600_000, 500, designation=Designation.INVESTMENT_WARNING
    ),
    Instrument("990070", "가상과열", Market.KOSDAQ, 9_760, 15_800_000, 500, designation=Designation.OVERHEATED),
    Instrument("990080", "가상정리", Market.KOSDAQ, 312, 58_400_000, 500, designation=Designation.LIQUIDATION),
    Instrument("990090", "가상상장", Market.KOSDAQ, 26_000, 9_400_000, 500, designation=Designation.LISTING_DAY),
)
"""Invented shares (가상), one for each set of rules in ``exchange.instrument_classes``; nothing is lent on them."""


def default_instruments() -> tuple[Instrument, ...]:
    """Return the default instruments in a fixed order; their credit grades are assumed."""
    return (
        *(
            Instrument(code, name, Market.KOSPI, base, listed, face, kospi_200=True, grade=Grade.A)
            for code, name, base, listed, face in _KOSPI
        ),
        *(
            Instrument(code, name, Market.KOSDAQ, base, listed, face, grade=Grade.C)
            for code, name, base, listed, face in _KOSDAQ
        ),
        *(
            Instrument(code, name, Market.ETF, base, listed, 0, leverage, follows=follows)
            for code, name, base, listed, leverage, follows in _ETF
        ),
        *(Instrument(code, name, Market.ETN, base, listed, 0, leverage) for code, name, base, listed, leverage in _ETN),
        *(Instrument(code, name, Market.ELW, base, listed) for code, name, base, listed in _ELW),
        *(Instrument(code, name, Market.INDEX, base) for code, name, base in _INDICES),
        *(Instrument(code, name, Market.GOLD, base) for code, name, base in _GOLD),
        *_WITH_OWN_RULES,
    )
