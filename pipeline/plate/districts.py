"""The districts that stand below the region on old motorcycle plates.

Cities, counties and boroughs of Korea by region, without their suffix (시, 군, 구), 1–3 syllables.
Names that were merged or renamed while such plates were issued (마산, 진해, 청원, 연기, 남, …) are kept.
세종 has no district of its own. The order is part of the reader's alphabet: append, never reorder.
"""

from __future__ import annotations

DISTRICTS_OF: dict[str, tuple[str, ...]] = {
    region: tuple(names.split())
    for region, names in {
        "서울": "종로 중 용산 성동 광진 동대문 중랑 성북 강북 도봉 노원 은평 서대문 마포 양천 강서 구로 금천 영등포 "
        "동작 관악 서초 강남 송파 강동",
        "부산": "중 서 동 영도 부산진 동래 남 북 해운대 사하 금정 강서 연제 수영 사상 기장",
        "대구": "중 동 서 남 북 수성 달서 달성 군위",
        "인천": "중 동 남 미추홀 연수 남동 부평 계양 서 강화 옹진",
        "광주": "동 서 남 북 광산",
        "대전": "동 중 서 유성 대덕",
        "울산": "중 남 동 북 울주",
        "경기": "수원 성남 의정부 안양 부천 광명 평택 동두천 안산 고양 과천 구리 남양주 오산 시흥 군포 의왕 하남 용인 "
        "파주 이천 안성 김포 화성 광주 양주 포천 여주 연천 가평 양평",
        "강원": "춘천 원주 강릉 동해 태백 속초 삼척 홍천 횡성 영월 평창 정선 철원 화천 양구 인제 고성 양양",
        "충북": "청주 충주 제천 청원 보은 옥천 영동 증평 진천 괴산 음성 단양",
        "충남": "천안 공주 보령 아산 서산 논산 계룡 당진 금산 연기 부여 서천 청양 홍성 예산 태안",
        "전북": "전주 군산 익산 정읍 남원 김제 완주 진안 무주 장수 임실 순창 고창 부안",
        "전남": "목포 여수 순천 나주 광양 담양 곡성 구례 고흥 보성 화순 장흥 강진 해남 영암 무안 함평 영광 장성 완도 "
        "진도 신안",
        "경북": "포항 경주 김천 안동 구미 영주 영천 상주 문경 경산 군위 의성 청송 영양 영덕 청도 고령 성주 칠곡 예천 "
        "봉화 울진 울릉",
        "경남": "창원 마산 진주 진해 통영 사천 김해 밀양 거제 양산 의령 함안 창녕 고성 남해 하동 산청 함양 거창 합천",
        "제주": "제주 서귀포 북제주 남제주",
    }.items()
}

DISTRICTS: tuple[str, ...] = tuple(dict.fromkeys(name for names in DISTRICTS_OF.values() for name in names))
