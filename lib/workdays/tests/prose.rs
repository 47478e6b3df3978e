//! Notices in the State Council's prose: what it says is read whole, and every fault is named at once.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use workdays::{Calendar, Festival, Notice, NoticeDraft, ProseFault};

const OF_2026: &str = "\
索 引 号：000014349/2025-00064　发布日期：2025年11月04日

国务院办公厅关于2026年
部分节假日安排的通知

国办发明电〔2025〕7号

各省、自治区、直辖市人民政府，国务院各部委、各直属机构：

　　经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。

　　一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。

　　二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。

　　三、清明节：4月4日（周六）至6日（周一）放假，共3天。

　　四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。

　　五、端午节：6月19日（周五）至21日（周日）放假，共3天。

　　六、中秋节：9月25日（周五）至27日（周日）放假，共3天。

　　七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。

　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，遇有重大突发事件，要按规定及时报告并妥善处置，确保人民群众祥和平安度过节日假期。

国务院办公厅
2025年11月4日
";

fn read(text: &str) -> Result<Notice, Vec<ProseFault>> {
    NoticeDraft::from_prose(text).finish()
}

#[test]
fn the_prose_of_2026_is_the_notice_of_2026() {
    let notice = read(OF_2026).unwrap();
    let shipped = Calendar::china().notices().iter().find(|notice| notice.year == 2026).unwrap();
    assert_eq!((&notice.id, &notice.title, notice.published), (&shipped.id, &shipped.title, shipped.published));
    assert_eq!(notice.days, shipped.days);
    assert!(notice.gaps().is_empty());
    // Copied as one paragraph it reads the same.
    let (head, tail) = OF_2026.split_once("一、元旦").unwrap();
    let one =
        format!("{head}一、元旦{}", tail.replace(['\n', '　'], "").replace("国务院办公厅2025", "\n国务院办公厅\n2025"));
    assert_eq!(read(&one).unwrap(), notice);
}

#[test]
fn two_festivals_in_one_paragraph_and_the_words_of_other_years() {
    let of_2025 = "国务院办公厅关于2025年部分节假日安排的通知\n国办发明电〔2024〕12号\n\
        一、元旦：1月1日（周三）放假1天，不调休。\n\
        二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。\n\
        三、清明节：4月4日（周五）至6日（周日）放假，共3天。\n\
        四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。\n\
        五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。\n\
        六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。\n\
        国务院办公厅\n2024年11月12日\n";
    let notice = read(of_2025).unwrap();
    let shipped = Calendar::china().notices().iter().find(|notice| notice.year == 2025).unwrap();
    assert_eq!(notice.days, shipped.days);
    assert_eq!(notice.published, shipped.published);

    let of_2023 = "国务院办公厅关于2023年部分节假日安排的通知\n国办发明电〔2022〕16号\n\
        一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。\n二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。\n\
        三、清明节：4月5日放假，共1天。\n四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。\n\
        五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。\n六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。\n\
        国务院办公厅\n2022年12月8日";
    let shipped = Calendar::china().notices().iter().find(|notice| notice.year == 2023).unwrap();
    let days = |notice: &Notice| notice.days.iter().map(|day| (day.date, day.kind)).collect::<Vec<_>>();
    assert_eq!(days(&read(of_2023).unwrap()), days(shipped));

    // What only encourages is not read as a day off, and is shown.
    let encouraged = OF_2026.replace("共9天。", "共9天。鼓励各单位安排职工在小年（2月10日）休息。");
    let draft = NoticeDraft::from_prose(&encouraged);
    assert_eq!(draft.unused, ["鼓励各单位安排职工在小年(2月10日)休息"]);
    assert_eq!(draft.finish().unwrap().days, read(OF_2026).unwrap().days);
}

