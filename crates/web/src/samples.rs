//! Pages of made-up data that show every component in both languages. With WANQI_SAMPLES set to a folder they are written
//! there as files that a browser opens; without, the test only renders and checks them.

mod desks;

use askama::Template;

use crate::assets;
use crate::components::*;
use crate::format::Stamp;
use crate::lang::Lang;
use crate::shell::{NavItem, Sheet, Shell, ShellUser};
use crate::words::{WORDS, Words};

struct Unit {
    name: String,
    open: i64,
    soon: i64,
    late: i64,
    bar: StackBar,
    longest: String,
}

struct Row {
    light: Light,
    number: String,
    title: String,
    enterprise: String,
    tag: String,
    next: String,
}

struct TapCard {
    light: Light,
    number: &'static str,
    title: String,
    line: String,
    bar: Option<Progress>,
    ask: bool,
}

macro_rules! page {
    ($name:ident, $path:literal, $frame:ident : $kind:ty $(, $field:ident : $type:ty)*) => {
        #[derive(Template)]
        #[template(path = $path)]
        struct $name { $frame: $kind, $($field: $type),* }
        impl $name {
            fn s(&self, zh: &'static str, en: &'static str) -> &'static str { pick(&self.$frame.w, zh, en) }
        }
    };
}

page!(Overview, "samples/overview.html", shell: Shell, stamp: Stamp, rates: Vec<RateCard>, units: Vec<Unit>, chart: MonthChart, head: TableHead, rows: Vec<Row>, figures: Vec<Figure>, bars: BarList);
page!(Desk, "samples/desk.html", shell: Shell, filters: FilterPanel, head: TableHead, rows: Vec<Row>, pager: Pager, fields: Vec<Field>);
page!(Need, "samples/need.html", shell: Shell, crumbs: Crumbs, light: Light, strip: DayStrip, timeline: Timeline, shares: Vec<(String, String, Light, String)>, confirm: Confirm);
page!(Phone, "samples/phone.html", shell: Shell, cards: Vec<TapCard>, empty: Empty);
page!(Form, "samples/form.html", shell: Shell, errors: ErrorSummary, fields: Vec<Field>);
page!(SignIn, "samples/sign_in.html", shell: Shell, fields: Vec<Field>, seats: Vec<(String, String)>);
page!(Paper, "samples/paper.html", sheet: Sheet, date: String);
page!(Poster, "samples/poster.html", sheet: Sheet);

