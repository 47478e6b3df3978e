//! Chinese telephone numbers: mobiles, landlines with area code, and 400/800 service lines.

use std::fmt;

use crate::text::halfwidth;

/// What kind of line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PhoneKind {
    /// Eleven digits beginning 13 to 19.
    Mobile,
    /// Area code and seven or eight digits.
    Landline,
    /// 400 or 800 and seven digits.
    Service,
}

/// Why a text is not a telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing was there.
    #[error("a telephone number was expected, nothing was found")]
    Empty,
    /// Something other than digits and separators.
    #[error("only digits, spaces and dashes were expected")]
    Characters,
    /// A local number without its area code.
    #[error("the area code was expected in front, as in 0373-8812345")]
    NoAreaCode,
    /// Neither a mobile nor a landline by its length or first digits.
    #[error("a mobile number of 11 digits or a landline with area code was expected")]
    Form,
}

impl PhoneError {
    /// The stable code, for [`crate::FieldError`].
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "phone-empty",
            Self::Characters => "phone-characters",
            Self::NoAreaCode => "phone-no-area-code",
            Self::Form => "phone-form",
        }
    }
}

/// A telephone number in one form: `13812346021`, `0373-8812345`, `0373-8812345-801`, `400-1234567`.
///
/// `Debug` shows it masked, so that it cannot slip into a log line.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ChinaPhone {
    kind: PhoneKind,
    text: String,
}

impl ChinaPhone {
    /// Reads a number with or without +86, spaces, dashes, brackets, full width, and an extension (`转801`, `-801`).
    ///
    /// # Errors
    /// [`PhoneError`] says what was expected.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let text = halfwidth(text).trim().to_lowercase();
        if text.is_empty() {
            return Err(PhoneError::Empty);
        }
        let (number, mut extension) = split_extension(&text);
        if number.chars().any(|c| !c.is_ascii_digit() && !"+-—－() .".contains(c)) {
            return Err(PhoneError::Characters);
        }
        let mut groups: Vec<String> =
            number.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).map(str::to_owned).collect();
        // A short last group after area code and number is the extension: 0373-8812345-801.
        if extension.is_none()
            && groups.len() == 3
            && groups[0].starts_with('0')
            && matches!(groups[1].len(), 7 | 8)
            && groups[2].len() <= 6
        {
            extension = groups.pop();
        }
        let mut digits = groups.concat();
        if let Some(rest) = digits.strip_prefix("0086").or_else(|| {
            let abroad = text.starts_with('+') || digits.len() == 13;
            digits.strip_prefix("86").filter(|_| abroad)
        }) {
            digits = rest.to_owned();
            // After the country code the area code loses its 0.
            if !digits.starts_with(['0', '1', '4', '8']) || (digits.starts_with("10") && digits.len() == 10) {
                digits.insert(0, '0');
            }
        }
        let (kind, mut text) = plain_form(&digits)?;
        if let Some(extension) = extension {
            if kind == PhoneKind::Mobile || extension.is_empty() || extension.len() > 6 {
                return Err(PhoneError::Form);
            }
            text = format!("{text}-{extension}");
        }
        Ok(Self { kind, text })
    }

    /// The number of an office that the public calls, in its one form: what [`ChinaPhone::parse`] reads, or a short one such as
    /// `12345` or `96301`.
    ///
    /// # Errors
    /// [`PhoneError`] says what was expected.
    pub fn of_office(text: &str) -> Result<String, PhoneError> {
        let short: String = halfwidth(text).split_whitespace().collect();
        let digits = short.bytes().all(|byte| byte.is_ascii_digit());
        if digits && (3..=6).contains(&short.len()) && short.starts_with(['1', '9']) {
            return Ok(short);
        }
        Self::parse(text).map(|phone| phone.text)
    }

    /// The kind of line.
    pub const fn kind(&self) -> PhoneKind {
        self.kind
    }

    /// Can it receive a text message?
    pub fn is_mobile(&self) -> bool {
        self.kind == PhoneKind::Mobile
    }

    /// The number in its one form, for storing and dialling.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn split_extension(text: &str) -> (&str, Option<String>) {
    for mark in ["转", "ext.", "ext", "#"] {
        if let Some((number, extension)) = text.split_once(mark) {
            let digits: String = extension.chars().filter(char::is_ascii_digit).collect();
            return (number, Some(digits));
        }
    }
    (text, None)
}