#[test]
fn every_fault_is_named_at_once() {
    let cut = OF_2026.split_once("　　三、清明节").unwrap().0;
    let faults = read(cut).unwrap_err();
    for festival in
        [Festival::Qingming, Festival::Labour, Festival::DragonBoat, Festival::MidAutumn, Festival::National]
    {
        assert!(faults.contains(&ProseFault::Missing(festival)), "{faults:?}");
    }
    assert_eq!(faults.len(), 5, "the date above the text is enough: {faults:?}");

    let wrong = OF_2026
        .replace("国办发明电〔2025〕7号", "")
        .replace("1月4日（周日）上班", "1月4日（周六）上班")
        .replace("4月4日（周六）至6日（周一）", "4月31日")
        .replace("共7天", "共8天")
        .replace("6月19日（周五）至21日（周日）放假，共3天", "6月20日（周六）至21日（周日）放假，共2天");
    let said: Vec<String> = read(&wrong).unwrap_err().iter().map(ToString::to_string).collect();
    for words in [
        "the document number is missing",
        "2026-01-04 is said to be Sat; it is Sun",
        "清明节: `4月31日` is not a date",
        "国庆节: said to be 8 days, but 7 are named",
        "清明节 has no day off",
    ] {
        assert!(said.iter().any(|line| line.contains(words)), "{words}: {said:#?}");
    }
    let moved = OF_2026.replace("6月19日（周五）至21日（周日）放假，共3天", "6月20日（周六）至21日（周日）放假，共2天");
    let friday = "2026-06-19".parse().unwrap();
    assert_eq!(
        read(&moved).unwrap_err(),
        [ProseFault::StatutoryWorked { date: friday, festival: Festival::DragonBoat }]
    );
    assert_eq!(
        read("").unwrap_err(),
        [ProseFault::NoYear, ProseFault::NoNumber, ProseFault::NoPublished, ProseFault::NoFestival]
    );
    let twice = OF_2026.replace("六、中秋节：", "六、端午节：");
    let faults = read(&twice).unwrap_err();
    assert!(
        faults.contains(&ProseFault::Twice(Festival::DragonBoat))
            && faults.contains(&ProseFault::Missing(Festival::MidAutumn))
    );
}

#[test]
fn a_form_gives_the_same_notice() {
    let mut draft = NoticeDraft {
        id: Some("国办发明电〔2025〕7号".to_owned()),
        published: "2025-11-04".parse().ok(),
        year: Some(2026),
        ..NoticeDraft::default()
    };
    for (festival, off, work) in [
        (Festival::NewYear, "1月1日至3日", "1月4日"),
        (Festival::Spring, "2026-02-15至2026-02-23", "2月14日、2月28日"),
        (Festival::Qingming, "4月4日-6日", ""),
        (Festival::Labour, "5月1日～5日", "2026-05-09"),
        (Festival::DragonBoat, "6月19日、6月20日、6月21日", ""),
        (Festival::MidAutumn, "9月25日（周五）至27日", ""),
        (Festival::National, "10月1日至7日", "9月20日、10月10日"),
    ] {
        draft.put(festival, off, work);
    }
    assert_eq!(draft.clone().finish().unwrap().days, read(OF_2026).unwrap().days);
    // In 2028 Mid-Autumn is 3 October: it may stay empty beside a National Day that covers it.
    let mut joined = NoticeDraft {
        year: Some(2028),
        id: Some("甲〔2027〕1号".to_owned()),
        published: "2027-11-04".parse().ok(),
        ..NoticeDraft::default()
    };
    for festival in Festival::ALL {
        let days: Vec<String> = festival.statutory(2028).iter().map(ToString::to_string).collect();
        let off = if festival == Festival::MidAutumn { String::new() } else { days.join("、") };
        joined.put(festival, &off, "");
    }
    let notice = joined.finish().unwrap();
    assert_eq!(notice.days.last().unwrap().name, "国庆节、中秋节");
    draft.put(Festival::National, "下周", "");
    assert!(draft.finish().unwrap_err().iter().any(|fault| matches!(fault, ProseFault::NoSuchDay { .. })));
}

#[test]
fn the_shipped_notices_name_all_seven() {
    for notice in Calendar::china().notices() {
        assert_eq!(notice.gaps(), [], "{}", notice.id);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_text_makes_reading_panic(text in ".{0,80}", at in 0..1200_usize, day in "[0-9年月日至（）(). -]{0,12}") {
        let cut: String = OF_2026.chars().take(at).collect();
        let rest: String = OF_2026.chars().skip(at).collect();
        for text in [format!("{cut}{text}{rest}"), format!("{cut}{day}{rest}"), cut] {
            if let Ok(notice) = read(&text) {
                assert_eq!(Notice::parse(&notice.to_string()), Ok(notice));
            }
        }
        let mut draft = NoticeDraft { year: Some(2026), ..NoticeDraft::default() };
        draft.put(Festival::NewYear, &day, &text);
        let _ = draft.finish();
    }
}
