//! The calendar through its pages: a notice pasted, previewed, kept, corrected and withdrawn; the rule for last days.

use testkit::both_engines;

use super::{both, county, said};
use crate::harness::calendar::PROSE_OF_2027;
use crate::harness::engines::TestDb;
use crate::harness::html;

both_engines! {
    async fn a_pasted_notice_is_previewed_kept_corrected_and_withdrawn(t: TestDb) {
        let c = county(t).await;
        let mut boss = c.boss();
        let notice = "/admin/calendars/notice";
        let year = both(&mut boss, "/admin/calendars/2027");
        assert!(year.contains("本系统尚未录入") && !year.contains("公布"), "{year}");

        // Everything that is wrong is said at once.
        let cut = PROSE_OF_2027.split("三、清明节").next().unwrap().replace("1月9日（周六）", "1月9日（周日）");
        let refused = boss.submit(notice, notice, &[("text", &cut), ("of", "")]).unwrap();
        let text = said(&refused);
        for words in ["没有印发日期", "缺少清明节", "缺少国庆节", "2027年1月9日 写的是"] {
            assert!(text.contains(words), "{words}: {text}");
        }

        // The whole year and the deadlines that move stand before it is kept, and nothing is kept before.
        let shown = boss.submit(notice, notice, &[("text", PROSE_OF_2027), ("of", "")]).unwrap();
        let text = said(&shown);
        assert!(text.contains("会变动的在办期限") && text.contains("已逐件核对 0 件") && text.contains("2027年12月"), "{text}");
        assert!(both(&mut boss, "/admin/calendars").contains("放假通知已录入到 2026年12月31日"));
        let form = html::forms(&shown.text()).into_iter().find(|form| form.fields.iter().any(|(k, _)| k == "keep")).unwrap();
        let fields: Vec<(&str, &str)> = form.fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(boss.post(notice, &fields).unwrap().status, 303);
        let list = both(&mut boss, "/admin/calendars");
        assert!(list.contains("放假通知已录入到 2027年12月31日") && list.contains("加入 示例〔2026〕1号"), "{list}");
        assert!(list.contains("随程序带来 10 份通知"));

        // A correction wants a reason and stands in the history beside the first version.
        let of = format!("{notice}?of={}", web::href::encode("示例〔2026〕1号"));
        let page = both(&mut boss, &of);
        let form = html::forms(&page).into_iter().find(|form| form.fields.iter().any(|(k, _)| k == "text")).unwrap();
        let entered = form.fields.iter().find(|(k, _)| k == "text").unwrap().1.clone();
        assert!(entered.contains("文号 示例〔2026〕1号") && entered.contains("上班 2027-01-09 元旦"), "{entered}");
        let corrected = entered.replace("上班 2027-01-09", "上班 2027-01-10");
        let unsaid = [("text", corrected.as_str()), ("of", "示例〔2026〕1号"), ("keep", "yes")];
        assert!(said(&boss.submit(&of, notice, &unsaid).unwrap()).contains("请填写"));
        let whole = [unsaid[0], unsaid[1], unsaid[2], ("reason", "原录入有误")];
        assert_eq!(boss.submit(&of, notice, &whole).unwrap().status, 303);
        let list = both(&mut boss, "/admin/calendars");
        assert!(list.contains("更正 示例〔2026〕1号") && list.contains("原录入有误") && list.contains("boss"), "{list}");
        assert!(both(&mut boss, "/admin/calendars/2027").contains("makeup"));

        // Withdrawn, the year is provisional again; what was done stays.
        let withdraw = format!("/admin/calendars/withdraw?of={}", web::href::encode("示例〔2026〕1号"));
        assert!(both(&mut boss, &withdraw).contains("撤回放假通知"));
        let gone = [("of", "示例〔2026〕1号"), ("reason", "重复录入")];
        assert_eq!(boss.submit(&withdraw, "/admin/calendars/withdraw", &gone).unwrap().status, 303);
        let list = both(&mut boss, "/admin/calendars");
        assert!(list.contains("放假通知已录入到 2026年12月31日") && list.contains("撤回 示例〔2026〕1号"), "{list}");
        assert_eq!(c.audited(3).await, ["withdraw-notice", "correct-notice", "add-notice"]);
    }

    async fn the_form_gives_a_notice_and_the_rule_for_last_days_is_switched_with_a_reason(t: TestDb) {
        let c = county(t).await;
        let mut boss = c.boss();
        let notice = "/admin/calendars/notice";
        let mut fields = vec![("id", "示例〔2026〕2号"), ("published", "2026-11-25"), ("year", "2027"), ("of", "")];
        fields.extend([("off-new_year", "1月1日至3日"), ("off-spring", "2月5日至11日"), ("work-spring", "1月31日、2月20日")]);
        fields.extend([("off-qingming", "4月3日至5日"), ("off-labour", "5月1日至5日"), ("work-labour", "5月8日")]);
        fields.extend([("off-dragon_boat", "6月9日"), ("off-mid_autumn", "下周三"), ("off-national", "2027-10-01至2027-10-07")]);
        let refused = said(&boss.submit(notice, notice, &fields).unwrap());
        assert!(refused.contains("中秋节：“下周三”不是日期"), "{refused}");
        fields.iter_mut().find(|(name, _)| *name == "off-mid_autumn").unwrap().1 = "9月15日";
        let shown = boss.submit(notice, notice, &fields).unwrap();
        assert!(said(&shown).contains("加入日历"), "{}", said(&shown));

        let rule = |next: &'static str, reason: &'static str| [("next_workday", next), ("reason", reason)];
        let page = "/admin/calendars";
        assert!(both(&mut boss, page).contains("顺延到下一个工作日") && both(&mut boss, page).contains("第二百零三条"));
        assert_eq!(boss.submit(page, "/admin/calendars/last-day", &rule("no", "")).unwrap().status, 422);
        assert_eq!(boss.submit(page, "/admin/calendars/last-day", &rule("no", "市里另有规定")).unwrap().status, 303);
        let list = both(&mut boss, page);
        assert!(list.contains("不顺延。") && list.contains("市里另有规定"), "{list}");
        assert_eq!(boss.submit(page, "/admin/calendars/last-day", &rule("yes", "按法律")).unwrap().status, 303);
        assert_eq!(c.audited(2).await, ["put-last-day", "put-last-day"]);
    }
}
