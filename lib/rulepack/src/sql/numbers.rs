//! Arithmetic on integers as SQL: widths, rounding division, least and greatest, dates.

use crate::ir::{Mode, NodeId, Type};

use super::answer::{Answer, joined};
use super::dialect::Width;
use super::layers::Piece;
use super::writer::{NotWritten, Writer};

impl Writer<'_> {
    /// The width that holds a node's range.
    pub(super) fn width(&self, node: NodeId) -> Result<Width, NotWritten> {
        match self.node(node).ty {
            Type::Number { low, high, .. } => width_of(low, high),
            Type::Boolean | Type::Text | Type::Date { .. } => Ok(Width::Big),
        }
    }

    /// A node's number, made as wide as asked.
    pub(super) fn widened(&self, node: NodeId, width: Width) -> Result<Piece, NotWritten> {
        let value = self.answer(node).value.clone();
        if self.width(node)? >= width {
            return Ok(value);
        }
        Ok(Piece::of(format!("CAST({} AS {})", value.sql, self.dialect.integer(width)), [&value]))
    }

    /// A sum; wide if a partial sum might pass 64 bits.
    pub(super) fn sum(&self, terms: &[NodeId], whole: NodeId) -> Result<Piece, NotWritten> {
        let reach = terms.iter().try_fold(0_i128, |sum, &term| match self.node(term).ty {
            Type::Number { low, high, .. } => sum.checked_add(low.checked_abs()?.max(high.checked_abs()?)),
            _ => Some(sum),
        });
        let inner = reach.map_or(Err(NotWritten::TooWide), |reach| width_of(-reach, reach))?;
        let pieces = terms.iter().map(|&term| self.widened(term, inner)).collect::<Result<Vec<_>, _>>()?;
        Ok(self.narrowed(joined(&pieces.iter().collect::<Vec<_>>(), " + "), inner, self.width(whole)?))
    }

    pub(super) fn product(&self, left: NodeId, right: NodeId, whole: NodeId) -> Result<Piece, NotWritten> {
        let width = self.width(whole)?;
        let (left, right) = (self.widened(left, width)?, self.widened(right, width)?);
        Ok(Piece::of(format!("({} * {})", left.sql, right.sql), [&left, &right]))
    }

    pub(super) fn narrowed(&self, piece: Piece, from: Width, to: Width) -> Piece {
        if from == to {
            piece
        } else {
            Piece::of(format!("CAST({} AS {})", piece.sql, self.dialect.integer(to)), [&piece])
        }
    }

    /// The integer nearest to `numerator / denominator` by `mode`, NULL where the denominator is 0.
    pub(super) fn rounded_quotient(&mut self, numerator: Piece, denominator: Piece, width: Width, mode: Mode) -> Piece {
        let quotient =
            Piece::of(self.dialect.quotient(&numerator.sql, &denominator.sql, width), [&numerator, &denominator]);
        let quotient = self.layers.column(quotient);
        let rest = Piece::of(
            format!("({} - {} * {})", numerator.sql, quotient.sql, denominator.sql),
            [&numerator, &quotient, &denominator],
        );
        let rest = self.layers.column(rest);
        let (n, d, q, r) = (&numerator.sql, &denominator.sql, &quotient.sql, &rest.sql);
        let far = format!("ABS({d}) - ABS({r})");
        let same_sign = format!("({n} < 0) = ({d} < 0)");
        let away = format!("CASE WHEN {same_sign} THEN 1 ELSE -1 END");
        let step = match mode {
            Mode::Down => return quotient,
            Mode::HalfUp => format!("CASE WHEN ABS({r}) >= {far} THEN {away} ELSE 0 END"),
            Mode::HalfDown => format!("CASE WHEN ABS({r}) > {far} THEN {away} ELSE 0 END"),
            Mode::HalfEven => {
                format!("CASE WHEN ABS({r}) > {far} OR ABS({r}) = {far} AND {q} % 2 <> 0 THEN {away} ELSE 0 END")
            }
            Mode::Up => format!("CASE WHEN {r} <> 0 THEN {away} ELSE 0 END"),
            Mode::Ceiling => format!("CASE WHEN {r} <> 0 AND {same_sign} THEN 1 ELSE 0 END"),
            Mode::Floor => format!("CASE WHEN {r} <> 0 AND NOT ({same_sign}) THEN -1 ELSE 0 END"),
        };
        Piece::of(format!("({q} + {step})"), [&quotient, &rest, &numerator, &denominator])
    }

    /// LEAST and GREATEST skip NULL on every engine: NULL if any is NULL.
    pub(super) fn extreme(&self, function: &str, terms: &[NodeId], whole: NodeId) -> Result<Piece, NotWritten> {
        let width = self.width(whole)?;
        let pieces = terms
            .iter()
            .map(|&term| self.widened(term, self.width(term)?.max(width)))
            .collect::<Result<Vec<_>, _>>()?;
        let list: Vec<&str> = pieces.iter().map(|piece| piece.sql.as_str()).collect();
        let nulls: Vec<String> = list.iter().map(|sql| format!("{sql} IS NULL")).collect();
        let sql = format!("CASE WHEN {} THEN NULL ELSE {function}({}) END", nulls.join(" OR "), list.join(", "));
        Ok(self.narrowed(Piece::of(sql, &pieces), self.widest(terms)?.max(width), width))
    }

    fn widest(&self, terms: &[NodeId]) -> Result<Width, NotWritten> {
        terms.iter().map(|&term| self.width(term)).try_fold(Width::Big, |widest, width| Ok(widest.max(width?)))
    }

    /// Months added; `clip`: to the last day of the month, else the first of the month after.
    pub(super) fn months_added(&mut self, date: &Answer, months: &Answer, clip: bool) -> Piece {
        let (date, months) = (&date.value, &months.value);
        let clipped = Piece::of(self.dialect.add_months(&date.sql, &months.sql), [date, months]);
        if clip {
            return clipped;
        }
        let clipped = self.layers.column(clipped);
        let lost = format!("{} < {}", self.dialect.part("DAY", &clipped.sql), self.dialect.part("DAY", &date.sql));
        let next = self.dialect.add_days(&clipped.sql, "1");
        Piece::of(format!("CASE WHEN {lost} THEN {next} ELSE {} END", clipped.sql), [date, &clipped])
    }

    /// Complete months between two dates, negative if the second is earlier.
    pub(super) fn months_between(&self, from: &Answer, to: &Answer) -> Piece {
        let whole = |from: &str, to: &str| {
            let part = |part, date| self.dialect.part(part, date);
            format!(
                "(({} - {}) * 12 + {} - {} - CASE WHEN {} < {} THEN 1 ELSE 0 END)",
                part("YEAR", to),
                part("YEAR", from),
                part("MONTH", to),
                part("MONTH", from),
                part("DAY", to),
                part("DAY", from)
            )
        };
        let (f, t) = (&from.value.sql, &to.value.sql);
        Piece::of(
            format!("CASE WHEN {t} < {f} THEN -{} ELSE {} END", whole(t, f), whole(f, t)),
            [&from.value, &to.value],
        )
    }
}

/// The width that holds `low..=high`; 38 digits at most.
pub(super) fn width_of(low: i128, high: i128) -> Result<Width, NotWritten> {
    const DIGITS_38: i128 = 10_i128.pow(38) - 1;
    if low > i128::from(i64::MIN) && high <= i128::from(i64::MAX) {
        Ok(Width::Big)
    } else if low >= -DIGITS_38 && high <= DIGITS_38 {
        Ok(Width::Huge)
    } else {
        Err(NotWritten::TooWide)
    }
}
