//! A holiday notice for 2027 as the State Council might write it: invented, its days off by law are the real ones.

use workdays::NoticeDraft;

/// The prose of it. 4 January is off, so deadlines of the first week move a day later; 31 January is worked.
pub const PROSE_OF_2027: &str = "国务院办公厅关于2027年部分节假日安排的通知\n示例〔2026〕1号\n\n\
    各省、自治区、直辖市人民政府：\n经国务院批准，现将2027年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。\n\
    一、元旦：1月1日（周五）至4日（周一）放假调休，共4天。1月9日（周六）上班。\n\
    二、春节：2月5日（农历除夕、周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月20日（周六）上班。\n\
    三、清明节：4月3日（周六）至5日（周一）放假，共3天。\n\
    四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。\n\
    五、端午节：6月9日（周三）放假1天，不调休。\n\
    六、中秋节：9月15日（周三）放假1天，不调休。\n\
    七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。\n\
    国务院办公厅\n2026年11月25日\n";

/// The same, read.
pub fn of_2027() -> NoticeDraft {
    NoticeDraft::from_prose(PROSE_OF_2027)
}
