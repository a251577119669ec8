"""What the made-up nation declares, in three languages: two versions of it."""

from dataclasses import replace

from leeward.industry.declarations.rules.texts import Commitment, CommitmentWords, Draft, Wording

ENGLISH = Wording(
    title="We leave nobody alone with this",
    lead="A declaration of companies, media and associations in Fairhaven (made up) against intimate image abuse.",
    text=(
        "Whoever shares an intimate picture of somebody without consent, or threatens to, takes a part of that "
        "person’s life. What our services carry, show and pay for decides how far such a picture travels.\n\n"
        "We who sign this hold that such abuse is never the fault of the person in the picture, that a threat weighs "
        "as much as a deed, and that a picture made by software wounds like a photo.\n\n"
        "We bind ourselves to the commitments below. We show in public that we keep them, and we accept that everybody "
        "can see when we do not."
    ),
)
ARABIC = Wording(
    title="لن نترك أحدًا وحده",
    lead="إعلان شركات ووسائل إعلام وجمعيات في فيرهيفن (بلد متخيَّل) ضد إساءة استخدام الصور الحميمة.",
    text=(
        "من ينشر صورة حميمة لشخص من دون موافقته، أو يهدد بذلك، يسلبه جزءًا من حياته. وما تنقله خدماتنا وتعرضه وتموّله "
        "هو ما يحدد إلى أي مدى تنتشر صورة كهذه.\n\n"
        "نحن الموقّعين نرى أن الذنب لا يقع أبدًا على الشخص الظاهر في الصورة، وأن التهديد لا يقل خطورة عن الفعل، وأن "
        "الصورة التي تصنعها برمجية تجرح كما تجرح الصورة الحقيقية.\n\n"
        "نلتزم بما يرد أدناه، ونُظهر علنًا أننا نفي به، ونقبل أن يرى الجميع متى لا نفي به."
    ),
)
FRENCH = Wording(
    title="Nous ne laissons personne seul",
    lead=(
        "Déclaration d’entreprises, de médias et d’associations de Fairhaven (pays imaginaire) contre les abus par "
        "l’image intime."
    ),
    text=(
        "Celui qui diffuse l’image intime de quelqu’un sans son accord, ou qui menace de le faire, lui prend une part "
        "de sa vie. Ce que nos services transportent, montrent et financent décide jusqu’où va une telle image.\n\n"
        "Nous qui signons tenons que la faute n’est jamais celle de la personne qu’on voit, qu’une menace pèse autant "
        "qu’un acte, et qu’une image fabriquée par un logiciel blesse comme une photo.\n\n"
        "Nous prenons les engagements ci-dessous. Nous montrons publiquement que nous les tenons, et nous acceptons "
        "que chacun voie quand nous ne les tenons pas."
    ),
)


def _commitment(code: str, days: int, months: int, *texts: tuple[str, ...]) -> Commitment:
    """One commitment; its texts are title, promise and evidence, in English, Arabic and French."""
    words = {
        language: CommitmentWords(**dict(zip(("title", "promise", "evidence"), each, strict=True)))
        for language, each in zip(("en", "ar", "fr"), texts, strict=True)
    }
    return Commitment(code=code, first_due_days=days, every_months=months, words=words)


LEAD = _commitment(
    "named-lead",
    30,
    12,
    (
        "Somebody answers for it",
        "We name a role that answers for this declaration, and publish how it is reached.",
        "The page that names the role, confirmed every year.",
    ),
    (
        "شخص يتحمل المسؤولية",
        "نسمّي منصبًا مسؤولًا عن هذا الإعلان وننشر طريقة الوصول إليه.",
        "الصفحة التي تذكر المنصب، ويُؤكَّد ذلك كل سنة.",
    ),
    (
        "Quelqu’un en répond",
        "Nous nommons une fonction qui répond de cette déclaration et publions comment la joindre.",
        "La page qui nomme la fonction, confirmée chaque année.",
    ),
)
RULES = _commitment(
    "clear-rules",
    90,
    12,
    (
        "Our rules are clear",
        "Our rules forbid sharing and threatening to share, made-up pictures too, and say what follows.",
        "The published rules, with the clause.",
    ),
    (
        "قواعدنا واضحة",
        "تمنع قواعدنا النشر والتهديد به، وتشمل الصور المصطنعة، وتبيّن العواقب.",
        "القواعد المنشورة مع رقم البند.",
    ),
    (
        "Nos règles sont claires",
        "Nos règles interdisent de diffuser et de menacer, images fabriquées comprises, et disent ce qui s’ensuit.",
        "Les règles publiées, avec la clause.",
    ),
)
FIGURES = _commitment(
    "public-figures",
    120,
    12,
    (
        "We show figures",
        "Every year we publish what was reported to us, what we did, and how long it took.",
        "The yearly report.",
    ),
    ("ننشر الأرقام", "ننشر كل سنة ما أُبلغنا به وما فعلناه والوقت الذي استغرقه.", "التقرير السنوي."),
    (
        "Nous montrons des chiffres",
        "Chaque année nous publions ce qui nous a été signalé, ce que nous avons fait et en combien de temps.",
        "Le rapport annuel.",
    ),
)
TRAINING = _commitment(
    "trained-people",
    60,
    0,
    (
        "Our people know what to do",
        "Everybody who may meet such a case with us has learned how to help and where to send people.",
        "The outline of the training.",
    ),
    (
        "العاملون لدينا يعرفون ما يفعلون",
        "كل من قد يواجه حالة كهذه لدينا تعلّم كيف يساعد وإلى أين يوجّه الناس.",
        "مخطط التدريب.",
    ),
    (
        "Nos équipes savent quoi faire",
        "Quiconque peut rencontrer un tel cas chez nous a appris comment aider et vers qui orienter.",
        "Le plan de la formation.",
    ),
)
FIRST = Draft(
    wordings={"en": ENGLISH, "ar": ARABIC, "fr": FRENCH}, commitments=(LEAD, RULES, FIGURES), statement_within_days=0
)
SECOND = replace(FIRST, commitments=(LEAD, RULES, FIGURES, TRAINING), statement_within_days=50)
