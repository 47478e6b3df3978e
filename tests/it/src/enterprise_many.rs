//! /raise for somebody with more enterprises than one looks through, on both databases.

use identity::Role;
use kernel::{CreditCode, OsRandom};
use testkit::both_engines;

use crate::enterprise_county::{county, filled, send, set};
use crate::harness::county::Seed;
use crate::harness::engines::TestDb;
use crate::harness::html;

fn code(n: u32) -> String {
    CreditCode::make('9', '1', "419981", &format!("{:08}X", n + 100)).unwrap().as_str().to_owned()
}

both_engines! {
    async fn a_helper_of_many_types_which_enterprise_is_meant(t: TestDb) {
        let c = county(t).await;
        let mut seed = Seed::begin(&t.db, c.clock.as_ref(), &OsRandom).await;
        let person = seed.person("many", "郑多").await;
        seed.role(person, Role::Helper, c.town).await;
        for n in 0..31 {
            let firm = seed.enterprise(&code(n), &format!("第{n}机械有限公司"), Some(c.town)).await;
            seed.helps(person, firm).await;
        }
        let token = seed.session(person).await;
        seed.commit().await;
        let mut helper = c.signed_in(&token).not_following();
        let page = helper.get("/raise").unwrap().text();
        assert!(page.contains("list=\"f-who-list\"") && !page.contains("<select class=\"input\" id=\"f-who\""), "{page}");
        assert!(page.contains(&format!("第7机械有限公司 [{}]", code(7))) && page.contains(">d7jxyxgs</option>"), "{page}");

        // As suggested, by the bare code, and by the name alone.
        let ways = [format!("第7机械有限公司 [{}]", code(7)), code(8), "第9机械有限公司".to_owned()];
        for (n, who) in ways.iter().enumerate() {
            let mut fields = filled(&helper.get("/raise").unwrap().text(), &format!("第{n}件，各不相同的事"));
            set(&mut fields, "who", who);
            let answer = send(&mut helper, "/raise", &fields, &[]);
            assert_eq!(answer.status, 303, "{who}: {}", html::text(&answer.text()));
        }
        let rows = c.rows().await;
        let firms: Vec<&str> = rows.iter().map(|row| row.enterprise_name.as_str()).collect();
        assert_eq!(firms, ["第7机械有限公司", "第8机械有限公司", "第9机械有限公司"]);
        assert!(rows.iter().all(|row| row.source == "visit"));

        // What fits nothing comes back as it was typed; what fits another's enterprise is none of theirs.
        for who in ["第七百", "示范恒达起重机械有限公司", ""] {
            let mut fields = filled(&helper.get("/raise").unwrap().text(), "又一件");
            set(&mut fields, "who", who);
            let answer = send(&mut helper, "/raise", &fields, &[]);
            let page = answer.text();
            assert!(answer.status == 422 && page.contains(&format!("value=\"{who}\"")), "{who}: {page}");
        }
        // One comes from an enterprise's own page with it chosen.
        let fixed = helper.get(&format!("/raise?e={}", code(3))).unwrap().text();
        assert!(fixed.contains("第3机械有限公司") && !fixed.contains("f-who-list"), "{fixed}");
        // Few are looked through as before.
        assert!(c.signed_in(&c.helper).get("/raise").unwrap().text().contains("示范恒达起重机械有限公司"));
    }
}
