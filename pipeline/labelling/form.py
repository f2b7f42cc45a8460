"""What an annotator sees in Label Studio: a project's labelling configuration.

Its names stand in every task and every answer, so they are for ever. A project may have more controls than these, but
no more variables than ``$picture``: a server takes no files for a project with two.
"""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

PICTURE = "picture"
CORNERS, BOX = "corners", "box"
TEXT = "text"
STATE = "state"
PLATE_TYPE = "plate_type"
VERDICT = "PlateLoop"
"""The version under which verdicts stand as predictions. A project starts answers from predictions of one version only,
so this stays the same whatever has read the plate; which recipe and weights did is in each task's data as ``model``."""
CONTROLS = {CORNERS: "polygon", BOX: "rectangle", TEXT: "textarea", STATE: "choices", PLATE_TYPE: "choices"}
"""Every control and the type of its results."""

UNREADABLE, NOT_A_PLATE = "unreadable", "not_a_plate"
_STATES = {UNREADABLE: "읽을 수 없음 · cannot be read", NOT_A_PLATE: "번호판 아님 · not a plate"}
PLATE_TYPES = {
    "film_8": "필름식 (앞 세 자리)",
    "painted_8": "페인트식 (앞 세 자리)",
    "long_7": "긴 번호판 (앞 두 자리)",
    "short_7": "짧은 번호판 (앞 두 자리)",
    "large_7": "큰 번호판 (앞 두 자리)",
    "electric": "전기차",
    "corporate": "법인 승용차",
    "commercial_long": "영업용 (긴 번호판)",
    "commercial_short": "영업용 (두 줄)",
    "commercial_large": "영업용 (큰 번호판)",
    "green_regional": "녹색 (지역 표시)",
    "green_national": "녹색 (전국)",
    "green_one_digit": "녹색 (앞 한 자리)",
    "diplomatic_long": "외교용 (긴 번호판)",
    "diplomatic_short": "외교용 (두 줄)",
    "temporary_long": "임시 (긴 번호판)",
    "temporary_short": "임시 (짧은 번호판)",
    "motorcycle_new": "이륜차 (새 번호판)",
    "motorcycle_old": "이륜차 (옛 번호판)",
    "construction_new": "건설기계 (새 번호판)",
    "construction_old": "건설기계 (옛 번호판)",
    "construction_old_long": "건설기계 (옛 긴 번호판)",
    "military": "군용",
}
"""The formats of ``pipeline.plate.formats`` by their Korean names, as the pages have them."""


def labelling_configuration() -> str:
    """The XML that a new project gets."""
    return f"""<View>
  <Image name="{PICTURE}" value="${PICTURE}" zoom="true" zoomControl="true" brightnessControl="true"/>
  <Polygon name="{CORNERS}" toName="{PICTURE}" strokeWidth="2" strokeColor="#0f62fe" pointSize="medium"/>
  <Rectangle name="{BOX}" toName="{PICTURE}" strokeWidth="2" strokeColor="#0f62fe" canRotate="true"/>
  <Header value="번호판 글자 · Text of the plate" size="5"/>
  <TextArea name="{TEXT}" toName="{PICTURE}" rows="1" maxSubmissions="1" editable="true" transcription="false"
            placeholder="12가3456"/>
  <Choices name="{STATE}" toName="{PICTURE}" choice="single" showInline="true">{_choices(_STATES)}</Choices>
  <Header value="번호판 종류 · Type of the plate" size="5"/>
  <Choices name="{PLATE_TYPE}" toName="{PICTURE}" choice="single" layout="select">{_choices(PLATE_TYPES)}</Choices>
</View>"""


def _choices(titles: dict[str, str]) -> str:
    return "".join(f'<Choice value={quoteattr(title)} alias="{name}"/>' for name, title in titles.items())
