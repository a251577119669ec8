"""The made-up plan: four objectives, fifteen actions, what each needs, and how each has stood. Days are from today."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from leeward.policy.strategy.rules.terms import Status

UNDER_WAY, BLOCKED, DONE, DROPPED = Status.UNDER_WAY, Status.BLOCKED, Status.DONE, Status.DROPPED

TITLE = {
    "en": "Safe together: strategy against intimate image abuse",
    "ar": "معًا بأمان: استراتيجية ضد إساءة استخدام الصور الحميمة",
}
WORDS = {
    "en": "What Fairhaven (made up) does so that nobody is alone with such a picture, and nobody gets away with one.",
    "ar": "ما تفعله فيرهيفن (بلد متخيَّل) كي لا يبقى أحد وحيدًا أمام صورة كهذه، وكي لا يفلت من ينشرها من المساءلة.",
}
OBJECTIVES = (
    {"en": "The law is clear, and it is applied", "ar": "القانون واضح ويُطبَّق"},
    {"en": "Whoever is harmed finds help at once", "ar": "كل من يتضرر يجد المساعدة فورًا"},
    {"en": "Platforms stop pictures before they spread", "ar": "توقف المنصات الصور قبل أن تنتشر"},
    {"en": "Everybody knows, and we learn what works", "ar": "الجميع يعرف، ونتعلّم ما ينجح"},
)


FROM_WARNING = {
    "en": "Platforms close false business accounts within a day",
    "ar": "تُغلق المنصات حسابات الأعمال الزائفة خلال يوم",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """A milestone: due so many days from today, reached so many days ago."""

    title: Mapping[str, str]
    due: int
    reached: int | None = None


@dataclass(frozen=True, kw_only=True)
class Deed:
    """An action. `needs` are numbers; `stood` says how it stood since so many days ago, and why."""

    objective: int
    title: Mapping[str, str]
    items: str
    lead: str
    due: int
    needs: tuple[int, ...] = ()
    supporting: tuple[str, ...] = ()
    stood: tuple[tuple[int, Status, str], ...] = ()
    steps: tuple[Step, ...] = ()
    target: str = ""
    budget: Decimal | None = None
    spent: Decimal | None = None
    is_public: bool = True
    public_in: int | None = None


JUSTICE, POLICE, HELPLINE = "Ministry of Justice", "Fairhaven Police", "Northquay Helpline"
COMMISSION, UNIVERSITY = "Fairhaven Online Safety Commission", "University of Fairhaven"
NETWORK, FAMILIES = "Harbour Women's Network", "Ministry for Families"

DEEDS = (
    Deed(  # 1
        objective=1,
        title={"en": "Make threatening to share a crime of its own", "ar": "جعل التهديد بالنشر جريمة قائمة بذاتها"},
        items="P2.O1 P2.E1",
        lead=JUSTICE,
        due=-40,
        supporting=("State Prosecution",),
        target="The amendment is in force",
        stood=(
            (300, UNDER_WAY, "The ministry has begun to write the amendment."),
            (25, BLOCKED, "The committee sits again after the election only."),
        ),
        steps=(
            Step(title={"en": "Draft is published", "ar": "نُشرت المسودة"}, due=-200, reached=190),
            Step(title={"en": "First reading", "ar": "القراءة الأولى"}, due=-40),
        ),
    ),
    Deed(  # 2
        objective=1,
        title={"en": "Write guidance for prosecutors", "ar": "إعداد دليل إرشادي للمدّعين العامين"},
        items="C2.O1",
        lead="State Prosecution",
        due=60,
        needs=(1,),
    ),
    Deed(  # 3
        objective=1,
        title={"en": "Train every police district", "ar": "تدريب جميع مديريات الشرطة"},
        items="C2.E1 C2.B1",
        lead=POLICE,
        due=200,
        needs=(2,),
        supporting=("Coast Police District", "Hills Police District", HELPLINE),
        target="All 14 districts",
        budget=Decimal(180_000),
        spent=Decimal(42_500),
        steps=(
            Step(title={"en": "Trainers are named", "ar": "تسمية المدرّبين"}, due=-10, reached=12),
            Step(title={"en": "First seven districts", "ar": "أول سبع مديريات"}, due=120),
        ),
    ),
    Deed(  # 4
        objective=1,
        title={"en": "Publish how cases end at court", "ar": "نشر نتائج القضايا أمام المحاكم"},
        items="C3.E1 C3.B1",
        lead="District Courts",
        due=320,
        needs=(3,),
    ),
    Deed(  # 5
        objective=2,
        title={"en": "Open the helpline at night", "ar": "تشغيل خط المساعدة ليلًا"},
        items="V3.E1 V3.O1",
        lead=HELPLINE,
        due=-90,
        budget=Decimal(240_000),
        spent=Decimal(231_300),
        stood=(
            (280, UNDER_WAY, "Six people are being trained."),
            (95, DONE, "Open every night since the first of the month."),
        ),
    ),
    Deed(  # 6
        objective=2,
        title={"en": "Map who helps, and where nobody does", "ar": "حصر جهات المساعدة ومعرفة أين لا يوجد أحد"},
        items="P3.E1",
        lead=JUSTICE,
        due=-120,
        stood=((240, UNDER_WAY, "Letters went out."), (130, DONE, "The scoping report is published.")),
    ),
    Deed(  # 7
        objective=2,
        title={"en": "Close the gap in the hills", "ar": "سد النقص في منطقة التلال"},
        items="V4.E1 V4.B1",
        lead=NETWORK,
        due=150,
        needs=(6,),
        supporting=("Hills Victims' Support",),
        stood=((60, UNDER_WAY, "Two towns have offered rooms."),),
        steps=(
            Step(title={"en": "Rooms are rented", "ar": "استئجار المكاتب"}, due=-15),
            Step(title={"en": "First advice day", "ar": "أول يوم للمشورة"}, due=90),
        ),
    ),
    Deed(  # 8
        objective=2,
        title={"en": "Agree how referrals are made with consent", "ar": "الاتفاق على الإحالة بموافقة صاحب الشأن"},
        items="V5.B1",
        lead=FAMILIES,
        due=30,
        supporting=(HELPLINE, POLICE),
        stood=((45, UNDER_WAY, "Police and helpline test the form."),),
    ),
    Deed(  # 9
        objective=2,
        title={"en": "Make every page easy to read", "ar": "تسهيل قراءة جميع الصفحات"},
        items="S2.E1",
        lead="Disability Union",
        due=-5,
        stood=((100, UNDER_WAY, "Half of the pages are checked by readers."),),
    ),
    Deed(  # 10
        objective=3,
        title={"en": "Bring four platforms into the exchange", "ar": "ضم أربع منصات إلى نظام التبادل"},
        items="I3.E1 I2.B1",
        lead=COMMISSION,
        due=-20,
        supporting=("Lantern", "Picture House"),
        target="4 of 4",
        stood=(
            (220, UNDER_WAY, "Two have drawn the feed."),
            (22, DONE, "The fourth has drawn the feed and answered."),
        ),
    ),
    Deed(  # 11
        objective=3,
        title={"en": "Publish each platform's hours to removal", "ar": "نشر ساعات الإزالة لكل منصة"},
        items="I2.O1",
        lead=COMMISSION,
        due=45,
        needs=(10,),
        stood=((15, UNDER_WAY, "Figures are being compared with the platforms."),),
    ),
    Deed(  # 12
        objective=3,
        title={"en": "Renew the declaration with the industry", "ar": "تجديد الإعلان مع القطاع"},
        items="I5.E1 I5.B1",
        lead="Internet Trade Association",
        due=20,
        stood=((30, UNDER_WAY, "The second version is out; signatures come in."),),
    ),
    Deed(  # 13
        objective=4,
        title={"en": "Ask 5,000 adults what happened to them", "ar": "سؤال 5000 بالغ عمّا تعرّضوا له"},
        items="P1.B3",
        lead=UNIVERSITY,
        due=110,
        budget=Decimal(95_000),
        spent=Decimal(12_000),
        stood=((70, UNDER_WAY, "The ethics board has agreed."),),
        steps=(Step(title={"en": "Questions are tested", "ar": "اختبار الأسئلة"}, due=-30, reached=33),),
    ),
    Deed(  # 14
        objective=4,
        title={"en": "A national awareness day", "ar": "يوم وطني للتوعية"},
        items="M1.B1",
        lead="Fairhaven Broadcasting",
        due=75,
        needs=(13,),
        public_in=30,
    ),
    Deed(  # 15
        objective=4,
        title={"en": "A single telephone number for all reports", "ar": "رقم هاتف واحد لجميع البلاغات"},
        items="V2.E1",
        lead=JUSTICE,
        due=-60,
        stood=(
            (260, UNDER_WAY, "The number was applied for."),
            (150, DROPPED, "The helpline’s number is known already; a second one would confuse."),
        ),
    ),
)
