//! Every page in both languages with sample data: no word is missing, nothing typed gets through as markup.

use std::collections::HashMap;
use std::path::Path;

use askama::Template;
use chrono::DateTime;
use identity::{Actor, Grant, Origin, Role, Subject};
use kernel::{EnterpriseId, ImportId, PersonId, UnitId};
use uuid::Uuid;
use web::href::Href;
use web::{Lang, Shell, Words};

use super::{form, import, import_start, list, show};
use crate::enterprise::{Brief, Chain, Enterprise, HelperKind, NewEnterprise, Scale, Status, Township};
use crate::facts::Reported;
use crate::import::job::{Kind, Outcome};
use crate::import::{Problem, Report};
use crate::store::{Alias, AliasKind, FacetRow, Filter, HelperRow, Import, ImportState};
use crate::testing::code;

fn all_words() -> Vec<(&'static str, &'static str)> {
    let parts =
        [kernel::WORDS.as_slice(), sheets::WORDS.as_slice(), jobs::WORDS, identity::WORDS, web::WORDS, crate::WORDS];
    parts.into_iter().flatten().copied().collect()
}

fn shell(lang: Lang) -> Shell {
    let w = Words::build(all_words()).unwrap().in_lang(lang);
    Shell {
        county: "示范县".into(),
        programme: "万人助万企".into(),
        nav: Vec::new(),
        user: None,
        csrf: "token".into(),
        path: "/enterprises".into(),
        flash: None,
        search: Some(String::new()),
        demo: false,
        w,
    }
}

fn actor() -> Actor {
    let grant = Grant {
        role: Role::Desk,
        unit: Some(UnitId::from_uuid(Uuid::nil())),
        unit_name: "专班".into(),
        unit_name_en: "Desk".into(),
        unit_path: "/c/".into(),
        enterprise: None,
    };
    Actor { person: None, name: "王芳".into(), origin: Origin::Person, grants: vec![grant] }
}

fn town() -> Township {
    let text = str::to_owned;
    Township {
        id: UnitId::from_uuid(Uuid::nil()),
        code: text("t1"),
        name: text("城关镇"),
        name_en: text("Chengguan"),
        path: text("/c/t1/"),
    }
}

fn enterprise() -> Enterprise {
    Enterprise {
        id: EnterpriseId::from_uuid(Uuid::nil()),
        serial: 1,
        facts: NewEnterprise {
            short_name: "<b>恒达</b>".into(),
            division: "410783".parse().ok(),
            industry: "3432".parse().ok(),
            chain: Some("crane".into()),
            scale: Scale::Above,
            staff: Some(1200),
            contact_phone: "13800000000".into(),
            status: Status::Closed,
            ..NewEnterprise::new(kernel::CreditCode::parse("91419981MA00000000").unwrap(), "示范恒达\"><script>")
        },
        township: Some(town()),
        code_fits: false,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        version: 3,
    }
}

fn chains() -> Vec<Chain> {
    vec![Chain { code: "crane".into(), name: "起重装备".into(), name_en: "Cranes".into(), sort: 1 }]
}

fn brief() -> Brief {
    let e = enterprise();
    Brief {
        id: e.id,
        credit_code: e.facts.credit_code.as_str().into(),
        name: e.facts.name.clone(),
        short_name: e.facts.short_name.clone(),
        township: e.township.clone(),
        division: "410783".into(),
        industry: "3432".into(),
        chain: chains().pop(),
        scale: Scale::Above,
        staff: Some(1200),
        address: String::new(),
        contact_name: String::new(),
        contact_phone: String::new(),
        status: Status::Closed,
        pinyin: "shifan".into(),
    }
}

fn import_at(state: ImportState, outcome: &Outcome) -> Import {
    Import {
        id: ImportId::from_uuid(Uuid::nil()),
        kind: "enterprises".into(),
        file_name: "名录<i>.xlsx".into(),
        state,
        done: 800,
        added: 3,
        changed: 1,
        unchanged: 2,
        report: serde_json::to_string(outcome).unwrap(),
        created_by: None,
    }
}

fn wrong_file() -> import_start::Typed {
    let mut typed = import_start::Typed::default();
    typed.wrong.push(("sheet".into(), "x".into()));
    typed
}

