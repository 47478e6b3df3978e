//! The columns of the problem ledger as counties keep it, and the other names they are known by.

/// A column of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    Serial,
    Number,
    Enterprise,
    CreditCode,
    Township,
    Chain,
    Contact,
    Phone,
    Source,
    Raised,
    Category,
    Problem,
    Grade,
    Level,
    Leader,
    Helper,
    Lead,
    Co,
    Assigned,
    Limit,
    Progress,
    Measures,
    Done,
    OnTime,
    Rating,
    Caller,
    Called,
    CallNote,
    Closed,
    Note,
}

/// Every column with its own name first. Names are compared without spaces, brackets and what stands in them.
pub const COLUMNS: [(Column, &[&str]); 30] = [
    (Column::Serial, &["序号", "No."]),
    (Column::Number, &["问题编号", "编号", "Number"]),
    (Column::Enterprise, &["企业名称", "企业", "Enterprise"]),
    (Column::CreditCode, &["统一社会信用代码", "信用代码", "Credit code"]),
    (Column::Township, &["所属乡镇/园区", "属地", "乡镇", "所属乡镇", "Township"]),
    (Column::Chain, &["产业链", "Chain"]),
    (Column::Contact, &["联系人", "Contact"]),
    (Column::Phone, &["联系电话", "电话", "Phone"]),
    (Column::Source, &["问题来源", "来源", "Source"]),
    (Column::Raised, &["反映日期", "提出日期", "反映时间", "Raised on"]),
    (Column::Category, &["问题类别", "类别", "Category"]),
    (Column::Problem, &["问题描述", "诉求", "问题", "反映问题", "Problem"]),
    (Column::Grade, &["问题等级", "等级", "Grade"]),
    (Column::Level, &["层级", "Level"]),
    (Column::Leader, &["包联领导", "Leader"]),
    (Column::Helper, &["首席服务员", "包联干部", "Helper"]),
    (Column::Lead, &["牵头单位", "交办单位", "责任单位", "承办单位", "主办单位", "Lead unit"]),
    (Column::Co, &["配合单位", "协办单位", "Co-units"]),
    (Column::Assigned, &["交办日期", "交办时间", "Assigned on"]),
    (Column::Limit, &["办理时限", "时限", "完成时限", "办结时限", "Limit"]),
    (Column::Progress, &["当前进展", "进展", "办理进展", "办理情况", "Progress"]),
    (Column::Measures, &["解决措施", "办理结果", "Measures"]),
    (Column::Done, &["办结日期", "办结时间", "Done on"]),
    (Column::OnTime, &["是否按时", "On time"]),
    (Column::Rating, &["企业评价", "满意度", "满意情况", "是否满意", "Rating"]),
    (Column::Caller, &["回访人", "Caller"]),
    (Column::Called, &["回访日期", "Called on"]),
    (Column::CallNote, &["回访情况", "Call-back"]),
    (Column::Closed, &["是否销号", "销号", "Closed"]),
    (Column::Note, &["备注", "Note"]),
];

/// Without these a row says nothing.
pub const REQUIRED: [Column; 3] = [Column::Enterprise, Column::Raised, Column::Problem];

impl Column {
    /// The ledger's own name of the column.
    pub fn title(self) -> &'static str {
        COLUMNS.iter().find(|(column, _)| *column == self).map_or("", |(_, names)| names[0])
    }

    /// The column a heading names, if any.
    pub fn named(heading: &str) -> Option<Column> {
        let key = plain(heading);
        COLUMNS.iter().find(|(_, names)| names.iter().any(|name| plain(name) == key)).map(|(column, _)| *column)
    }
}

/// A heading without spaces, stars, brackets and what stands in them.
fn plain(heading: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for c in kernel::halfwidth(heading).chars() {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            c if depth == 0 && !c.is_whitespace() && c != '*' && c != '.' => kept.extend(c.to_lowercase()),
            _ => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_in_their_usual_spellings() {
        for (heading, want) in [
            ("企业名称", Some(Column::Enterprise)),
            (" 问题来源（走访/微信群/热线）", Some(Column::Source)),
            ("问题描述(诉求) *", Some(Column::Problem)),
            ("责 任 单 位", Some(Column::Lead)),
            ("raised ON", Some(Column::Raised)),
            ("利润", None),
        ] {
            assert_eq!(Column::named(heading), want, "{heading}");
        }
    }
}
