//! Which column holds what: headers in Chinese or English, in any order.

use kernel::name_key;

use super::rows::{Header, Row};

/// A column the register knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    CreditCode,
    Name,
    ShortName,
    Division,
    Township,
    Industry,
    Chain,
    Scale,
    Address,
    ContactName,
    ContactPhone,
    Staff,
}

impl Column {
    /// How many there are.
    pub const N: usize = 12;

    pub const ALL: [Column; Column::N] = [
        Column::CreditCode,
        Column::Name,
        Column::ShortName,
        Column::Division,
        Column::Township,
        Column::Industry,
        Column::Chain,
        Column::Scale,
        Column::Address,
        Column::ContactName,
        Column::ContactPhone,
        Column::Staff,
    ];

    /// The English header, which is also the field's name in forms and errors.
    pub const fn as_str(self) -> &'static str {
        match self {
            Column::CreditCode => "credit_code",
            Column::Name => "name",
            Column::ShortName => "short_name",
            Column::Division => "division",
            Column::Township => "township",
            Column::Industry => "industry",
            Column::Chain => "chain",
            Column::Scale => "scale",
            Column::Address => "address",
            Column::ContactName => "contact_name",
            Column::ContactPhone => "contact_phone",
            Column::Staff => "staff",
        }
    }

    /// Headers of ledgers that mean this column; the first is the one of the template.
    pub const fn headers(self) -> &'static [&'static str] {
        match self {
            Column::CreditCode => {
                &["统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "credit_code", "uscc"]
            }
            Column::Name => &["企业名称", "单位名称", "单位详细名称", "名称", "企业", "name", "enterprise"],
            Column::ShortName => &["简称", "企业简称", "short_name"],
            Column::Division => &["行政区划", "行政区划代码", "区划代码", "division"],
            Column::Township => &["属地", "乡镇", "乡镇街道", "所属乡镇", "所在乡镇", "乡镇办", "园区", "township"],
            Column::Industry => &["行业代码", "行业", "国民经济行业代码", "所属行业", "industry"],
            Column::Chain => &["产业链", "所属产业链", "chain"],
            Column::Scale => &["规模", "企业规模", "是否规上", "scale"],
            Column::Address => &["地址", "企业地址", "详细地址", "注册地址", "经营地址", "address"],
            Column::ContactName => &["联系人", "企业联系人", "联系人姓名", "contact_name", "contact"],
            Column::ContactPhone => &["联系电话", "电话", "手机", "手机号", "联系方式", "contact_phone", "phone"],
            Column::Staff => &["职工人数", "从业人数", "从业人员", "员工人数", "人数", "staff"],
        }
    }

    pub(super) fn read(header: &str) -> Option<Column> {
        let key = name_key(header);
        Column::ALL.into_iter().find(|column| column.headers().iter().any(|known| name_key(known) == key))
    }
}

/// Where each column stands in a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    places: Vec<Option<Column>>,
    /// Headers nobody knows; what stands below is left alone.
    pub ignored: Vec<String>,
}

impl sheets::Header for Layout {
    fn knows(title: &str) -> bool {
        Column::read(title).is_some()
    }

    /// `None` unless it names the credit code and the name.
    fn read(cells: &[String]) -> Option<Layout> {
        let mut layout = Layout::default();
        for cell in cells {
            let column = Column::read(cell).filter(|column| !layout.places.contains(&Some(*column)));
            if column.is_none() && !cell.trim().is_empty() {
                layout.ignored.push(cell.trim().chars().take(40).collect());
            }
            layout.places.push(column);
        }
        let has = |column| layout.places.contains(&Some(column));
        (has(Column::CreditCode) && has(Column::Name)).then_some(layout)
    }
}

impl Header for Layout {
    fn needed() -> String {
        [Column::CreditCode, Column::Name].map(|column| column.headers()[0]).join("、")
    }

    fn slot(&self, place: usize) -> Option<usize> {
        self.at(place).map(|column| column as usize)
    }

    fn width(&self) -> usize {
        Column::N
    }

    fn key(&self) -> Option<usize> {
        Some(Column::CreditCode as usize)
    }

    fn summed(&self, slot: usize) -> Option<&str> {
        (slot == Column::Staff as usize).then(|| Column::Staff.as_str())
    }
}

impl Row<Layout> {
    /// The cell of a column; none if it has one of the marks of offices for "no data".
    pub fn get(&self, column: Column) -> Option<&str> {
        let must_be_there = matches!(column, Column::CreditCode | Column::Name);
        self.cell(column as usize).filter(|text| must_be_there || !sheets::is_nothing(text))
    }
}

impl Layout {
    /// The columns found.
    pub fn columns(&self) -> impl Iterator<Item = Column> + '_ {
        self.places.iter().flatten().copied()
    }

    /// The column of a place, from 0.
    pub fn at(&self, place: usize) -> Option<Column> {
        self.places.get(place).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sheets::Header as _;

    #[test]
    fn headers_are_found_in_any_order_and_language() {
        let row = |text: &str| text.split('|').map(str::to_owned).collect::<Vec<_>>();
        let layout = Layout::read(&row("序号|企业名称| 统一社会信用代码 |联系电话|名称|备注")).unwrap();
        assert_eq!(layout.at(1), Some(Column::Name));
        assert_eq!(layout.at(2), Some(Column::CreditCode));
        assert_eq!(layout.at(4), None, "the first of two columns with one meaning counts");
        assert_eq!(layout.ignored, ["序号", "名称", "备注"]);
        assert!(Layout::read(&row("Credit Code|NAME|Staff")).is_some());
        assert!(Layout::read(&row("企业名称|地址")).is_none());
        for column in Column::ALL {
            for header in column.headers() {
                assert_eq!(Column::read(header), Some(column), "{header} means one thing");
            }
        }
    }
}