fn pages(shell: &Shell) -> Vec<(&'static str, String)> {
    let here = Href::parse("/enterprises?scale=above&after=x.00000000-0000-0000-0000-000000000000");
    let filter = Filter { scale: Some(Scale::Above), ..Filter::default() };
    let facet = |scale, n| FacetRow {
        township: Some(("t1".into(), "城关镇".into(), "Chengguan".into())),
        chain: None,
        scale,
        n,
    };
    let facets = [facet(Scale::Above, 7), facet(Scale::Micro, 5)];
    let leads = HashMap::from([(brief().id, "李明".to_owned())]);
    let full = list::page(
        shell,
        &here,
        &filter,
        &[brief()],
        &facets,
        &chains(),
        &leads,
        (Some("a.b".into()), None),
        (true, true, true),
    );
    assert_eq!(full.total, 7);
    let plain = Filter { status: Some(Status::Active), ..Filter::default() };
    let nobody = |filter: &Filter| {
        list::page(shell, &here, filter, &[], &[], &[], &HashMap::new(), (None, None), (true, true, true))
    };

    let subject = Subject { units: vec![(UnitId::from_uuid(Uuid::nil()), "/c/t1/".into())], ..Subject::default() };
    let mut one = show::page(shell, &actor(), &enterprise(), &subject, &chains());
    let helper = HelperRow {
        person: PersonId::from_uuid(Uuid::nil()),
        login: "liming".into(),
        name: "李明".into(),
        phone: "13900000000".into(),
        title: "副县长".into(),
        unit_name: "县政府".into(),
        unit_name_en: "County government".into(),
        kind: HelperKind::Lead,
        from: chrono::NaiveDate::default(),
    };
    one.helpers(&[HelperRow { kind: HelperKind::Deputy, ..helper.clone() }, helper], web::components::Sight::Button);
    let alias = |kind| Alias { kind, value: "旧<名>".into(), created_at: DateTime::UNIX_EPOCH };
    one.aliases(&AliasKind::ALL.map(alias));
    let reported = |code: &str, value: &str| Reported {
        code: code.into(),
        period: "2025".into(),
        value: value.into(),
        source: "统计局<b>".into(),
        as_of: chrono::NaiveDate::default(),
    };
    let all =
        [("revenue", "123456789.5"), ("land_area", "13333.3333"), ("listed", "false"), ("rd_institution", "city")];
    one.reported(&all.map(|(code, value)| reported(code, value)));
    one.assign_form(&vec![("liming".into(), "李明".into())], &super::show::Assign::on(chrono::NaiveDate::default()));
    let shown = one.render().unwrap();
    let values: &[&str] = match shell.w.lang() {
        Lang::Zh => &["12,345.67895 万元", "20 亩", "否", "市级", "用地面积"],
        Lang::En => &["12,345.67895 万元", "20 mu", "no", "city", "land area"],
    };
    for value in values {
        assert!(shown.contains(value), "{value}");
    }
    let many = crate::facts::dictionary().facts().iter();
    let many = many.filter(|fact| fact.kind == rulepack::dictionary::FactKind::Boolean);
    let mut many: Vec<Reported> = many.map(|fact| reported(&fact.code, "true")).collect();
    many.push(reported("revenue", "1"));
    let mut folded = show::page(shell, &actor(), &enterprise(), &subject, &chains());
    folded.reported(&many);
    assert_eq!((folded.reported.len(), folded.reported_more.len()), (1, many.len() - 1));
    let mut none = show::page(shell, &actor(), &enterprise(), &subject, &chains());
    none.reported(&[]);
    let none = none.render().unwrap();
    assert!(none.contains("/enterprises/facts/import"), "it teaches how to import");
    assert!(shown.contains("139****0000") && !shown.contains("13900000000"), "masked until asked for");
    assert!(shown.contains(r#"form="reveal" formaction="/enterprises/"#) && shown.contains("/helpers/liming/contact"));

    let kept = |chain| crate::chain::Kept { chain, active: true, version: 1, enterprises: 0 };
    let lists = form::Lists { townships: Vec::new(), chains: chains().into_iter().map(kept).collect() };
    let e = enterprise();
    let mut edited = form::page(shell, &lists, Some(&e), &form::Typed::of(&e), &[("name".into(), "请填写".into())]);
    edited.same(&[brief()]);
    edited.meanwhile(&e, &form::Typed::default());

    let problem = |code: &str| Problem {
        sheet: "企业".into(),
        row: 7,
        column: "credit_code".into(),
        value: "<i>914".into(),
        code: code.into(),
        args: vec![("expected".into(), "X".into())],
    };
    let report = Report {
        rows: 9,
        errors: vec![problem("import-code-check")],
        errors_total: 1,
        warnings: vec![problem("import-code-check")],
        warnings_total: 1,
        told: sheets::Summary {
            unused: vec!["备注".into()],
            no_header: vec!["说明".into()],
            hidden: vec!["上月".into()],
            ..sheets::Summary::default()
        },
        ..Report::default()
    };
    let wrong = Outcome { report, override_code_check: true, ..Outcome::default() };
    let failed =
        Outcome { failed: Some(("zip-bomb".into(), vec![("limit".into(), "300 MB".into())])), ..Outcome::default() };
    let mut all = vec![
        ("list", full.render().unwrap()),
        ("list empty", nobody(&plain).render().unwrap()),
        ("list nothing found", nobody(&filter).render().unwrap()),
        ("show", shown),
        ("show many facts", folded.render().unwrap()),
        ("show nothing reported", none),
        ("edit", edited.render().unwrap()),
        ("new", form::page(shell, &lists, None, &form::Typed::default(), &[]).render().unwrap()),
        ("import", import_start::start_page(shell, Kind::Enterprises, &wrong_file()).render().unwrap()),
        ("import facts", import_start::start_page(shell, Kind::Facts, &wrong_file()).render().unwrap()),
        (
            "errors",
            import::follow_page(shell, Kind::Enterprises, &import_at(ImportState::Checked, &wrong)).render().unwrap(),
        ),
        (
            "failed",
            import::follow_page(shell, Kind::Enterprises, &import_at(ImportState::Failed, &failed)).render().unwrap(),
        ),
    ];
    for state in ImportState::ALL {
        for kind in [Kind::Enterprises, Kind::Facts] {
            let page = import::follow_page(shell, kind, &import_at(state, &Outcome::default()));
            all.push(("state", page.render().unwrap()));
        }
    }
    all
}

#[test]
fn pages_have_all_their_words_and_escape_what_people_typed() {
    for lang in Lang::ALL {
        for (name, html) in pages(&shell(lang)) {
            assert!(!html.contains('⟦'), "{name} in {lang:?}: {}", html.split('⟦').nth(1).unwrap_or_default());
            for bad in ["<script>", "<b>恒达", "<i>914", "旧<名>", "名录<i>", " style=", " onclick="] {
                assert!(!html.contains(bad), "{bad} in {name}");
            }
        }
    }
}

#[test]
fn words_agree_in_both_languages_and_none_is_idle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = web::words_check::check_words(&all_words(), &[&root.join("src"), &root.join("templates")]).unwrap();
    let ours = |fault: &String| {
        let idle = fault.ends_with("used nowhere");
        !idle || fault.contains("“ent-")
    };
    // Columns, sizes and messages after a redirect are named at run time.
    let found: Vec<_> = found.into_iter().filter(ours).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_code_an_import_can_tell_has_its_text() {
    let words = shell(Lang::Zh).w;
    let source = [
        include_str!("../import/pass.rs"),
        include_str!("../import/rows.rs"),
        include_str!("../import/report.rs"),
        include_str!("../import/fact_columns.rs"),
        include_str!("../import/fact_pass.rs"),
        include_str!("../facts/value.rs"),
    ];
    let mut seen = 0;
    for text in source {
        for (at, _) in text.match_indices("\"import-") {
            let key = text[at + 1..].split('"').next().unwrap();
            // What the audit calls an import of facts.
            if key == "import-facts" {
                continue;
            }
            assert!(words.has(&format!("error-{key}")), "error-{key}");
            seen += 1;
        }
    }
    assert!(seen > 30);
    assert!(code(1).as_str().len() == 18);
}