/// The kind and one form of a number of digits only.
fn plain_form(digits: &str) -> Result<(PhoneKind, String), PhoneError> {
    let length = digits.len();
    let second = digits.as_bytes().get(1).copied().unwrap_or(0);
    if digits.starts_with('1') && length == 11 && (b'3'..=b'9').contains(&second) {
        return Ok((PhoneKind::Mobile, digits.to_owned()));
    }
    if (digits.starts_with("400") || digits.starts_with("800")) && length == 10 {
        return Ok((PhoneKind::Service, format!("{}-{}", &digits[..3], &digits[3..])));
    }
    if digits.starts_with('0') {
        // 010 and 02x are three digits long with eight to follow; the others four, with seven or eight.
        let (area, lengths): (usize, &[usize]) = match second {
            b'1' | b'2' => (3, &[8]),
            b'3'..=b'9' => (4, &[7, 8]),
            _ => return Err(PhoneError::Form),
        };
        let ok = length > area
            && lengths.contains(&(length - area))
            && (second != b'1' || digits.starts_with("010"))
            && !matches!(digits.as_bytes()[area], b'0' | b'1');
        return if ok {
            Ok((PhoneKind::Landline, format!("{}-{}", &digits[..area], &digits[area..])))
        } else {
            Err(PhoneError::Form)
        };
    }
    if matches!(length, 7 | 8) {
        return Err(PhoneError::NoAreaCode);
    }
    Err(PhoneError::Form)
}

impl fmt::Display for ChinaPhone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for ChinaPhone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChinaPhone({})", crate::mask::mask_phone(&self.text))
    }
}

impl std::str::FromStr for ChinaPhone {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, PhoneError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_one_form() {
        for (text, form, kind) in [
            ("13812346021", "13812346021", PhoneKind::Mobile),
            ("+86 138-1234-6021", "13812346021", PhoneKind::Mobile),
            ("0086 13812346021", "13812346021", PhoneKind::Mobile),
            ("8613812346021", "13812346021", PhoneKind::Mobile),
            ("１３８１２３４６０２１", "13812346021", PhoneKind::Mobile),
            ("0373-8812345", "0373-8812345", PhoneKind::Landline),
            ("（0373）8812345", "0373-8812345", PhoneKind::Landline),
            ("03738812345", "0373-8812345", PhoneKind::Landline),
            ("+86 373 8812345", "0373-8812345", PhoneKind::Landline),
            ("+86 10 65551234", "010-65551234", PhoneKind::Landline),
            ("037165551234", "0371-65551234", PhoneKind::Landline),
            ("010-65551234转801", "010-65551234-801", PhoneKind::Landline),
            ("0373-8812345-801", "0373-8812345-801", PhoneKind::Landline),
            ("400-123-4567", "400-1234567", PhoneKind::Service),
        ] {
            let phone = ChinaPhone::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((phone.as_str(), phone.kind()), (form, kind), "{text}");
            assert_eq!(ChinaPhone::parse(form), Ok(phone), "{form} reads as itself");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, error) in [
            (" ", PhoneError::Empty),
            ("王经理13812346021", PhoneError::Characters),
            ("8812345", PhoneError::NoAreaCode),
            ("1381234602", PhoneError::Form),
            ("12812346021", PhoneError::Form),
            ("010-6555123", PhoneError::Form),
            ("011-65551234", PhoneError::Form),
            ("0373-0812345", PhoneError::Form),
            ("13812346021转5", PhoneError::Form),
            ("13812346021、13912346021", PhoneError::Characters),
        ] {
            assert_eq!(ChinaPhone::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn an_office_may_have_a_short_number() {
        for (text, form) in [
            ("12345", "12345"),
            (" １２３４５ ", "12345"),
            ("96301", "96301"),
            ("110", "110"),
            ("0373 8812345", "0373-8812345"),
            ("400-123-4567", "400-1234567"),
        ] {
            assert_eq!(ChinaPhone::of_office(text).as_deref(), Ok(form), "{text}");
        }
        for (text, error) in [
            ("", PhoneError::Empty),
            ("12", PhoneError::Form),
            ("22345", PhoneError::Form),
            ("8812345", PhoneError::NoAreaCode),
            ("12345热线", PhoneError::Characters),
        ] {
            assert_eq!(ChinaPhone::of_office(text), Err(error), "{text}");
        }
    }

    #[test]
    fn debug_does_not_tell_the_number() {
        assert!(!format!("{:?}", ChinaPhone::parse("13812346021").unwrap()).contains("1234"));
    }
}