fn pick(w: &Words, zh: &'static str, en: &'static str) -> &'static str {
    match w.lang() {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

pub(crate) fn shell(w: &Words, active: usize) -> Shell {
    let names = [
        ("总览", "Overview"),
        ("诉求", "Requests"),
        ("企业", "Enterprises"),
        ("走访", "Visits"),
        ("政策", "Policies"),
        ("亩均评价", "Per-mu"),
        ("项目", "Projects"),
        ("目标", "Targets"),
    ];
    let s = |zh, en| pick(w, zh, en).to_owned();
    Shell {
        w: w.clone(),
        county: s("示范县", "Demo County"),
        programme: s("万人助万企", ""),
        nav: names
            .iter()
            .enumerate()
            .map(|(i, (zh, en))| NavItem {
                href: "#".into(),
                key: Box::leak(s(zh, en).into_boxed_str()),
                active: i == active,
                count: (i == 1).then_some(6),
            })
            .collect(),
        user: Some(ShellUser { name: s("王芳", "Wang Lei"), role: s("专班 · 受理", "Service desk") }),
        csrf: "token".into(),
        path: "/desk?state=open".into(),
        flash: None,
        search: Some(String::new()),
        demo: false,
    }
}

fn phone(w: &Words) -> Phone {
    let s = |zh, en| pick(w, zh, en).to_owned();
    let mut shell = shell(w, 9);
    shell.county = s("恒达起重机械", "Hongda Crane Works");
    shell.programme = String::new();
    shell.nav.clear();
    shell.search = None;
    Phone {
        shell,
        cards: vec![
            TapCard {
                light: Light::new(LightState::DueSoon, s("3月2日到期", "due 2 Mar")),
                number: "2026-000047",
                title: s("二期 38 亩用地不动产证办理", "Title deed for phase-two land"),
                line: s("自然资源局正在办理，3月2日（周一）前答复", "With Natural Resources, answer by Mon 2 Mar"),
                bar: Some(Progress::new(8, 10, Tone::DueSoon, "8 / 10")),
                ask: false,
            },
            TapCard {
                light: Light::new(LightState::OnTime, s("已答复", "answered")),
                number: "2026-000031",
                title: s("厂区门口公交线路", "Bus line to the gate"),
                line: s("请告诉我们是否解决", "Tell us whether it is solved"),
                bar: None,
                ask: true,
            },
        ],
        empty: Empty::new(
            s("还没有匹配到政策", "No policy matched yet"),
            s(
                "补全上年营业收入和研发费用，系统会算出还差多少。",
                "Give last year's revenue and R&D and we tell you how far off you are.",
            ),
            Some(Link::new("#", s("补充数据", "Add figures"))),
        ),
    }
}

fn form(w: &Words) -> Form {
    let s = |zh, en| pick(w, zh, en).to_owned();
    let fields = vec![
        Field::text("title", s("一句话说明", "In one sentence"))
            .hint(s("例如：二期用地不动产证办不下来", "For example: the deed for phase two is stuck"))
            .error(Some(s("请填写一句话说明", "Say in one sentence what it is about")))
            .required(),
        Field::area("text", s("具体情况", "What happened"), 4)
            .maxlength(2000)
            .value(s("银行要求……", "The bank asks …"))
            .required(),
        Field::select("category", s("类别", "Category"), vec![Choice::new("a", s("用地", "Land"), false)])
            .empty(w)
            .optional(w),
        Field::radios(
            "urgent",
            s("紧急程度", "How urgent"),
            vec![
                Choice::new("n", s("一般", "Ordinary"), true).hint(s("按承诺时限办理", "within the promised time")),
                Choice::new("y", s("特急", "Very urgent"), false).hint(s("停产、停电、停水", "stopped production")),
            ],
        ),
        Field::checks(
            "share",
            s("可以告诉谁", "Who may know"),
            vec![
                Choice::new("a", s("首席服务员", "Named helper"), true),
                Choice::new("b", s("乡镇", "Township"), false),
            ],
        ),
        Field::input("tel", "phone", s("联系电话", "Telephone"))
            .value("1380000")
            .inputmode("tel")
            .error(Some(s("手机号应为 11 位，现在是 7 位", "A mobile number has 11 digits; this has 7"))),
        Field::file("files", s("附件", "Attachments"), ".pdf,image/*", true).optional(w),
        Field::check("agree", s("我已核对以上内容", "I have checked this"), false).required(),
    ];
    Form { shell: shell(w, 1), errors: ErrorSummary::of(w, &fields), fields }
}

fn sign_in(w: &Words) -> SignIn {
    let s = |zh, en| pick(w, zh, en).to_owned();
    let seat = |a, b| (a, b);
    SignIn {
        shell: Shell { user: None, nav: Vec::new(), search: None, demo: true, ..shell(w, 9) },
        fields: vec![
            Field::text("login", s("账号", "Account")).autocomplete("username").required(),
            Field::input("password", "password", s("密码", "Password")).autocomplete("current-password").required(),
        ],
        seats: vec![
            seat(s("专班", "Service desk"), s("王芳", "Wang Fang")),
            seat(s("承办单位", "Department"), s("张伟 · 自然资源局", "Zhang Wei · Natural Resources")),
            seat(s("县领导", "Leader"), s("赵县长", "Zhao")),
            seat(s("企业", "Enterprise"), s("恒达起重机械", "Hongda Crane Works")),
        ],
    }
}

#[test]
fn every_component_in_both_languages() {
    let words = Words::build(WORDS.iter().copied()).unwrap();
    let folder = std::env::var_os("WANQI_SAMPLES").map(std::path::PathBuf::from);
    for lang in Lang::ALL {
        let w = words.in_lang(lang);
        let sheet = Sheet { w: w.clone(), back: "#".into() };
        let pages = [
            ("overview", desks::overview(&w).render()),
            ("desk", desks::desk(&w).render()),
            ("need", desks::need(&w).render()),
            ("phone", phone(&w).render()),
            ("form", form(&w).render()),
            ("sign-in", sign_in(&w).render()),
            ("paper", Paper { sheet: sheet.clone(), date: w.date("2026-03-03".parse().unwrap()) }.render()),
            ("poster", Poster { sheet }.render()),
        ];
        for (name, html) in pages {
            let html = html.unwrap();
            // Navigation labels of the samples are no keys; everything else must be a word.
            let shown = html.split("</nav>").skip(1).collect::<String>();
            assert!(!shown.contains('⟦'), "a word is missing in {name} {}", lang.tag());
            for banned in [" style=", "<script>", " onclick=", "javascript:"] {
                assert!(!html.contains(banned), "{banned} in {name}: the CSP refuses it");
            }
            assert!(html.contains("<h1") && html.contains(r#"id="main""#), "{name} has no heading or main part");
            let mut ids: Vec<_> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let count = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(count, ids.len(), "{name} uses an id twice");
            if let Some(folder) = &folder {
                let mut page = html.replace(['⟦', '⟧'], "");
                for file in ["app.css", "app.js", "icon.svg"] {
                    page = page.replace(assets::url(file), file);
                    std::fs::write(folder.join(file), assets::get(assets::url(file)).unwrap().identity).unwrap();
                }
                std::fs::write(folder.join(format!("{name}-{}.html", lang.tag())), page).unwrap();
            }
        }
    }
}
